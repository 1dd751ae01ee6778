import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { after, before, test } from "node:test";
import { Actor, Eyes } from "./kernel-stage.ts";

let folder = "";
before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "descry-live-kernel-"));
});
after(() => fs.rmSync(folder, { recursive: true, force: true }));

test("a process: who it is, what it opens and closes, and its end", async (context) => {
  const actor = new Actor(context);
  const eyes = new Eyes(actor.pid);
  const file = path.join(folder, "líne\nend");
  const number = await actor.do<number>("open", file);
  await eyes.until("the open file", () => eyes.open(actor.pid).get(number) === file);
  const who = eyes.process(actor.pid);
  assert.equal(who?.parent, process.pid);
  assert.equal(who.uid, process.getuid?.());
  assert.equal(who.command[1], "--no-warnings");
  assert.equal(who.netns, fs.statSync("/proc/self/ns/net").ino);
  assert.equal(eyes.pulse(actor.pid)?.open, eyes.open(actor.pid).size);
  await actor.do("close", number);
  await eyes.until("the closed file", () => !eyes.open(actor.pid).has(number));
  await actor.kill();
  const exit = await eyes.until("the exit", () => eyes.exit(actor.pid));
  assert.equal(exit.startTicks, who.startTicks);
});

test("a number that is closed and given out again, and a file that is deleted while open", async (context) => {
  const actor = new Actor(context);
  const eyes = new Eyes(actor.pid);
  const [one, other] = [path.join(folder, "one"), path.join(folder, "other")];
  const number = await actor.do<number>("open", one);
  await eyes.until("the first file", () => eyes.open(actor.pid).get(number) === one);
  assert.equal(await actor.do<number>("reopen", number, other), number);
  await eyes.until("the second file", () => eyes.open(actor.pid).get(number) === other);
  const listing = eyes.of("listing").findLast((fact) => fact.pid === actor.pid);
  assert.deepEqual(listing, {
    fact: "listing",
    pid: actor.pid,
    first: false,
    opened: [[number, other]],
    closed: [number],
  });
  await actor.do("unlink", other);
  await eyes.until("the deletion", () => eyes.open(actor.pid).get(number) === `${other} (deleted)`);
  assert.deepEqual(eyes.of("listing").findLast((fact) => fact.pid === actor.pid)?.renamed, [
    [number, `${other} (deleted)`],
  ]);
});

for (const [title, host, local] of [
  ["IPv4", "127.0.0.1", (port: number) => `127.0.0.1:${port}`],
  ["IPv6", "::1", (port: number) => `[::1]:${port}`],
  ["IPv4 mapped into IPv6", "::", (port: number) => `127.0.0.1:${port}`],
] as const) {
  test(`both ends of a connection over ${title}, from LISTEN to CLOSE_WAIT`, async (context) => {
    if (host !== "127.0.0.1" && !(await hasIpv6())) return context.skip("this host has no IPv6");
    const server = new Actor(context);
    const client = new Actor(context);
    const eyes = new Eyes(server.pid, client.pid);
    const { port } = await server.do<net.AddressInfo>("listen", "s", { port: 0, host });
    const listener = await eyes.until("the listener", () =>
      eyes.socket(server.pid, host === "127.0.0.1" ? `127.0.0.1:${port}` : `[${host}]:${port}`),
    );
    assert.deepEqual([listener.protocol, listener.state], ["tcp", "LISTEN"]);
    const from = await client.do<net.AddressInfo>("connect", "c", {
      port,
      host: host === "::" ? "127.0.0.1" : host,
    });
    const [here, there] = [local(from.port), local(port)];
    const opened = await eyes.until("the client's end", () => eyes.socket(client.pid, here, there));
    const accepted = await eyes.until("the server's end", () => eyes.socket(server.pid, there, here));
    assert.deepEqual([opened.state, accepted.state], ["ESTABLISHED", "ESTABLISHED"]);
    await server.do("end", "s accepted");
    const stateOf = (inode: number): string | undefined =>
      eyes.sockets().find((one) => one.inode === inode)?.state;
    await eyes.until("CLOSE_WAIT", () => stateOf(opened.inode) === "CLOSE_WAIT");
    await eyes.until("FIN_WAIT2", () => stateOf(accepted.inode) === "FIN_WAIT2");
    await client.do("destroy", "c");
    await eyes.until(
      "the end of both",
      () => stateOf(opened.inode) === undefined && stateOf(accepted.inode) === undefined,
    );
    const address = host === "127.0.0.1" ? there : `[${host}]:${port}`;
    const waiting = await eyes.until("TIME_WAIT", () =>
      eyes.of("time-wait").find((fact) => fact.address === address),
    );
    assert.deepEqual([waiting.direction, waiting.count], ["inbound", 1]);
  });
}

test("unix sockets with their path", async (context) => {
  const actor = new Actor(context);
  const eyes = new Eyes(actor.pid);
  const at = path.join(folder, "a b\u00e9");
  await actor.do("listen", "s", { path: at });
  const listener = await eyes.until("the listener", () => eyes.socket(actor.pid, at));
  assert.deepEqual([listener.protocol, listener.state], ["unix", "LISTEN"]);
  await actor.do("connect", "c", { path: at });
  await eyes.until("the accepted end", () =>
    eyes
      .sockets()
      .find((one) => one.local === at && one.state === "CONNECTED" && one.inode !== listener.inode),
  );
});

test("exec keeps the process and changes the command", async (context) => {
  const actor = new Actor(context);
  const eyes = new Eyes(actor.pid);
  await actor.do("has", "nothing");
  const started = await eyes.until("the process", () => eyes.process(actor.pid));
  actor.tell("exec", "/bin/sleep", ["sleep", "600"]);
  const since = await eyes.until("the new command", () => {
    const now = eyes.process(actor.pid);
    return now?.command[0] === "sleep" && now;
  });
  assert.deepEqual([since.startTicks, since.name], [started.startTicks, "sleep"]);
  assert.equal(eyes.exit(actor.pid), undefined);
});

test("a limit that is changed from outside", async (context) => {
  const actor = new Actor(context);
  const eyes = new Eyes(actor.pid);
  await actor.do("has", "nothing");
  const limit = await eyes.until("the limit", () => eyes.process(actor.pid)?.softLimit ?? undefined);
  const set = spawnSync("prlimit", ["--pid", String(actor.pid), `--nofile=${limit - 7}:`]);
  if (set.status !== 0) return context.skip("prlimit is not there or not allowed");
  await eyes.until("the new limit", () => eyes.process(actor.pid)?.softLimit === limit - 7);
});

test("a zombie has exited, though its pid is still there", async (context) => {
  const child = spawn("/bin/sh", ["-c", "sleep 600 & echo $!; exec sleep 600"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  context.after(() => void child.kill("SIGKILL"));
  assert.ok(child.stdout !== null);
  const line = await readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const pid = Number(line.value);
  const eyes = new Eyes(pid);
  // Its parent must be the program that waits for nobody: a shell may wait for it.
  const parent = child.pid;
  await eyes.until("the process", () => eyes.pulse(pid));
  await eyes.until("its parent", () => fs.readFileSync(`/proc/${parent}/comm`, "latin1").trim() === "sleep");
  process.kill(pid, "SIGKILL");
  await eyes.until("the exit", () => eyes.exit(pid));
  assert.match(fs.readFileSync(`/proc/${pid}/stat`, "latin1"), /\) Z /);
  const pulses = eyes.of("pulse").filter((fact) => fact.pid === pid);
  assert.ok(pulses.every((fact) => fact.open > 0));
});

test("the leading thread exits: its descriptors are those of the threads that live", async (context) => {
  const script =
    "import threading, time, ctypes, os\nthreading.Thread(target=lambda: time.sleep(600)).start()\ninput()\nctypes.CDLL(None).syscall(ctypes.c_long(int(os.environ['EXIT'])), 0)\n";
  const number = { x64: "60", arm64: "93" }[process.arch as string];
  if (number === undefined || spawnSync("python3", ["-c", "import ctypes"]).status !== 0)
    return context.skip("needs python3 on x64 or arm64");
  const child = spawn("python3", ["-c", script], {
    stdio: ["pipe", "ignore", "inherit"],
    env: { ...process.env, EXIT: number },
  });
  context.after(() => void child.kill("SIGKILL"));
  const pid = child.pid;
  assert.ok(pid !== undefined);
  const eyes = new Eyes(pid);
  await eyes.until(
    "the process",
    () => eyes.open(pid).size > 0 && eyes.process(pid)?.name.startsWith("python"),
  );
  child.stdin?.write("\n");
  await eyes.until("the exited leader", () => /\) Z /.test(fs.readFileSync(`/proc/${pid}/stat`, "latin1")));
  await eyes.look();
  assert.equal(eyes.exit(pid), undefined);
  assert.ok((eyes.pulse(pid)?.open ?? 0) > 0);
  assert.ok(eyes.open(pid).size > 0);
});

test("this process is watched as any other, without the folders that watching opens", async () => {
  const eyes = new Eyes(process.pid);
  for (let times = 0; times < 5; times++) await eyes.look();
  const links = eyes
    .of("listing")
    .filter((fact) => fact.pid === process.pid)
    .flatMap((fact) => [...fact.opened].map(([, link]) => link));
  assert.ok(links.length > 0);
  assert.deepEqual(
    links.filter((link) => link.startsWith("/proc/")),
    [],
  );
});

async function hasIpv6(): Promise<boolean> {
  const server = net.createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(0, "::1", () => server.close(() => resolve(true)));
  });
}
