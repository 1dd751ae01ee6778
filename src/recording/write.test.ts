import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { DescryError } from "../model/error.ts";
import type { Fact, Facts } from "../model/facts.ts";
import { recordingSchema } from "./reference.ts";
import { FACT_SCHEMAS } from "./schema.ts";
import { HEADER, readAll, readBytes, scratchFolder, writeTicks } from "./scratch.ts";
import { expectSink } from "./sink.ts";
import { createRecording } from "./write.ts";

const tick: Facts = { at: 1000, uptime: 1, facts: [{ fact: "pulse", pid: 1, open: 2 }] };

test("recording: a new file is its owner's alone and begins with the header", async () => {
  using folder = scratchFolder();
  const path = join(folder.path, "new.descry");
  await writeTicks(path, [tick]);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const [first] = gunzipSync(readFileSync(path)).toString().split("\n");
  assert.equal(
    first,
    '{"descryRecording":1,"writtenBy":"descry 0.1.0","host":"web-12","targets":{"pids":[812],"services":["nginx.service"]}}',
  );
});

test("recording: nothing that exists is overwritten", async () => {
  using folder = scratchFolder();
  const kept = join(folder.path, "kept");
  writeFileSync(kept, "precious");
  const dangling = join(folder.path, "dangling");
  symlinkSync(join(folder.path, "target"), dangling);
  mkdirSync(join(folder.path, "folder"));
  for (const name of ["kept", "dangling", "folder"]) {
    const path = join(folder.path, name);
    const refused = (error: unknown): boolean => {
      assert.ok(error instanceof DescryError);
      assert.equal(error.message, `"${path}" cannot be written: it exists already.`);
      assert.equal(error.mend, "Name another file with -o; descry overwrites nothing.");
      return true;
    };
    await assert.rejects(createRecording(path, HEADER), refused);
    await assert.rejects(expectSink(path, `"${path}"`), refused);
  }
  await expectSink(join(folder.path, "new"), "new");
  await expectSink("/dev/null", "null");
  await assert.rejects(
    expectSink(join(folder.path, "missing/new"), "new"),
    /new cannot be written: no such file/,
  );
  assert.ok(!existsSync(join(folder.path, "new")));
  assert.equal(readFileSync(kept, "utf8"), "precious");
  assert.ok(!existsSync(join(folder.path, "target")));
});

test("recording: a missing folder is told with its mend", async () => {
  using folder = scratchFolder();
  await assert.rejects(createRecording(join(folder.path, "no/such.descry"), HEADER), {
    name: "DescryError",
    message: /such\.descry" cannot be written: no such file or directory \(ENOENT\)\.$/,
    mend: /^Make the folder first/,
  });
});

test("recording: a full disk is told by write or close, and by every later call", async (t) => {
  if (!existsSync("/dev/full")) return t.skip("this host has no /dev/full");
  const full = {
    name: "DescryError",
    message: /^"\/dev\/full" cannot be written: no space left on device \(ENOSPC\)\.$/,
  };
  const write = async (): Promise<void> => {
    const recorder = await createRecording("/dev/full", HEADER, { flushMilliseconds: 0 });
    for (let second = 0; second < 1000; second++) await recorder.write(tick);
    await recorder.close();
  };
  await assert.rejects(write(), full);
  const closing = async (): Promise<void> => (await createRecording("/dev/full", HEADER)).close();
  await assert.rejects(closing(), full);
});

test("recording: closing twice writes one end, and a write after a close is a bug that shows", async () => {
  using folder = scratchFolder();
  const path = join(folder.path, "twice.descry");
  const recorder = await createRecording(path, HEADER);
  await recorder.write(tick);
  await Promise.all([recorder.close(), recorder.close()]);
  await recorder.close();
  assert.deepEqual((await readAll(path)).ticks, [tick]);
  await assert.rejects(recorder.write(tick));
});

test("recording: a fact that no recording can hold is a bug where it was read, and shows", async () => {
  using folder = scratchFolder();
  const recorder = await createRecording(join(folder.path, "bug.descry"), HEADER);
  const facts: Fact[] = [{ fact: "pulse", pid: 1, open: Number.NaN }];
  await assert.rejects(recorder.write({ ...tick, facts }), /is no good "pulse" line: open must be integer/);
  await recorder.close();
});

const room = JSON.stringify(new URL("./", import.meta.url).href);
const node = [
  process.execPath,
  "--disable-warning=ExperimentalWarning",
  "--input-type=module",
  "-e",
] as const;
const recordScript = `const { createRecording } = await import(${room} + "write.ts");
  const recorder = await createRecording("-", ${JSON.stringify(HEADER)}, { flushMilliseconds: 0 });
  for (let uptime = 0; uptime < 5; uptime++) await recorder.write({ at: 1, uptime, facts: [] });
  if (process.argv.includes("forever")) for (;;) await recorder.write({ at: 1, uptime: 9, facts: [] });
  await recorder.close();`;
const replayScript = `const { openRecording } = await import(${room} + "read.ts");
  const recording = await openRecording("-");
  let ticks = 0;
  while ((await recording.read()) !== null) ticks++;
  await recording.close();
  console.log(recording.header.host, ticks);`;

test("recording: through standard output and standard input", async () => {
  using folder = scratchFolder();
  const [program, ...args] = node;
  const written = spawnSync(program, [...args, recordScript]);
  assert.equal(written.stderr.toString(), "");
  assert.equal((await readBytes(folder.path, written.stdout)).ticks.length, 5);
  const read = spawnSync(program, [...args, replayScript], { input: written.stdout });
  assert.equal(read.stdout.toString(), "web-12 5\n");
  const torn = spawnSync(program, [...args, replayScript], { input: written.stdout.subarray(0, -20) });
  assert.match(torn.stderr.toString(), /DescryError: standard input is torn/i);
});

test("recording: a reader of standard output that goes away is told, not crashed on", async () => {
  const [program, ...args] = node;
  const child = spawn(program, [...args, recordScript, "forever"], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
  await once(child, "close");
  assert.match(said, /DescryError: standard output cannot be written: broken pipe \(EPIPE\)/i);
});

test("recording: the published JSON Schema is what the code checks by", () => {
  const file = new URL("../../docs/reference/recording.schema.json", import.meta.url);
  const fresh = `${JSON.stringify(recordingSchema(), null, 2)}\n`;
  assert.equal(readFileSync(file, "utf8"), fresh, "stale: run scripts/run scripts/generate-reference.ts");
});

test("recording: the examples in docs/recording-format.md are a recording", async () => {
  using folder = scratchFolder();
  const page = readFileSync(new URL("../../docs/recording-format.md", import.meta.url), "utf8");
  const blocks = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map((match) => match[1] ?? "");
  const [complete = "", ...lines] = blocks;
  const whole = await readBytes(folder.path, complete);
  assert.equal(whole.error, null);
  assert.equal(whole.passedOver, null);
  // Every line type is shown by itself, in an order that makes a recording of them.
  const text = lines.join("");
  const count = text.split("\n").length;
  const [header, ...rest] = text.split("\n");
  const shown = rest.filter((line) => line.includes('"fact"') && !line.includes('"fact":"end"'));
  const end = `{"fact":"end","ticks":1,"lines":${shown.length + 2}}`;
  const each = await readBytes(folder.path, [header, ...shown, end].join("\n"));
  assert.equal(each.error, null);
  assert.equal(each.passedOver, null);
  const kinds = new Set(each.ticks.flatMap((read) => read.facts.map((fact) => fact.fact)));
  assert.equal(
    kinds.size,
    Object.keys(FACT_SCHEMAS).length,
    `facts shown: ${[...kinds].join(", ")} in ${count} lines`,
  );
});
