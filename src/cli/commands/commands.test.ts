import assert from "node:assert/strict";
import { test } from "node:test";
import { DescryError } from "../../model/error.ts";
import * as example from "../example/host.ts";
import { type ExampleTick, type Recorded, type Script, surroundingsOf } from "../example/surroundings.ts";
import type { RawFlags } from "../options.ts";
import type { Command } from "../surroundings.ts";
import { run as check } from "./check.ts";
import { run as inspect } from "./inspect.ts";
import { run as record } from "./record.ts";
import { run as replay } from "./replay.ts";
import { run as top } from "./top.ts";
import { run as watch } from "./watch.ts";

type Outcome = Recorded & { readonly code: number };

async function play(
  command: Command,
  script: Script,
  flags: RawFlags = {},
  operand: string | null = null,
): Promise<Outcome> {
  const { surroundings, recorded } = surroundingsOf(script);
  const code = await command(flags, operand, surroundings);
  return { ...recorded, code };
}

const quiet = (ticks: number): ExampleTick[] => Array.from({ length: ticks }, () => ({}));
const suspect = example.verdictOf({ standing: "suspect" });
const leak = example.verdictOf();
const cleared = example.verdictOf({ standing: "cleared", reason: "they were closed" });
const types = (lines: readonly string[]) => lines.map((line) => (JSON.parse(line) as { type: string }).type);

test("check: one line and 0 where nothing is found in the time asked for", async () => {
  const { code, out, err, closed } = await play(check, { ticks: quiet(10) }, { for: "5s" });
  assert.equal(code, 0);
  assert.equal(out.length, 1);
  assert.match(out[0] ?? "", /^DESCRY OK - nothing found yet; .* \| 'leaks'=0;/);
  assert.deepEqual([err, closed > 0], [[], true]);
});

test("check: ends at once when it is critical, and goes on when it only warns", async () => {
  let read = 0;
  const before = (tick: number) => void (read = tick + 1);
  const critical = await play(check, {
    ticks: [{}, { events: [suspect] }, { events: [leak] }, {}, {}],
    before,
  });
  assert.deepEqual([critical.code, read], [2, 3]);
  assert.match(
    critical.out[0] ?? "",
    /^DESCRY CRITICAL - gunicorn\.service \(pid 812\) leaks connections to MySQL/,
  );
  const warning = await play(check, { ticks: [{ events: [suspect] }, {}, {}, {}], before }, { for: "3s" });
  assert.deepEqual([warning.code, read], [1, 4]);
  const within = await play(check, { ticks: [{ events: [leak] }, {}] }, { criticalWithin: "1m" });
  assert.equal(within.code, 1, "nine minutes are more than one");
});

test("check: the standing at the end counts", async () => {
  const { code } = await play(check, { ticks: [{ events: [suspect] }, { events: [cleared] }] });
  assert.equal(code, 0);
});

test("check: with --json standard output holds events and the summary, nothing else", async () => {
  const { code, out, err } = await play(
    check,
    { ticks: [{ events: [suspect] }, { events: [leak] }] },
    { json: true },
  );
  assert.deepEqual([code, types(out)], [2, ["verdict", "verdict", "summary"]]);
  assert.equal(err.length, 1);
  assert.match(err[0] ?? "", /^DESCRY CRITICAL - /);
});

test("check: what is not there, has gone or may not be read is UNKNOWN", async () => {
  const missing = await play(check, { ticks: [{ missingPids: [812] }] }, { pid: ["812"] });
  assert.deepEqual(
    [missing.code, missing.out],
    [3, ["DESCRY UNKNOWN - There is no process 812. Name one that runs; descry top --once lists them."]],
  );
  const gone = await play(
    check,
    {
      ticks: [
        {},
        { missingPids: [812], snapshot: example.exampleHost({ services: [] }) },
        { events: [leak] },
      ],
    },
    { pid: ["812"] },
  );
  assert.equal(gone.code, 3);
  assert.match(gone.out[0] ?? "", /^DESCRY UNKNOWN - process 812 ended while it was watched/);
  const service = example.serviceOf({ processes: [example.processOf({ readable: false })] });
  const denied = await play(
    check,
    { ticks: [{ snapshot: example.exampleHost({ services: [service] }) }] },
    { pid: ["812"] },
  );
  assert.equal(denied.code, 3);
  assert.match(denied.out[0] ?? "", /not permitted; root, or who owns it, may/);
  assert.equal((await play(check, { ticks: [] })).code, 3);
});

test("check: bad usage is one UNKNOWN line", async () => {
  const { code, out } = await play(check, { ticks: quiet(1) }, { for: "5 parsecs" });
  assert.deepEqual(
    [code, out],
    [
      3,
      [
        "DESCRY UNKNOWN - --for 5 parsecs is not a duration. Write numbers with their units: 500ms, 10s, 5m, 2m30s, 2h.",
      ],
    ],
  );
  const json = await play(check, { ticks: quiet(1) }, { pid: ["x"], json: true });
  assert.deepEqual([json.code, json.out.length, json.err.length], [3, 0, 1]);
});

test("check: a wrong service name is answered with the near ones", async () => {
  const { code, out, observed } = await play(check, { ticks: quiet(1) }, { service: ["ngnix"] });
  assert.equal(code, 3);
  assert.match(out[0] ?? "", /There is no service named ngnix here\. Did you mean nginx\.service\?$/);
  assert.deepEqual(observed.at(-1), { pids: [], services: [] });
  assert.equal(
    (await play(check, { ticks: quiet(1) }, { service: ["nginx"] })).code,
    0,
    "without .service it is known",
  );
});

test("check: interrupted is UNKNOWN unless something was found", async () => {
  const before = (tick: number, interruption: { end(cause: "SIGTERM"): void }) =>
    void (tick === 1 && interruption.end("SIGTERM"));
  const nothing = await play(check, { ticks: quiet(3), before });
  assert.equal(nothing.code, 3);
  assert.match(nothing.out[0] ?? "", /interrupted by SIGTERM/);
  assert.equal((await play(check, { ticks: [{ events: [suspect] }, {}], before })).code, 1);
});

test("check: progress goes to a terminal on standard error, and is wiped", async () => {
  const script = { ticks: quiet(3), errorIsTerminal: true };
  const { progress } = await play(check, script, { pid: ["812"], for: "2s" });
  assert.equal(progress[0], "watching pid 812, 0 s of 2 s");
  assert.equal(progress.at(-1), "");
  assert.deepEqual(
    (await play(check, script, { quiet: true })).progress.filter((text) => text !== ""),
    [],
  );
});

test("watch: events as sentences, with the summary last", async () => {
  const { code, out } = await play(watch, { ticks: [{}, { events: [leak] }, {}] }, { for: "2s" });
  assert.equal(code, 0);
  assert.match(out[0] ?? "", /^descry {2}watching web-12 .* 12 Nov 2026 03:04:51 CET$/);
  assert.match(out[1] ?? "", /^03:04:51 x LEAK /);
  assert.match(out[2] ?? "", /- END {6}1 finding stands/);
});

test("watch: with --json one object a line", async () => {
  const { out } = await play(
    watch,
    { ticks: [{ events: [example.gapOf()] }, { events: [leak] }] },
    { json: true },
  );
  assert.deepEqual(types(out), ["gap", "verdict", "summary"]);
});

test("watch: interrupted is the normal end without --for, and cut short with it", async () => {
  const before = (tick: number, interruption: { end(cause: "SIGINT"): void }) =>
    void (tick === 1 && interruption.end("SIGINT"));
  assert.equal((await play(watch, { ticks: quiet(3), before })).code, 0);
  assert.equal((await play(watch, { ticks: quiet(3), before }, { for: "1m" })).code, 130);
});

test("watch: ends when nothing that was named is left", async () => {
  const gone = { missingPids: [812], snapshot: example.exampleHost({ services: [] }) };
  let read = 0;
  const before = (tick: number) => void (read = tick + 1);
  const { code } = await play(watch, { ticks: [{}, gone, {}, {}], before }, { pid: ["812"] });
  assert.deepEqual([code, read], [0, 2]);
});

test("top --once: one table, or the snapshot as JSON", async () => {
  const script = { ticks: [{ snapshot: example.firstReading() }, {}] };
  const table = await play(top, script, { once: true });
  assert.match(table.out[3] ?? "", /SERVICE .* WHAT IS NOT CLOSED/);
  assert.equal(table.out.length, 10);
  const json = await play(top, script, { once: true, json: true });
  assert.equal(json.out.length, 1);
  assert.deepEqual(JSON.parse(json.out[0] ?? ""), structuredClone(example.firstReading()));
});

test("top on a pipe: first what it sees, then events", async () => {
  const script = { ticks: [{ snapshot: example.firstReading() }, { events: [leak] }] };
  const { code, out } = await play(top, script);
  assert.equal(code, 0);
  assert.match(out[0] ?? "", /first look/);
  assert.ok(out.some((line) => line.startsWith("03:04:51 x LEAK")));
  assert.deepEqual(types((await play(top, script, { json: true })).out), [
    "first-look",
    "verdict",
    "summary",
  ]);
  await assert.rejects(play(top, { ticks: [] }), DescryError);
});

test("inspect: the one named, else the one most at risk", async () => {
  const script = { ticks: [{ snapshot: example.exampleHost() }] };
  assert.match((await play(inspect, script)).out[0] ?? "", /^LEAK {2}gunicorn\.service/);
  assert.match((await play(inspect, script, {}, "977")).out[0] ?? "", /^SUSPECT {2}thumbs/);
  assert.match((await play(inspect, script, {}, "mariadbd")).out[0] ?? "", /^QUIET {2}mariadbd/);
  const json = await play(inspect, script, { json: true }, "celery");
  assert.equal((JSON.parse(json.out[0] ?? "") as { service: string }).service, "celery");
  await assert.rejects(play(inspect, script, {}, "celerie"), /no service named celerie/);
  await assert.rejects(play(inspect, { ticks: [{ missingPids: [5] }] }, {}, "5"), /no process 5/);
});

test("record: writes every reading, closes the file, and says where it is", async () => {
  const { code, written, closed, out, err } = await play(
    record,
    { ticks: [{}, { events: [leak] }, {}] },
    { output: "host.descry", for: "2s" },
  );
  assert.deepEqual([code, written, closed >= 2], [0, [5000, 5001, 5002], true]);
  assert.ok(out.some((line) => line.includes("x LEAK")));
  assert.deepEqual(err, ["Recorded 2 s, 3 readings to host.descry; descry replay host.descry judges it."]);
  await assert.rejects(play(record, { ticks: quiet(1) }), /needs a file/);
});

test("record: a file that exists is refused before the first reading", async () => {
  const { surroundings, recorded } = surroundingsOf({ ticks: quiet(2) });
  await assert.rejects(record({ output: "existing.descry" }, null, surroundings), /exists already/);
  assert.deepEqual([recorded.observed, recorded.out], [[], []]);
});

test("record: a wrong target leaves no file, an interruption a closed one", async () => {
  const { surroundings, recorded } = surroundingsOf({ ticks: [{ missingPids: [5] }] });
  await assert.rejects(record({ output: "x", pid: ["5"] }, null, surroundings), /no process 5/);
  assert.deepEqual(recorded.written, []);
  const before = (tick: number, interruption: { end(cause: "SIGINT"): void }) =>
    void (tick === 1 && interruption.end("SIGINT"));
  const cut = await play(record, { ticks: quiet(3), before }, { output: "x", for: "1m" });
  assert.deepEqual([cut.code, cut.written.length], [130, 1]);
});

test("record: on standard output the events give way", async () => {
  const { out, err } = await play(record, { ticks: [{ events: [leak] }] }, { output: "-", json: true });
  assert.deepEqual(out, []);
  assert.deepEqual(types(err.slice(0, 2)), ["verdict", "summary"]);
});

test("replay: judges what the recording was told to judge, by check's exit codes", async () => {
  assert.equal((await play(replay, { ticks: quiet(2) }, {}, "a")).code, 0);
  assert.equal((await play(replay, { ticks: [{ events: [suspect] }] }, {}, "a")).code, 1);
  const critical = await play(replay, { ticks: [{ events: [leak] }, {}] }, { json: true }, "a");
  assert.deepEqual([critical.code, types(critical.out)], [2, ["verdict", "summary"]]);
  assert.deepEqual(critical.observed, [{ pids: [812], services: [] }]);
  const asked = await play(replay, { ticks: quiet(1) }, { service: ["nginx"] }, "a");
  assert.deepEqual(asked.observed, [{ pids: [], services: ["nginx"] }]);
});

test("replay: a torn file is judged as far as it is whole, and then refused", async () => {
  const { surroundings, recorded } = surroundingsOf({
    ticks: [{ events: [leak] }],
    failure: new DescryError("a is torn: it stops in tick 2.", "Copy it again."),
  });
  await assert.rejects(replay({ json: true }, "a", surroundings), /torn/);
  assert.deepEqual(types(recorded.out), ["verdict", "summary"]);
  await assert.rejects(play(replay, { ticks: [] }, {}, "a"), /holds no reading/);
  await assert.rejects(play(replay, { ticks: [] }, {}, "missing"), /cannot be read/);
  const absent = play(replay, { ticks: [{ missingPids: [5] }] }, { pid: ["5"] }, "a");
  await assert.rejects(absent, /no process 5 in a/);
});
