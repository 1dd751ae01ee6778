import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { test } from "node:test";
import { Here } from "./here.ts";
import type { ProcFiles } from "./reading.ts";

const here = new Here("/proc");

test("the host by its boot id, and this process as the proc file system shows it", () => {
  assert.equal(here.bootId(), readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  const own = here.ownProcess();
  assert.equal(own?.pid, process.pid);
  assert.equal(here.startOf(process.pid), own?.startTicks);
  assert.equal(new Here("/nowhere").ownProcess(), null);
  assert.equal(new Here("/nowhere").bootId(), null);
});

test("a process with its descendants, and nobody else", async () => {
  const child = spawn("sh", ["-c", "sleep 60 & echo $!; wait"], { stdio: ["ignore", "pipe", "ignore"] });
  const [chunk] = (await once(child.stdout, "data")) as [Buffer];
  const sleeper = Number(chunk.toString());
  try {
    const pid = child.pid ?? assert.fail("it runs");
    assert.deepEqual(here.withDescendants([pid]), new Set([pid, sleeper]));
    assert.ok(here.withDescendants([process.pid]).has(sleeper));
  } finally {
    process.kill(sleeper);
    await once(child, "exit");
  }
});

test("who listens on a port is said by the kernel, for both families, and only of who listens", async () => {
  for (const address of ["127.0.0.1", "::1"]) {
    const server = createServer().listen(0, address);
    await once(server, "listening");
    const bound = server.address();
    const port = typeof bound === "object" && bound !== null ? bound.port : 0;
    assert.deepEqual(here.usersListeningOn(port), [process.getuid?.()], address);
    server.close();
    await once(server, "close");
    assert.deepEqual(here.usersListeningOn(port), []);
  }
});

test("several users on one port are all named; torn and hostile tables are no fault", () => {
  const head =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
  const row = (state: string, uid: number) =>
    `   0: 0100007F:2081 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000 ${uid} 0 12668 1 0 100 0 0 10 0\n`;
  const filesOf = (table: string): ProcFiles => ({
    read: (path) => (path.endsWith("/tcp") ? Buffer.from(table) : "exited"),
    names: () => [],
    link: () => null,
    stat: () => null,
  });
  const users = (table: string) => new Here("/proc", filesOf(table)).usersListeningOn(0x2081);
  assert.deepEqual(users(head + row("0A", 0) + row("01", 7) + row("0A", 1000)), [0, 1000]);
  assert.deepEqual(users(head + "garbage\n" + row("0A", 5) + row("0A", 6).slice(0, 90)), [5]);
  assert.deepEqual([users(""), users("\n"), users(head)], [[], [], []]);
});
