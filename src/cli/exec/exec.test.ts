import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Kept } from "../../agent/exec/kept.ts";
import { DescryError } from "../../model/error.ts";
import { failureWords } from "../failure.ts";
import { subjectPhrase } from "../screen/subject.ts";
import { allowanceWord, allowedOf, parseAllowance } from "./allow.ts";
import { inheritedDescriptors } from "./inherited.ts";
import { junitXml, writeWhole } from "./junit.ts";
import { reportLines } from "./report.ts";
import { readRunOptions } from "./run-options.ts";
import { judgeRun } from "./verdict.ts";

const NOTHING = { kind: "tcp", direction: null, peer: null, product: null, state: null, path: null } as const;
const POSTGRES = {
  ...NOTHING,
  ...({
    direction: "outbound",
    peer: "127.0.0.1:5432",
    product: "PostgreSQL",
    state: "ESTABLISHED",
  } as const),
};
const SERVER: Kept = {
  ...{ pid: 4121, command: "node server.js", origin: "named", ended: false, subject: POSTGRES },
  ...{ before: 12, peak: 301, after: 296, kept: 284, quarters: [71, 70, 72, 71], why: "more than before" },
};
const outcomeOf = (...kept: Kept[]) => ({
  kept,
  processes: 5,
  unreadable: [],
  leftRunning: [],
  ranSeconds: 8.04,
});

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof DescryError) return failureWords(error);
  }
  return assert.fail("nothing was refused");
}

test("the report of a leak: who, what, how it came to it, and what allows it", () => {
  assert.deepEqual(reportLines(judgeRun(outcomeOf(SERVER), []), 3000), [
    "descry: LEAK: node server.js (pid 4121) kept 284 connections to PostgreSQL 127.0.0.1:5432",
    "  before 12 · peak 301 · 3 s after the command 296 · kept 284 · allowed 0",
    "  by quarter of the run   +71 +70 +72 +71     a pool would have stopped growing",
    "  intended?               --allow tcp:127.0.0.1:5432=300",
  ]);
});

test("the line that it names allows it", () => {
  for (const subject of [
    POSTGRES,
    { ...NOTHING, kind: "file" as const, path: "/tmp/a=b c" },
    { ...NOTHING, kind: "eventfd" as const },
  ]) {
    const allowance = parseAllowance(`${allowanceWord(subject)}=284`);
    assert.equal(
      judgeRun(outcomeOf({ ...SERVER, subject }), [allowance]).leaks.length,
      0,
      subjectPhrase(subject),
    );
    assert.equal(judgeRun(outcomeOf({ ...SERVER, subject, kept: 285 }), [allowance]).leaks.length, 1);
  }
  assert.equal(allowedOf(POSTGRES, [parseAllowance("tcp:*:5432=7"), parseAllowance("tcp=3")]), 7);
  assert.equal(allowedOf(POSTGRES, [parseAllowance("tcp:*:15432=7"), parseAllowance("udp=3")]), 0);
  const file = { ...NOTHING, kind: "file" as const, path: "/var/tmp/x" };
  assert.equal(allowedOf(file, [parseAllowance("file:/var/tmp=2")]), 2);
  assert.equal(allowedOf(file, [parseAllowance("file:/var/tm=2")]), 0);
});

test("nothing kept is one line, and what goes on is told", () => {
  const passed = { ...SERVER, kept: 0 };
  assert.deepEqual(reportLines(judgeRun(outcomeOf(passed), []), 3000), [
    "descry: nothing kept: 5 processes watched for 8.0 s",
  ]);
  const left = { ...outcomeOf(passed), leftRunning: [{ pid: 9, command: "redis\x1b[2J" }] };
  assert.equal(reportLines(judgeRun(left, []), 0)[1], "descry: left running: redis\\x1b[2J (pid 9)");
});

test("an allowance that cannot be understood is refused with the nearest one", () => {
  assert.match(
    refusal(() => parseAllowance("tpc:127.0.0.1:1=3")),
    /Did you mean tcp:127\.0\.0\.1:1=3\?$/,
  );
  assert.match(
    refusal(() => parseAllowance("tcp:127.0.0.1:1")),
    /does not end in =N/,
  );
  assert.match(
    refusal(() => parseAllowance("tcp:db=3")),
    /does not name a port\. Write tcp:ADDRESS:PORT=3/,
  );
  assert.match(
    refusal(() => parseAllowance("tcp:=3")),
    /names nothing/,
  );
  assert.match(
    refusal(() => parseAllowance("zzzzzz=3")),
    /Kinds are tcp, udp/,
  );
});

test("options: checked before anything is started", () => {
  const words = ["npm", "test"];
  assert.deepEqual(
    readRunOptions({ words, settle: "0s", leakExitCode: "9", allow: ["pipe=2"] }, {}).settleMilliseconds,
    0,
  );
  assert.equal(readRunOptions({ words }, {}).settleMilliseconds, 3000);
  assert.match(
    refusal(() => readRunOptions({ words: [] }, {})),
    /needs a command/,
  );
  assert.match(
    refusal(() => readRunOptions({ words, leakExitCode: "300" }, {})),
    /no exit code/,
  );
  assert.match(
    refusal(() => readRunOptions({ words, junit: "/nowhere/x.xml" }, {})),
    /cannot be written/,
  );
  assert.match(
    refusal(() => readRunOptions({ words, junit: "/" }, {})),
    /is a folder/,
  );
});

test("JUnit: whatever a process calls itself, it stays XML", () => {
  const hostile = {
    ...SERVER,
    command: `a"b'<c>&\x00\x1b]]>\ud800\uffff`,
    subject: { ...NOTHING, kind: "file" as const, path: "/x<&\n" },
  };
  const xml = junitXml(judgeRun(outcomeOf(hostile, { ...SERVER, kept: 0 }), []), 3000);
  // Every character that XML 1.0 has, and no other; every "&" an entity; every "<" a tag that stands here.
  assert.match(xml, /^[\t\n\x20-\ud7ff\ue000-\ufffd]*$/u);
  assert.doesNotMatch(xml, /&(?!(?:amp|lt|gt|quot|apos);)/);
  assert.doesNotMatch(xml, /<(?!\/?(?:\?xml|testsuites?|testcase|failure)[ >])/);
  assert.match(xml, /<testsuite name="descry" tests="2" failures="1"/);
  assert.match(junitXml(judgeRun(outcomeOf(), []), 0), /tests="1" failures="0"[\s\S]*nothing kept/);
});

test("the report is written whole, in the place of the last one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "descry-junit-"));
  const file = join(folder, "report.xml");
  writeFileSync(file, "old");
  await writeWhole(file, "new");
  assert.deepEqual([readFileSync(file, "utf8"), readdirSync(folder)], ["new", ["report.xml"]]);
  rmSync(folder, { recursive: true });
  await assert.rejects(writeWhole(file, "x"), /cannot be written \(ENOENT\)/);
});

test("only numbers that are open are handed on", () => {
  assert.deepEqual(inheritedDescriptors({ DESCRY_INHERITED: " 0 1 2 900 x 99999" }), []);
  assert.deepEqual(inheritedDescriptors({}), []);
});
