import assert from "node:assert/strict";
import { test } from "node:test";
import { DescryError } from "../../model/error.ts";
import type { Facts } from "../../model/facts.ts";
import { type CaptureBytes, openCapture } from "./source.ts";

const MARK = "04a4417b-759c-4dbf-bbb4-00c5fdf1f70c";
const FIRST = `descry-capture 1 ${MARK} names=escaped\n`;
const part = (head: string, content = ""): string => `\n${MARK} ${head}\n${content}`;
const STAT = `7 (app) S 1 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 50000 0 0 0\n`;
const END = part("end");

/** A round with process 7, which has so many files open, and process 8, which may not be looked at. */
function round(uptime: number, open: number): string {
  const links = Array.from(
    { length: open },
    (_, at) => `lrwx------ 1 0 0 64 Nov 23 09:01 ${at} -> /f/${at}\n`,
  );
  return [
    part(`round ${uptime} 1700000000`),
    part("file sys/fs/file-nr", "458\t0\t1000000\n"),
    part("links", `7/fd:\ntotal 0\n${links.join("")}\nself/fd:\ntotal 0\n${links.slice(0, 1).join("")}`),
    part(
      "folders",
      [
        `11 dr-x------ 2 0 0 ${open} Nov 23 09:01 7/fd`,
        "12 dr-x------ 2 0 0 3 Nov 23 09:01 8/fd",
        "10 dr-x------ 2 0 0 1 Nov 23 09:01 self/fd",
        "13 lrwxrwxrwx 1 0 0 0 Nov 23 09:01 7/ns/net -> net:[77]",
        "14 lrwxrwxrwx 1 0 0 0 Nov 23 09:01 8/ns/net",
        "99 -r--r--r-- 1 0 0 0 Nov 23 09:01 7/net/unix",
        "99 -r--r--r-- 1 0 0 0 Nov 23 09:01 8/net/unix",
        "",
      ].join("\n"),
    ),
    part("stats", `${STAT}${STAT.replace("7 (app)", "8 (other)")}`),
    part(
      "process 7",
      "Max open files            1024                 4096                 files     \n0::/a.service\nName:\tapp\nUid:\t33\t33\t33\t33\n",
    ),
    part("file 7/cmdline", "app\0--token\0hunter2\0"),
    part("file 7/net/tcp", "  sl  local_address\n"),
    part("file 7/net/tcp6"),
    part("denied"),
    part("file 7/net/unix", "Num       RefCount Protocol Flags    Type St Inode Path\n"),
    part("done"),
  ].join("");
}

function bytesOf(text: string, chunk = 100): CaptureBytes & { readonly closed: () => boolean } {
  const bytes = Buffer.from(text, "latin1");
  let from = 0;
  let closed = false;
  return {
    next: async () => (from < bytes.length ? bytes.subarray(from, (from += chunk)) : null),
    fault: () => null,
    close: async () => void (closed = true),
    closed: () => closed,
  };
}

/** Everything a capture gives, and how it ended. */
async function readAll(
  text: string,
): Promise<{ ticks: Facts[]; error: DescryError | null; passedOver: string | null }> {
  const ticks: Facts[] = [];
  let passedOver: string | null = null;
  try {
    const capture = await openCapture("x.capture", bytesOf(text));
    for (;;) {
      const facts = await capture.read({ pids: new Set() });
      passedOver = capture.passedOver();
      if (facts === null) return { ticks, error: null, passedOver };
      ticks.push(facts);
    }
  } catch (error) {
    assert.ok(error instanceof DescryError, String(error));
    return { ticks, error, passedOver };
  }
}

test("a round is one tick, with the capture's clock, limits, redacted command and listing", async () => {
  const { ticks, error } = await readAll(FIRST + round(1000.5, 2) + round(1003.5, 3) + END);
  assert.equal(error, null);
  assert.deepEqual(
    ticks.map(({ at, uptime }) => [at, uptime]),
    [
      [1_700_001_000_500, 1000.5],
      [1_700_001_003_500, 1003.5],
    ],
  );
  const first = ticks[0]?.facts ?? [];
  assert.deepEqual(
    first.find((fact) => fact.fact === "process" && fact.pid === 7),
    {
      fact: "process",
      pid: 7,
      startTicks: 50_000,
      parent: 1,
      name: "app",
      command: ["app", "--token", "[redacted]"],
      cgroup: "/a.service",
      uid: 33,
      netns: 77,
      softLimit: 1024,
      hardLimit: 4096,
    },
  );
  assert.deepEqual(
    ticks[1]?.facts.filter(({ fact }) => fact === "pulse" || fact === "listing"),
    [
      { fact: "pulse", pid: 7, open: 3 },
      { fact: "listing", pid: 7, first: false, opened: [[2, "/f/2"]], closed: [] },
    ],
  );
});

test("what was denied is a gap, and a namespace is known by one that may be looked at", async () => {
  const { ticks } = await readAll(FIRST + round(1000, 2) + END);
  const facts = ticks[0]?.facts ?? [];
  const gaps = facts.filter((fact) => fact.fact === "gap").filter(({ what }) => /^(?:desc|sock)/.test(what));
  assert.deepEqual(
    gaps.map(({ what, why, pid }) => [what, why, pid]),
    [
      ["descriptors", "denied", 8],
      ["socket tables", "denied", null],
    ],
  );
  const other = facts.find((fact) => fact.fact === "process" && fact.pid === 8);
  assert.equal(other?.fact === "process" && other.netns, 77);
  assert.deepEqual(
    facts.find((fact) => fact.fact === "pulse" && fact.pid === 8),
    { fact: "pulse", pid: 8, open: 3 },
  );
});

test("a round is judged when it is done, and a torn one after the whole ones", async () => {
  const { ticks, error } = await readAll(FIRST + round(1000, 2) + round(1003, 3).slice(0, 300));
  assert.equal(ticks.length, 1);
  assert.match(
    error?.message ?? "",
    /^x\.capture is torn: it stops after line \d+, without its end; 1 whole round was read\.$/,
  );
  const unended = await readAll(FIRST + round(1000, 2));
  assert.equal(unended.ticks.length, 1);
  assert.match(unended.error?.message ?? "", /is torn/);
});

test("a round that the script did not finish before its end is left out", async () => {
  const { ticks, error } = await readAll(FIRST + round(1000, 2) + part("round 1003 1700000000") + END);
  assert.equal(ticks.length, 1);
  assert.equal(error, null);
});

/** Where the second round begins: behind its blank line. */
const LINE = (FIRST + round(1000, 1)).split("\n").length + 1;

for (const [what, text, message] of [
  ["nothing after its first word", "descry-capture ", /is torn/],
  ["another first line", "descry-capture 1 x\n", /^Line 1 of x\.capture is no first line of a capture\.$/],
  [
    "a newer version",
    `descry-capture 2 ${MARK} names=escaped\n`,
    /is a capture of version 2, and this descry reads version 1/,
  ],
  ["carriage returns", `descry-capture 1 ${MARK} names=escaped\r\n`, /went through a terminal/],
  [
    "a clock that goes back",
    FIRST + round(1000, 1) + round(999, 1),
    new RegExp(`^Line ${LINE} of x\\.capture goes back in time: uptime 999 follows uptime 1000\\.$`),
  ],
  [
    "a round without clocks",
    FIRST + part("round x") + END,
    /^Line 3 of x\.capture begins a round without its two clocks\.$/,
  ],
  ["an end of no round", FIRST + part("done"), /^Line 3 of x\.capture ends a round that has not begun\.$/],
  [
    "a file of the host",
    FIRST + part("round 1 1") + part("file /etc/passwd", "x") + part("done"),
    /^Line 5 of x\.capture has a file that no capture holds\.$/,
  ],
  [
    "a process without a number",
    FIRST + part("round 1 1") + part("process ..", "x") + part("done"),
    /^Line 5 .* without a number\.$/,
  ],
  ["no process at all", FIRST + part("round 1 1") + part("done"), /There are no processes/],
] as const) {
  test(`a capture with ${what} is refused in words`, async () => {
    const { error } = await readAll(text);
    assert.match(error?.message ?? "nothing", message);
    assert.ok((error?.mend ?? "").length > 0);
  });
}

test("parts of another version are passed over and told", async () => {
  const { ticks, passedOver } = await readAll(FIRST + part("fdinfo 7/3", "x") + round(1000, 1) + END);
  assert.equal(ticks.length, 1);
  assert.match(
    passedOver ?? "",
    /^1 part of x\.capture is of a kind that this descry does not know .* line 3\.$/,
  );
});

test("bytes are closed when there is no capture in them", async () => {
  const bytes = bytesOf("descry-capture 1 x\n");
  await assert.rejects(openCapture("x", bytes));
  assert.ok(bytes.closed());
});
