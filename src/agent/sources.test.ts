import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { DescryEvent } from "../model/events.ts";
import { EVERYTHING } from "../model/targets.ts";
import { observe } from "./observe.ts";
import { captureScript, openRecording } from "./sources.ts";

const MARK = "04a4417b-759c-4dbf-bbb4-00c5fdf1f70c";
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descry-sources-"));
after(() => fs.rmSync(folder, { recursive: true }));

const part = (head: string, content = ""): string => `\n${MARK} ${head}\n${content}`;

/** Rounds three seconds apart of a program that opens a file a second and closes none. */
function leakingCapture(rounds: number): string {
  const each = Array.from({ length: rounds }, (_, round) => {
    const open = 10 + 3 * round;
    const links = Array.from(
      { length: open },
      (__, at) => `lrwx------ 1 0 0 64 Nov 23 09:01 ${at} -> /srv/f${at}\n`,
    );
    return [
      part(`round ${5000 + 3 * round} 1700000000`),
      part("links", `7/fd:\ntotal 0\n${links.join("")}`),
      part("folders", `11 dr-x------ 2 0 0 ${open} Nov 23 09:01 7/fd\n`),
      part("stats", "7 (app) S 1 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 50000 0 0 0\n"),
      part("process 7", "Max open files            1024                 4096                 files     \n"),
      part("file 7/cmdline", "/usr/bin/app\0"),
      part("done"),
    ];
  });
  return `descry-capture 1 ${MARK} names=escaped\n${each.flat().join("")}${part("end")}`;
}

async function verdictsOf(file: string): Promise<string[]> {
  const opened = await openRecording(file);
  const { source, header } = opened;
  assert.deepEqual(header.targets, EVERYTHING);
  const events: DescryEvent[] = [];
  for await (const tick of observe(source, { targets: header.targets, interval: 0 }))
    events.push(...tick.events);
  assert.equal(opened.notUnderstood(), null);
  return events.flatMap((event) =>
    event.type === "verdict" ? [`${event.standing} ${event.rule} ${event.service}`] : [],
  );
}

for (const [what, bytes] of [
  ["plain", Buffer.from(leakingCapture(50))],
  ["gzip", gzipSync(leakingCapture(50))],
] as const) {
  test(`a capture of a leak, ${what}, is judged like a recording`, async () => {
    const file = path.join(folder, what);
    fs.writeFileSync(file, bytes);
    assert.deepEqual(await verdictsOf(file), [
      "suspect descriptor-leak app",
      "confirmed descriptor-leak app",
    ]);
  });
}

test("what is neither is refused as no recording", async () => {
  const file = path.join(folder, "foreign");
  for (const text of ["descry-captur", "descry", "#!/bin/sh\n"]) {
    fs.writeFileSync(file, text);
    await assert.rejects(openRecording(file), /is not a descry recording/);
  }
});

test("the script says how it is used, and what it holds", async () => {
  const script = await captureScript();
  assert.match(script, /^#!\/bin\/sh\n# Captures/);
  assert.match(script, /COMMAND LINES AS THEY ARE/);
});
