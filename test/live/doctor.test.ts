// What descry doctor says of this host, to root and to another user.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { DESCRY } from "../program.ts";

function doctor(before: readonly string[], ...args: string[]) {
  const { status, stdout, stderr } = spawnSync("env", [...before, DESCRY, "doctor", ...args], {
    encoding: "utf8",
  });
  assert.equal(stderr, "");
  return { status, stdout };
}

interface Found {
  readonly sight: string;
  readonly misses: readonly { readonly what: string }[];
  readonly mends: readonly { readonly why: string; readonly command: string | null }[];
  readonly found: {
    readonly wholeHost: boolean | null;
    readonly processes: Readonly<Record<"all" | "counted" | "listed", number>>;
  };
}

test("counts what it sees, and its exit code says how much that is", () => {
  const { status, stdout } = doctor([], "--json");
  const { sight, misses, found } = JSON.parse(stdout) as Found;
  assert.equal(status, { all: 0, part: 1, nothing: 3 }[sight]);
  assert.equal(sight === "all", misses.length === 0);
  assert.ok(found.processes.all > 0 && found.processes.counted <= found.processes.all);
});

test("another user sees less, and is told how to see the rest", (context) => {
  const user = ["setpriv", "--reuid=64233", "--regid=64233", "--clear-groups"];
  if (process.getuid?.() !== 0) return context.skip("only root may become another user");
  if (spawnSync("env", [...user, "test", "-r", DESCRY]).status !== 0)
    return context.skip("needs setpriv(1) and a clone that other users may read");
  const { status, stdout } = doctor(user, "--json");
  const { misses, mends, found } = JSON.parse(stdout) as Found;
  assert.equal(status, 1);
  assert.ok(found.processes.listed < found.processes.all);
  assert.match(misses.map(({ what }) => what).join("\n"), /not permitted/);
  // In a container the way out of it comes with the rights.
  const rights = found.wholeHost === false ? /the rights to look into them/ : /CAP_SYS_PTRACE/;
  assert.match(mends.map(({ why }) => why).join("\n"), rights);
});

test("in a pid namespace of its own the rest of the host is missed, unless procfs is the host's", (context) => {
  if (process.getuid?.() !== 0) return context.skip("only root may make namespaces");
  const inside = ["unshare", "--pid", "--fork", "--mount-proc"];
  if (spawnSync("env", [...inside, "true"]).status !== 0) return context.skip("unshare(1) is refused here");
  const { status, stdout } = doctor(inside, "--json");
  assert.equal(status, 1);
  const { misses, mends } = JSON.parse(stdout) as Found;
  assert.match(misses.map(({ what }) => what).join("\n"), /outside of this container/);
  assert.match(mends.map(({ command }) => command).join("\n"), /--pid=host --.*\nkubectl debug node/);
  const beside = doctor(["unshare", "--pid", "--fork"], "--json");
  const host = JSON.parse(beside.stdout) as Found;
  const here = JSON.parse(doctor([], "--json").stdout) as Found;
  assert.equal(host.found.wholeHost, here.found.wholeHost);
});

test("a folder without processes shows nothing", () => {
  assert.equal(doctor([], "--procfs", "/dev").status, 3);
});
