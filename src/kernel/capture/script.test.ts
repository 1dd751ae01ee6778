import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, test, type TestContext } from "node:test";
import { FakeProc, tick } from "../../../test/fixtures/proc/fake-proc.ts";
import type { Fact } from "../../model/facts.ts";
import { captureScript } from "./script.ts";
import { openCapture } from "./source.ts";

/** Shells that must all run it; where one is not installed there is nothing to try. */
const SHELLS = [["dash"], ["bash"], ["bash", "--posix"], ["busybox", "ash"]] as const;
const MARK = "04a4417b-759c-4dbf-bbb4-00c5fdf1f70c";
/** What a program that has read this page may try; the mark of a capture it cannot know. */
const GUESS = "f1e2d3c4-759c-4dbf-bbb4-00c5fdf1f70c";

function whereIs(program: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(":");
  return folders.map((folder) => path.join(folder, program)).find((file) => fs.existsSync(file));
}

function run(shell: readonly string[], args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  const [program = "sh", ...options] = shell;
  const input = captureScript();
  return spawnSync(whereIs(program) ?? program, [...options, "-s", "--", ...args], {
    input,
    env,
    maxBuffer: 2 ** 28,
  });
}

/** Only the programs that the script says it needs, as links to one that is all of them. */
function programsOf(context: TestContext, program: string): NodeJS.ProcessEnv {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descry-programs-"));
  context.after(() => fs.rmSync(folder, { recursive: true }));
  for (const name of ["ls", "cat", "sleep"]) {
    fs.symlinkSync(whereIs(program === "busybox" ? program : name) ?? name, path.join(folder, name));
  }
  // bash itself complains of a locale that is not installed.
  return { ...process.env, PATH: folder, LC_ALL: "C" };
}

async function factsOf(capture: Buffer): Promise<(readonly Fact[])[]> {
  const chunks = [capture];
  const source = await openCapture("capture", {
    next: async () => chunks.shift() ?? null,
    fault: () => null,
    close: async () => {},
  });
  const ticks: (readonly Fact[])[] = [];
  for (let facts = await source.read({ pids: new Set() }); facts !== null;) {
    ticks.push(facts.facts);
    facts = await source.read({ pids: new Set() });
  }
  return ticks;
}

function host(context: TestContext): FakeProc {
  const proc = new FakeProc(context);
  proc.write("uptime", "1001.00 2002.00\n");
  proc.write("sys/kernel/random/uuid", `${MARK}\n`);
  return proc;
}

/** As BusyBox's ls shows links: a question mark for each byte that is no plain character. */
function questioned(facts: readonly Fact[]): Fact[] {
  return facts.map((fact) =>
    fact.fact === "listing"
      ? { ...fact, opened: [...fact.opened].map(([number, link]) => [number, asAscii(link)] as const) }
      : fact,
  );
}

function asAscii(link: string): string {
  return Buffer.from(link)
    .toString("latin1")
    .replaceAll(/[^ -~]/g, "?");
}

for (const shell of SHELLS) {
  const name = shell.join(" ");
  describe(
    `the script under ${name}`,
    { skip: whereIs(shell[0]) === undefined && `${shell[0]} is not installed` },
    () => {
      test("captures what a mounted procfs says, whatever bytes it holds", async (context) => {
        const proc = host(context);
        const hostile = [
          "/a\nlrwx------ 1 0 0 64 Nov 23 09:01 6 -> socket:[5]",
          "/b \\n -> x",
          "/é",
          "/tab\t\u0001",
          "/'\"$(x)`*",
        ];
        proc.process(7, {
          0: "/dev/null",
          1: "socket:[5]",
          ...Object.fromEntries(hostile.map((link, at) => [at + 2, link])),
        });
        proc.write("sys/fs/inotify/max_user_instances", "128\n");
        proc.write("sys/fs/inotify/max_user_watches", "192536\n");
        proc.process(8, { 10: "pipe:[9]" }, { netns: 78 });
        proc.write("8/cmdline", `app\0${GUESS} done\0\n${GUESS} end\n\n${GUESS} round 1 1\n\0`);
        proc.write("8/cgroup", "0::/system.slice/docker-x.scope\n");
        proc.write(
          "7/net/tcp",
          `  sl  local_address\n   0: 0100007F:1F90 0100007F:0CEA 01 00000000:00000000 00:00000000 00000000     0        0 5 1 x\n\n${GUESS} end\n`,
        );
        const mounted = await tick(proc, proc.open());
        const { stdout, stderr, status } = run(
          shell,
          [`procfs=${proc.root}`, "rounds=1"],
          programsOf(context, shell[0]),
        );
        assert.equal(String(stderr), "");
        assert.equal(status, 0);
        const [captured = [], ...more] = await factsOf(stdout);
        assert.equal(more.length, 0);
        const escaped = stdout.includes("names=escaped");
        assert.deepEqual(captured, escaped ? mounted : questioned(mounted));
      });

      test("refuses what it does not understand", (context) => {
        const proc = host(context);
        for (const [argument, message] of [
          ["round=1", /it takes rounds=N/],
          ["rounds=x", /rounds needs a whole number, not x/],
          ["rounds=99999999999999999999", /rounds needs a whole number/],
          ["every=60", /too long to tell a leak/],
          ["pid=7", /there is no process 7/],
          [`procfs=${proc.root}/sys`, /is no proc file system/],
          ["procfs=/nowhere/at/all", /there is no folder/],
        ] as const) {
          const { stdout, stderr, status } = run(shell, [`procfs=${proc.root}`, argument]);
          assert.match(String(stderr), message);
          assert.equal(String(stdout), "");
          assert.equal(status, 3);
        }
      });
    },
  );
}

test("later rounds say what changed; one process alone; no command lines", async (context) => {
  const proc = host(context);
  proc.process(7, { 0: "/dev/null" });
  proc.process(8, { 0: "/dev/null" });
  const all = await factsOf(run(["sh"], [`procfs=${proc.root}`, "rounds=3", "every=0"]).stdout);
  assert.equal(all.length, 3);
  assert.deepEqual(all[1], all[2]);
  const one = run(["sh"], [`procfs=${proc.root}`, "rounds=1", "pid=7", "commands=no"]).stdout;
  assert.ok(!one.includes("8/fd") && !one.includes("--token"));
  const [facts = []] = await factsOf(one);
  const processes = facts.filter((fact) => fact.fact === "process");
  assert.deepEqual(
    processes.map(({ pid, name, command }) => [pid, name, command]),
    [[7, "app", []]],
  );
});

test("settings of the user's own do not change what ls prints", async (context) => {
  const proc = host(context);
  proc.process(7, { 0: "/a b" });
  const env = {
    ...process.env,
    TIME_STYLE: "+%s\n%s",
    QUOTING_STYLE: "c",
    LC_ALL: "de_DE.UTF-8",
    POSIXLY_CORRECT: "1",
  };
  const [facts = []] = await factsOf(run(["sh"], [`procfs=${proc.root}`, "rounds=1"], env).stdout);
  const listing = facts.find((fact) => fact.fact === "listing");
  assert.deepEqual(listing?.opened, [[0, "/a b"]]);
});
