import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { test } from "node:test";
import { loadSockets } from "../../src/kernel/sockdiag/native.ts";
import { hasPython, namespaceOfItsOwn, SocketActor } from "./socket-stage.ts";

/** Entering another network namespace, many times at once: every thread of the program stays in its own. */
const TIMES = 32;
const EPERM = 1;
const ESTALE = 116;
const loaded = loadSockets("/proc");

/** Opens the sockets of a namespace and prints what came of it and where the program's threads are then. */
const READER = `
const [, native, times, path, inode] = process.argv;
const { loadSockets } = await import(native);
const { addon } = loadSockets("/proc");
const { readdirSync, readlinkSync } = await import("node:fs");
const links = (folder, name) => readdirSync(folder).map((one) => { try { return readlinkSync(folder + one + name); } catch { return ""; } });
const sockets = () => links("/proc/self/fd/", "").filter((one) => one.startsWith("socket:")).length;
const before = sockets();
const kept = await Promise.all(Array.from({ length: Number(times) }, () => addon.openSockDiag(path, Number(inode))));
const results = [...new Set(kept.map((one) => typeof one === "number" ? one : "open"))];
const namespaces = [...new Set(links("/proc/self/task/", "/ns/net").filter((one) => one !== ""))];
const opened = sockets() - before;
for (const one of kept) if (typeof one !== "number") addon.closeSockDiag(one);
const left = sockets() - before;
console.log(JSON.stringify({ results, namespaces, opened, left }));
`;

function enter(before: readonly string[], path: string, inode: number): unknown {
  const native = new URL("../../src/kernel/sockdiag/native.ts", import.meta.url).href;
  const node = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", READER];
  const args = [...node, native, String(TIMES), path, String(inode)];
  const words = [...before, process.execPath, ...args];
  const ran = spawnSync("env", words, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  assert.equal(ran.status, 0, ran.error?.message);
  return JSON.parse(ran.stdout);
}

test("every thread stays in its own namespace, whether entering is allowed or not", async (context) => {
  if (!hasPython) return context.skip("needs python3");
  if (loaded === null || "absent" in loaded) return context.skip(`the C addon is absent: ${loaded?.absent}`);
  const before = namespaceOfItsOwn(context);
  if ("skip" in before) return context.skip(before.skip);
  const actor = await SocketActor.start(context, before);
  const path = `/proc/${actor.pid}/ns/net`;
  const { ino } = fs.statSync(path);
  const namespaces = [fs.readlinkSync("/proc/self/ns/net")];
  assert.deepEqual(enter([], path, ino), {
    results: ["open"],
    namespaces,
    opened: 2 * TIMES,
    left: 0,
  });
  assert.deepEqual(enter([], path, ino + 1), { results: [-ESTALE], namespaces, opened: 0, left: 0 });
  const without = ["setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin"];
  if (spawnSync("setpriv", ["--version"]).status !== 0)
    return context.skip("setpriv is not installed: entering without the right was not tried");
  assert.deepEqual(enter(without, path, ino), { results: [-EPERM], namespaces, opened: 0, left: 0 });
});
