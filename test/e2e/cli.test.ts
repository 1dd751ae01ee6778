// The commands as a user calls them, on a program that really leaks: exit codes, streams, signals, pipes.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { type Mkleak, startMkleak } from "../../lab/mkleak/start.ts";
import { until } from "../../lab/wait.ts";
import { DESCRY } from "../program.ts";

const folder = mkdtempSync(join(tmpdir(), "descry-cli-"));
after(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly lines: readonly string[];
}

function start(args: readonly string[]): ChildProcess {
  return spawn(DESCRY, args, { stdio: ["ignore", "pipe", "pipe"] });
}

async function end(child: ChildProcess): Promise<Ended> {
  assert.ok(child.stdout !== null && child.stderr !== null);
  const code = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, err, lines: out.split("\n").slice(0, -1) };
}

const descry = (...args: string[]): Promise<Ended> => end(start(args));

/** Ends a command by a signal once it has written its first line; resolves to how it ended. */
async function interrupted(signal: NodeJS.Signals, ...args: string[]): Promise<Ended> {
  const child = start(args);
  child.stdout?.once("data", () => child.kill(signal));
  return end(child);
}

type Json = Record<string, unknown> & { type?: string };
const parsed = (lines: readonly string[]): Json[] => lines.map((line) => JSON.parse(line) as Json);

/** What a verdict says, without the run that it was said in. */
const verdicts = (lines: readonly string[]): Json[] =>
  parsed(lines).filter((event) => event.type === "verdict");

describe("descry beside a leak of 250 close-wait connections a minute", { concurrency: 8 }, () => {
  let leak: Mkleak;
  before(async () => {
    leak = await startMkleak("close-wait", { rate: 250, forSeconds: 280 });
    // A first look can only name what is there.
    await until("the first kept connections", async () => (await leak.report()).kept >= 3);
  });
  after(() => leak.stop());

  test("check: exit code 2 within two minutes, in one line that names rule, peer and pace", async () => {
    const { code, err, lines } = await descry("check", "--pid", String(leak.pid), "--for", "2m");
    assert.equal(code, 2, lines.join("\n"));
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /^DESCRY CRITICAL - .*\(CLOSE_WAIT\).* \| 'leaks'=[1-9]/);
    assert.ok(lines[0]?.includes(leak.peer ?? "no peer"), lines[0]);
    assert.equal(err, "", "no progress where nobody looks");
  });

  test("record and replay: the same events, the same judgement", async () => {
    const file = join(folder, "leak.descry");
    const live = await descry("record", "--json", "-o", file, "--pid", String(leak.pid), "--for", "120s");
    assert.equal(live.code, 0, live.err);
    assert.match(live.err, /^Recorded (?:1m 59|2m 0[0-9])s, \d+ readings to .*leak\.descry \(.*B\)/);
    const replayed = await descry("replay", "--json", file);
    assert.equal(replayed.code, 2, replayed.err);
    assert.ok(verdicts(live.lines).length > 0);
    assert.deepEqual(verdicts(replayed.lines), verdicts(live.lines));
    assert.equal(parsed(replayed.lines).at(-1)?.type, "summary");
    const piped = spawn("sh", ["-c", `'${DESCRY}' replay - < '${file}'`], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const fromInput = await end(piped);
    assert.equal(fromInput.code, 2);
    assert.match(fromInput.out, / x LEAK /);
    const again = await descry("record", "-o", file, "--for", "1s");
    assert.equal(again.code, 3, "nothing is overwritten");
    assert.match(again.err, /exists already/);
  });

  test("top --once: a table; with --json the snapshot, with the counts of /proc", async () => {
    const table = await descry("top", "--once");
    assert.equal(table.code, 0);
    assert.match(
      table.out,
      /^descry {2}\S+ .*\n.*TIME_WAIT \(ports, not files\)\n\n +SERVICE .*WHAT IS NOT CLOSED$/m,
    );
    const earlier = await leak.report();
    const json = await descry("top", "--once", "--json", "--pid", String(leak.pid));
    assert.equal(json.lines.length, 1);
    const snapshot = JSON.parse(json.out) as { services: { processes: { pid: number; open: number }[] }[] };
    const view = snapshot.services
      .flatMap((service) => service.processes)
      .find((process) => process.pid === leak.pid);
    const later = await leak.report();
    assert.ok(view !== undefined);
    const kept = view.open - leak.descriptors;
    // One more may be under way: it has a descriptor before it is counted.
    assert.ok(earlier.kept <= kept && kept <= later.kept + 1, `${earlier.kept} <= ${kept} <= ${later.kept}`);
  });

  test("on a pipe: says what it sees, then keeps running until a signal ends it cleanly", async () => {
    const plain = await interrupted("SIGTERM", "--pid", String(leak.pid));
    assert.equal(plain.code, 0, plain.err);
    assert.match(plain.lines[0] ?? "", /^descry {2}.* first look /);
    assert.match(plain.out, /CLOSE_WAIT/);
    const json = await interrupted("SIGINT", "--json");
    assert.equal(json.code, 0, json.err);
    assert.deepEqual(
      [parsed(json.lines)[0]?.type, parsed(json.lines).at(-1)?.type],
      ["first-look", "summary"],
    );
  });

  test("inspect: a first look within the design's 25 lines of 120 columns", async () => {
    const { code, lines } = await descry("inspect", String(leak.pid));
    assert.equal(code, 0);
    assert.ok(lines.length <= 25 && lines.every((line) => line.length <= 120), lines.join("\n"));
    assert.match(lines.join("\n"), /^ {2}tcp out .* CLOSE_WAIT$/m);
    assert.match(lines.at(-1) ?? "", /^FIRST LOOK/);
  });

  test("watch: 0 at its end, 130 and 143 when it is cut short, 0 when it had no end", async () => {
    assert.equal((await descry("watch", "--for", "1s", "--pid", String(leak.pid))).code, 0);
    assert.equal((await interrupted("SIGINT", "watch", "--for", "1m")).code, 130);
    assert.equal((await interrupted("SIGTERM", "watch", "--for", "1m")).code, 143);
    assert.equal((await interrupted("SIGTERM", "watch")).code, 0);
  });

  test("a reader that goes away ends it without a word", async () => {
    const line = `'${DESCRY}' top --interval 100ms | head -n 1; echo "\${PIPESTATUS[0]}"`;
    // bash itself complains of a locale that is not installed.
    const env = { ...process.env, LC_ALL: "C" };
    const { out, err } = await end(spawn("bash", ["-c", line], { env, stdio: ["ignore", "pipe", "pipe"] }));
    assert.match(out, /first look.*\n0\n$/);
    assert.equal(err, "");
  });

  test("output that cannot be written is not a success", async () => {
    const full = await end(
      spawn("sh", ["-c", `'${DESCRY}' top --once > /dev/full`], { stdio: ["ignore", "pipe", "pipe"] }),
    );
    assert.equal(full.code, 3);
    assert.match(full.err, /cannot be written: .*no space left/i);
  });

  test(
    "inspect on a terminal: redraws, and gives the cursor back",
    { skip: !existsSync("/usr/bin/script") && "needs script(1)" },
    async () => {
      const { code, out } = await descryOnTerminal("inspect", String(leak.pid), "--for", "2s");
      assert.equal(code, 0);
      assert.ok(out.includes("\x1b[H") && out.includes("q quit"));
      assert.ok(out.trimEnd().endsWith("\x1b[?25h"));
    },
  );
});

/** script(1) gives the command a terminal of its own and passes its exit code on. */
function descryOnTerminal(...args: string[]): Promise<Ended> {
  const command = [DESCRY, ...args].map((word) => `'${word}'`).join(" ");
  return end(
    spawn("/usr/bin/script", ["-qec", command, "/dev/null"], {
      env: { ...process.env, TERM: "xterm" },
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
}

test("what is not there is UNKNOWN at once, in one line on standard output", async () => {
  const gone = await startMkleak("file", { forSeconds: 30 });
  await gone.stop();
  const pid = await descry("check", "--pid", String(gone.pid));
  assert.deepEqual([pid.code, pid.lines.length, pid.err], [3, 1, ""]);
  assert.match(pid.out, /^DESCRY UNKNOWN - There is no process \d+\./);
  const usage = await descry("check", "--jsn");
  assert.deepEqual(
    [usage.code, usage.out],
    [3, "DESCRY UNKNOWN - descry check has no option --jsn. Did you mean --json?\n"],
  );
  const command = await descry("chek");
  assert.deepEqual(
    [command.code, command.err],
    [3, "descry: descry has no command chek. Did you mean check?\n"],
  );
});

test("a process that ends while it is watched is UNKNOWN, a healthy one is OK", async () => {
  const short = await startMkleak("pool", { forSeconds: 3, more: ["--count", "5", "--over", "1s"] });
  const ended = await descry("check", "--pid", String(short.pid), "--for", "20s");
  assert.equal(ended.code, 3, ended.out);
  const healthy = await startMkleak("pool", { forSeconds: 30, more: ["--count", "5", "--over", "1s"] });
  const ok = await descry("check", "--pid", String(healthy.pid), "--for", "3s", "--json");
  await healthy.stop();
  assert.equal(ok.code, 0, ok.err);
  assert.deepEqual(parsed(ok.lines).at(-1)?.["verdicts"], 0);
  assert.match(ok.err, /^DESCRY OK - /);
});
