// Every command on a proc file system that is mounted elsewhere, as a container sees that of its host.
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { after, before, describe, test } from "node:test";
import { DESCRY } from "../program.ts";

const root = process.getuid?.() === 0;

/**
 * Where the host's /proc is: a mount that only descry sees, in pid and mount namespaces of its own, where /proc itself
 * has nothing but descry. Without root a link to /proc has to do.
 */
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descry-host-proc-"));
const proc = path.join(folder, "proc");
after(() => fs.rmSync(folder, { recursive: true }));

const PROGRAM =
  'const s = require("node:net").createServer(); s.listen(0, "0.0.0.0", () => console.log(s.address().port));';
let program: ChildProcess;
let pid = 0;
let port = "";

before(async () => {
  if (root) fs.mkdirSync(proc);
  else fs.symlinkSync("/proc", proc);
  // A network namespace of its own: its tables are found through PATH/PID/net alone.
  const args = [process.execPath, "-e", PROGRAM];
  const [command, ...rest] = root ? ["unshare", "--net", ...args] : args;
  program = spawn(command ?? "", rest, { stdio: ["ignore", "pipe", "inherit"] });
  pid = program.pid ?? 0;
  assert.ok(program.stdout !== null);
  [port] = (await once(readline.createInterface({ input: program.stdout }), "line")) as [string];
});
after(() => void program.kill("SIGKILL"));

function descry(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const inside = `mount --rbind /proc '${proc}' && exec unshare --pid --uts --fork --mount-proc sh -c 'echo pod-x2x9v > /proc/sys/kernel/hostname; exec "$0" "$@"' "$@"`;
  const [command, ...first] = root ? ["unshare", "--mount", "sh", "-c", inside, "sh", DESCRY] : [DESCRY];
  const { stdout, stderr, status } = spawnSync(command ?? "", [...first, ...args], {
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  return { out: stdout, err: stderr, code: status, lines: stdout.split("\n").filter((line) => line !== "") };
}

const PROCFS = ["--procfs", proc];

/** The host's own name, unless its first process may not be asked for its namespace, as in some sandboxes. */
function expectedName(): string {
  if (!root) return os.hostname();
  try {
    fs.readlinkSync("/proc/1/ns/uts");
    return fs.readFileSync("/proc/1/root/etc/hostname", "utf8").trim();
  } catch {
    return "pod-x2x9v";
  }
}

describe("descry with the proc file system of its host elsewhere", () => {
  test("top and inspect show what runs there, with the sockets of another network namespace", () => {
    const top = descry(["top", "--once", "--json", ...PROCFS]);
    assert.equal(top.code, 0, top.err);
    const snapshot = JSON.parse(top.lines[0] ?? "") as {
      host: string;
      services: { processes: { pid: number }[] }[];
    };
    assert.equal(snapshot.host, expectedName());
    assert.ok(snapshot.services.some(({ processes }) => processes.some((one) => one.pid === pid)));
    const inspect = descry(["inspect", String(pid), "--json", ...PROCFS]);
    assert.equal(inspect.code, 0, inspect.err);
    const service = JSON.parse(inspect.lines[0] ?? "") as {
      holdings: { subject: { kind: string; state: string | null; peer: string | null } }[];
    };
    const listening = service.holdings.filter(({ subject }) => subject.state === "LISTEN");
    assert.deepEqual(
      listening.map(({ subject }) => subject.peer),
      [`0.0.0.0:${port}`],
    );
  });

  test("check and watch find it by its pid there", () => {
    const check = descry(["check", "--pid", String(pid), "--for", "1s", ...PROCFS]);
    assert.equal(check.code, 0, check.out + check.err);
    assert.match(check.out, /^DESCRY OK/);
    const watch = descry(["watch", "--pid", String(pid), "--for", "1s", "--json", ...PROCFS]);
    assert.equal(watch.code, 0, watch.err);
    assert.match(watch.lines.at(-1) ?? "", /"watchedProcesses":1,/);
  });

  test("record keeps its facts, and replay judges them", () => {
    const file = path.join(folder, "r.descry");
    const record = descry(["record", "-o", file, "--pid", String(pid), "--for", "1s", ...PROCFS]);
    assert.equal(record.code, 0, record.err);
    const replay = descry(["replay", file, "--json"]);
    assert.equal(replay.code, 0, replay.err);
    assert.match(replay.lines.at(-1) ?? "", /"watchedProcesses":1,/);
  });

  test("HOST_PROC does the same, and the flag counts for more", () => {
    const named = ["check", "--pid", String(pid), "--for", "1s"];
    assert.equal(descry(named, { HOST_PROC: `${proc}/` }).code, 0);
    assert.equal(descry([...named, ...PROCFS], { HOST_PROC: "/nowhere" }).code, 0);
    const nowhere = descry(named, { HOST_PROC: "/nowhere" });
    assert.equal(nowhere.code, 3);
    assert.match(nowhere.out, /There are no processes in \/nowhere/);
  });

  test("its own /proc is another one", { skip: root ? false : "only root makes pid namespaces" }, () => {
    const check = descry(["check", "--pid", String(pid), "--for", "1s"]);
    assert.equal(check.code, 3);
    assert.match(check.out, /There is no process/);
  });

  test("the capture script takes the path too", () => {
    const script = spawnSync(DESCRY, ["capture-script"], { encoding: "utf8" }).stdout;
    const captured = spawnSync("sh", ["-s", "--", "rounds=1", `pid=${pid}`, "procfs=/proc/self/root/proc"], {
      input: script,
      encoding: "latin1",
    });
    assert.equal(captured.status, 0, captured.stderr);
    assert.match(captured.stdout, new RegExp(`^${pid}/fd:$`, "m"));
  });
});
