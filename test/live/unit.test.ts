// The unit that descry install writes, under systemd's own checks, and its capabilities under the kernel's.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { rightsOf } from "../../src/cli/install/unit.ts";
import { needs } from "../needs.ts";
import { DESCRY } from "../program.ts";

/** What systemd-analyze security of systemd 252 says of it; docs/install.md names both, and what the rest is made of. */
const EXPOSURE = { yes: 2.6, no: 2.3 } as const;

/** Installed into a folder, with a program that is there. */
function installed(context: TestContext, containers: string): string {
  const root = mkdtempSync(join(tmpdir(), "descry-unit-"));
  context.after(() => rmSync(root, { recursive: true }));
  const args = ["install", "--root", root, "--program", "/usr/bin/env", "--containers", containers];
  const { status, stderr } = spawnSync(DESCRY, args, { encoding: "utf8" });
  assert.deepEqual([status, stderr], [0, ""]);
  return join(root, "etc/systemd/system/descry.service");
}

for (const containers of ["yes", "no"] as const) {
  test(`systemd takes the unit (containers: ${containers})`, { skip: needs("systemd") }, (context) => {
    const unit = installed(context, containers);
    const verified = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" });
    assert.deepEqual([verified.status, verified.stderr], [0, ""]);
  });

  test(
    `its exposure is what is documented (containers: ${containers})`,
    { skip: needs("systemd") },
    (context) => {
      const unit = installed(context, containers);
      const args = ["security", "--no-pager", "--offline=yes", unit];
      const { stdout } = spawnSync("systemd-analyze", args, { encoding: "utf8" });
      const exposure = Number(/Overall exposure level for descry\.service: ([\d.]+)/.exec(stdout)?.[1]);
      assert.ok(exposure <= EXPOSURE[containers], stdout);
      const documented = readFileSync(new URL("../../docs/install.md", import.meta.url), "utf8");
      assert.ok(documented.includes(`${EXPOSURE[containers]}`));
    },
  );
}

/** What a doctor of another user with these capabilities alone misses, without numbers: processes come and go. */
function missed(rights: readonly string[] | "root"): string[] {
  const list = rights === "root" ? "" : rights.map((name) => `+${name.slice(4).toLowerCase()}`).join(",");
  const user = ["--reuid=64233", "--regid=64233", "--clear-groups", `--bounding-set=-all,${list}`];
  const become =
    rights === "root" ? [] : ["setpriv", ...user, `--inh-caps=${list}`, `--ambient-caps=${list}`];
  const { stdout, stderr } = spawnSync("env", [...become, DESCRY, "doctor", "--json"], { encoding: "utf8" });
  assert.equal(stderr, "");
  const { misses } = JSON.parse(stdout) as { misses: readonly { readonly what: string }[] };
  return misses.map(({ what }) => what.replaceAll(/\d+/g, "N"));
}

test("its capabilities are enough to see what root sees, and none of them can be spared", async (context) => {
  if (process.getuid?.() !== 0) return context.skip("only root may become another user");
  const rights = rightsOf({ containers: true });
  const held = rights.map((name) => `-${name.slice(4).toLowerCase()}`).join(",");
  if (spawnSync("setpriv", [`--bounding-set=${held}`, "test", "-r", DESCRY]).status !== 0)
    return context.skip("needs setpriv(1) and these capabilities");
  // Its network is one that only CAP_SYS_ADMIN may enter.
  const other = spawn("unshare", ["--net", "sh", "-c", "echo there; exec cat"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  context.after(() => other.kill());
  const [first] = (await Promise.race([once(other.stdout, "data"), once(other, "exit")])) as [unknown];
  if (!Buffer.isBuffer(first)) return context.skip("unshare(1) is refused here");

  assert.deepEqual(missed(rights), missed("root"));
  for (const spared of ["CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH"])
    assert.match(
      missed(rights.filter((name) => name !== spared)).join(),
      /processes hold: not permitted/,
      spared,
    );
  assert.match(missed(rightsOf({ containers: false })).join(), /idle times in N other network namespace/);
});
