import assert from "node:assert/strict";
import { test } from "node:test";
import { capabilitiesOf, hidepidOf, mountOf } from "./parse.ts";

test("effective capabilities are those of their bits", () => {
  assert.deepEqual(capabilitiesOf("Name:\tx\nCapEff:\t0000000000280000\n"), [
    "CAP_SYS_PTRACE",
    "CAP_SYS_ADMIN",
  ]);
  assert.deepEqual(capabilitiesOf("CapEff:\t0000000000000000\n"), []);
  assert.deepEqual(capabilitiesOf("nothing"), []);
});

test("options of the procfs that is mounted last over a path count", () => {
  const mounts = [
    "22 1 0:21 / /proc rw,nosuid shared:13 - proc proc rw",
    "99 1 0:55 / /proc rw,nosuid - proc proc rw,hidepid=invisible",
    "23 1 0:22 / /sys rw - sysfs sysfs rw",
  ].join("\n");
  assert.equal(hidepidOf(mountOf(mounts, "/proc")), "invisible");
  assert.equal(hidepidOf(mountOf(mounts, "/sys")), null);
  assert.equal(hidepidOf("rw,hidepid=0"), null);
  assert.equal(mountOf(mounts, "/nowhere"), null);
});
