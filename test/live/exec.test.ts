// `descry exec` as a CI job calls it: real commands, real leaks, exit codes, streams, signals.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { until } from "../../lab/wait.ts";
import { DESCRY } from "../program.ts";

const MKLEAK = join(import.meta.dirname, "../../lab/mkleak.py");
const PYTHON = "/usr/bin/python3";
const folder = mkdtempSync(join(tmpdir(), "descry-exec-"));
after(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(args: readonly string[], input?: string): ChildProcess {
  const child = spawn(DESCRY, ["exec", ...args], { stdio: ["pipe", "pipe", "pipe"], cwd: folder });
  child.stdin?.end(input ?? "");
  return child;
}

async function end(child: ChildProcess): Promise<Ended> {
  assert.ok(child.stdout !== null && child.stderr !== null);
  const code = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, err };
}

const exec = (...args: string[]): Promise<Ended> => end(start(args));

/** A program of Python as an argument. */
const python = (program: string): string[] => [PYTHON, "-c", program];

const WITH_SERVER = `
import socket, sys, time
server = socket.create_server(("127.0.0.1", 0), backlog=200)
def connect(): return socket.create_connection(server.getsockname())
`;

describe("descry exec", { concurrency: 3 }, () => {
  test("a run of 8 s that keeps 20 connections fails, one that keeps none passes", async () => {
    // Two seconds more: what was opened after the last look cannot be told.
    const opening = "kept = []\nfor _ in range(20): kept.append(connect()); time.sleep(0.3)\ntime.sleep(2)";
    const kept = await exec("--", ...python(WITH_SERVER + opening));
    assert.equal(kept.code, 2, kept.err);
    assert.match(kept.err, /^descry: LEAK: .*python3.* kept 20 connections to 127\.0\.0\.1:\d+$/m);
    assert.match(
      kept.err,
      /at its end \d+ · kept 20 · allowed 0\n.*a pool would have stopped growing\n.*--allow tcp:/,
    );
    const none = await exec("--", PYTHON, MKLEAK, "churn", "--rate", "150", "--for", "8s");
    assert.deepEqual([none.code, none.err.match(/LEAK/g)], [0, null], none.err);
  });

  test("20 opened at once and left to the end fail, 20 that were closed and a handful of a client pass", async () => {
    const run = (body: string) => exec("--", ...python(WITH_SERVER + body));
    const left = await run("kept = [connect() for _ in range(20)]; time.sleep(3)");
    assert.equal(left.code, 2, left.err);
    assert.match(left.err, /kept 20 connections/);
    const closed = await run(
      "kept = [connect() for _ in range(20)]; time.sleep(1)\nfor c in kept: c.close()\ntime.sleep(3)",
    );
    assert.equal(closed.code, 0, closed.err);
    const client = await run("kept = [connect() for _ in range(5)]; time.sleep(2)");
    assert.equal(client.code, 0, client.err);
  });

  test("a daemon that left session, group and parents belongs to the run", async () => {
    const daemon = `
import os, sys, time
if os.fork(): time.sleep(0.2); sys.exit()
os.setsid()
if os.fork(): sys.exit()
nowhere = os.open(os.devnull, os.O_RDWR)
for standard in (0, 1, 2): os.dup2(nowhere, standard)
kept = []
for _ in range(600):
    kept.append(open("/etc/passwd")); time.sleep(0.1)
`;
    const { code, err } = await exec("--settle", "3s", "--", ...python(daemon));
    const [, left = ""] = /^descry: left running: .*python3.* \(pid (\d+)\)$/m.exec(err) ?? [];
    assert.match(left, /^\d+$/, err);
    process.kill(Number(left), "SIGKILL");
    assert.equal(code, 2, err);
    assert.match(err, /kept \d+ files in \/etc$/m);
  });

  test("the command's failure wins; 126 and 127 as env(1); 128 and the signal that killed it", async () => {
    const leaky = `${WITH_SERVER}\nkept = [connect() for _ in range(20)]; time.sleep(2); sys.exit(7)`;
    const both = await exec("--", ...python(leaky));
    assert.equal(both.code, 7);
    assert.match(both.err, /LEAK/);
    const codes = await Promise.all([
      exec("--", "/nonexistent/command"),
      exec("--", "/etc/passwd"),
      exec("--", "sh", "-c", "exit 3"),
      exec("--", "sh", "-c", "kill -KILL $$"),
      exec("--pid", "4194303", "--", "true"),
      exec(),
    ]);
    assert.deepEqual(
      codes.map(({ code }) => code),
      [127, 126, 3, 137, 125, 125],
    );
    assert.ok(
      codes.every(({ out }) => out === ""),
      "standard output is the command's",
    );
  });

  test("input and output are the command's own, arguments and further descriptors reach it", async () => {
    const passed = await end(start(["--quiet", "--", "cat"], "hello\n"));
    assert.deepEqual(passed, { code: 0, out: "hello\n", err: "" });
    const words = await exec("--quiet", "printf", "[%s]", "--json", "a b", "");
    assert.equal(words.out, "[--json][a b][]");
    const file = join(folder, "third");
    const shell = spawn("sh", [
      "-c",
      `"$1" exec --quiet -- sh -c 'echo there >&3' 3>"$2"`,
      "sh",
      DESCRY,
      file,
    ]);
    await new Promise((resolve) => shell.once("exit", resolve));
    assert.equal(readFileSync(file, "utf8"), "there\n");
  });

  test("signals are passed on, and what the command makes of them counts", async () => {
    for (const [signal, name] of [
      ["SIGTERM", "TERM"],
      ["SIGINT", "INT"],
      ["SIGHUP", "HUP"],
    ] as const) {
      const child = start([
        "--quiet",
        "--",
        "sh",
        "-c",
        `trap 'echo got ${name}; kill $!; exit 9' ${name}; echo ready; sleep 30 & wait`,
      ]);
      child.stdout?.once("data", () => child.kill(signal));
      const { code, out } = await end(child);
      assert.deepEqual([code, out], [9, `ready\ngot ${name}\n`]);
    }
  });

  test("--junit writes what it says, --json says it to standard error", async () => {
    const file = join(folder, "report.xml");
    const leaky = `${WITH_SERVER}\nkept = [connect() for _ in range(20)]; time.sleep(2)`;
    const { code, out, err } = await exec(
      "--json",
      "--junit",
      file,
      "--leak-exit-code",
      "5",
      "--",
      ...python(leaky),
    );
    assert.deepEqual([code, out], [5, ""]);
    const run = JSON.parse(err) as { leaks: number; kept: { kept: number; allow: string }[] };
    assert.deepEqual([run.leaks, run.kept[0]?.kept], [1, 20]);
    assert.match(
      readFileSync(file, "utf8"),
      /<testsuite name="descry" tests="\d+" failures="1"[\s\S]*kept 20 connections/,
    );
  });
});

describe("descry exec --pid", () => {
  let server: ChildProcess;
  let port: number;
  before(async () => {
    // Keeps three files for each connection that it serves.
    const program = `
import socket, sys
server = socket.create_server(("127.0.0.1", 0)); print(server.getsockname()[1], flush=True)
kept = []
while True:
    c, _ = server.accept()
    kept += [open("/etc/passwd") for _ in range(3)]
    c.sendall(b"done"); c.close()
`;
    server = spawn(PYTHON, ["-c", program], { stdio: ["ignore", "pipe", "inherit"] });
    port = await new Promise((resolve) =>
      server.stdout?.once("data", (line: Buffer) => resolve(Number(line))),
    );
  });
  after(() => server.kill("SIGKILL"));
  const ask = (times: number): string[] =>
    python(
      `import socket\nfor _ in range(${times}): socket.create_connection(("127.0.0.1", ${port})).recv(4)`,
    );

  test("a run of a fraction of a second counts, to the last descriptor", async () => {
    const { code, err } = await exec("--settle", "500ms", "--pid", String(server.pid), "--", ...ask(2));
    assert.equal(code, 2, err);
    assert.match(err, /\(pid \d+\) kept 6 files in \/etc$/m);
    assert.match(err, /after the command \d+ · kept 6 · allowed 0/);
    assert.match(err, /--allow file:\/etc=6$/m);
  });

  test("what is allowed passes, and a run that asks nothing of it keeps nothing", async () => {
    const args = ["--settle", "500ms", "--pid", String(server.pid)];
    const allowed = await exec(...args, "--allow", "file:/etc=6", "--", ...ask(2));
    assert.equal(allowed.code, 0, allowed.err);
    assert.match(allowed.err, /nothing kept but what is allowed \(6 files in \/etc\)/);
    const quiet = await exec(...args, "--", "true");
    assert.equal(quiet.code, 0, quiet.err);
  });

  test(
    "who may not read it is told before anything runs",
    { skip: process.getuid?.() !== 0 && "needs root" },
    async () => {
      const marker = join(folder, "ran");
      writeFileSync(marker, "");
      const child = spawn(
        "setpriv",
        [
          "--reuid=65534",
          "--regid=65534",
          "--clear-groups",
          DESCRY,
          "exec",
          "--pid",
          String(server.pid),
          "--",
          "rm",
          marker,
        ],
        { stdio: ["ignore", "pipe", "pipe"] },
      );
      const { code, err } = await end(child);
      assert.equal(code, 125);
      assert.match(err, /^descry: What process \d+ holds may not be read\. /);
      await until("nothing ran", () => readFileSync(marker, "utf8") === "");
    },
  );
});
