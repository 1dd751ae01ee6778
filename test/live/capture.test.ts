// The capture script on this host, against what the mounted procfs says, and as a user pipes it into replay.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { after, test, type TestContext } from "node:test";
import { startMkleak } from "../../lab/mkleak/start.ts";
import { captureScript, openRecording } from "../../src/agent/sources.ts";
import type { Fact } from "../../src/model/facts.ts";
import { Actor, Eyes } from "./kernel-stage.ts";
import { DESCRY } from "../program.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descry-live-capture-"));
after(() => fs.rmSync(folder, { recursive: true }));
const script = await captureScript();
const asRoot = process.getuid?.() === 0 ? false : "only root makes namespaces";

/** The facts of each round of a capture. */
async function capture(...args: string[]): Promise<(readonly Fact[])[]> {
  const { stdout, stderr } = spawnSync("sh", ["-s", "--", ...args], { input: script, maxBuffer: 2 ** 30 });
  assert.equal(String(stderr), "");
  const file = path.join(folder, "capture");
  fs.writeFileSync(file, stdout);
  const { source } = await openRecording(file);
  const rounds: (readonly Fact[])[] = [];
  for (let facts = await source.read({ pids: new Set() }); facts !== null;) {
    rounds.push(facts.facts);
    facts = await source.read({ pids: new Set() });
  }
  await source.close();
  return rounds;
}

const of = <K extends Fact["fact"]>(facts: readonly Fact[], kind: K): Extract<Fact, { fact: K }>[] =>
  facts.filter((fact): fact is Extract<Fact, { fact: K }> => fact.fact === kind);

test("a process, its descriptors and its sockets are those of the mounted procfs", async (context) => {
  const actor = new Actor(context);
  const eyes = new Eyes(actor.pid);
  await actor.do("open", path.join(folder, "líne\nlrwx------ 1 0 0 64 Nov 23 09:01 6 -> socket:[1]"));
  const at = await actor.do<{ address: string; port: number }>("listen", "server", {
    host: "127.0.0.1",
    port: 0,
  });
  const { port } = at;
  await actor.do("connect", "client", { host: "127.0.0.1", port });
  await eyes.until("the accepted end", async () => actor.do<boolean>("has", "server accepted"));
  const listener = await eyes.until("the listener", () => eyes.socket(actor.pid, `127.0.0.1:${port}`));
  await eyes.until("all that is open", () => eyes.open(actor.pid).size === eyes.pulse(actor.pid)?.open);
  const [facts = []] = await capture("rounds=1", `pid=${actor.pid}`);
  const [process] = of(facts, "process");
  assert.deepEqual(process, eyes.process(actor.pid));
  const opened = new Map(of(facts, "listing").flatMap((listing) => [...listing.opened]));
  assert.deepEqual(opened, eyes.open(actor.pid));
  assert.deepEqual(of(facts, "pulse"), [{ fact: "pulse", pid: actor.pid, open: opened.size }]);
  const socket = of(facts, "socket").find(({ inode }) => inode === listener.inode);
  assert.equal(socket?.state, "LISTEN");
  assert.equal(socket.local, `127.0.0.1:${port}`);
  assert.equal(of(facts, "tables")[0]?.netns, process?.netns);
});

test(
  "a process in another network namespace has that namespace's tables",
  { skip: asRoot },
  async (context) => {
    const child = inNamespace(context, "--net");
    const pid = child.pid ?? 0;
    const [port] = (await once(readline.createInterface({ input: child.stdout }), "line")) as [string];
    const [facts = []] = await capture("rounds=1");
    const listener = of(facts, "process").find((fact) => fact.pid === pid);
    const netns = fs.statSync(`/proc/${pid}/ns/net`).ino;
    assert.equal(listener?.netns, netns);
    assert.notEqual(netns, fs.statSync("/proc/self/ns/net").ino);
    const listening = of(facts, "socket").filter(
      (socket) => socket.netns === netns && socket.state === "LISTEN",
    );
    assert.ok(
      listening.some(({ local }) => local === `0.0.0.0:${port}`),
      JSON.stringify(listening),
    );
  },
);

/** A program that listens on every address and prints the port, in namespaces of its own. */
function inNamespace(context: TestContext, ...flags: string[]) {
  const program =
    'const s = require("node:net").createServer(); s.listen(0, "0.0.0.0", () => console.log(s.address().port));';
  const child = spawn("unshare", [...flags, process.execPath, "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  context.after(() => void child.kill("SIGKILL"));
  return child;
}

test("a pipeline of the three names a process at its limit before the capture ends, and the capture ends with it", async () => {
  const leak = await startMkleak("tcp", { rate: 60_000, limit: 128 });
  try {
    const pipeline = `'${DESCRY}' capture-script | sh -s rounds=1000 every=1 | '${DESCRY}' replay - --pid ${leak.pid}`;
    const child = spawn("sh", ["-c", pipeline], { stdio: ["ignore", "pipe", "inherit"], detached: true });
    const exit = new Promise((resolve) => child.once("exit", resolve));
    let found = "";
    for await (const line of readline.createInterface({ input: child.stdout })) {
      if (!line.includes(" FULL ")) continue;
      found = line;
      break;
    }
    assert.match(found, new RegExp(`pid ${leak.pid}\\) is at its limit of open files`));
    assert.equal(child.exitCode, null, "the capture is still going on");
    process.kill(-(child.pid ?? 0), "SIGTERM");
    await exit;
  } finally {
    await leak.stop();
  }
});

for (const [what, ignored] of [
  ["a reader that goes away ends the script", ""],
  ["also where SIGPIPE is ignored", "trap '' PIPE; "],
] as const) {
  test(what, () => {
    const command = `${ignored}{ sh -s rounds=1000 every=1 pid=$$; echo "ended $?" >&2; } | head -c 100 >/dev/null`;
    const { stderr, status, error } = spawnSync("sh", ["-c", command], { input: script, timeout: 60_000 });
    assert.equal(error, undefined);
    assert.equal(status, 0);
    assert.match(String(stderr), /ended \d+/);
  });
}

test("SIGTERM ends a capture well", async () => {
  const child = spawn("sh", ["-s", "--", "rounds=1000", "every=1", `pid=${process.pid}`], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(script);
  const exit = new Promise((resolve) => child.once("exit", resolve));
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    if (chunks.push(chunk) === 1) child.kill("SIGTERM");
  }
  assert.equal(await exit, 0);
  const file = path.join(folder, "ended");
  fs.writeFileSync(file, Buffer.concat(chunks));
  assert.match(fs.readFileSync(file, "latin1").trimEnd(), / end$/);
  const zipped = spawnSync("sh", ["-c", `gzip -c '${file}' | '${DESCRY}' replay - --quiet`]);
  assert.equal(String(zipped.stderr).includes("torn"), false);
});
