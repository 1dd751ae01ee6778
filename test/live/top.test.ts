// The whole of `descry top` on a real terminal, beside programs that really leak: keys, sizes, every way out.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { widthOf } from "../../src/cli/screen/text.ts";
import { type Mkleak, startMkleak } from "../../lab/mkleak/start.ts";
import { until } from "../../lab/wait.ts";
import { needs } from "../needs.ts";
import { openTerminal, type Terminal } from "./tmux.ts";
import { DESCRY } from "../program.ts";

const KEYS = /^Enter details .*q quit$/;

describe("descry top on a terminal", { skip: needs("tmux"), concurrency: 4 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "descry-top-"));
  let leak: Mkleak;
  let files: Mkleak;
  before(async () => {
    [leak, files] = await Promise.all([
      startMkleak("tcp", { rate: 240, forSeconds: 280 }),
      startMkleak("file", { rate: 60, forSeconds: 280 }),
    ]);
  });
  after(async () => {
    await Promise.all([leak.stop(), files.stop()]);
    rmSync(folder, { recursive: true });
  });

  /** The shell says when descry has ended, and how it left the terminal. */
  function open(columns: number, rows: number, options = "", environment = ""): Terminal {
    const command = `'${DESCRY}' top --pid ${leak.pid} --pid ${files.pid} --for 4m ${options}`;
    const line = `cd '${folder}'; echo what stood here; ${environment} ${command}; echo "ended $?"; stty -a; exec cat`;
    return openTerminal(columns, rows, line);
  }

  async function restored(terminal: Terminal, code: number): Promise<void> {
    // stty comes after the word of the end: what it says is waited for.
    const text = await terminal.shows(/icanon/);
    assert.match(text, /^what stood here$/m);
    assert.match(text, new RegExp(`^ended ${code}$`, "m"));
    assert.match(text, /[^-]icanon/, "the keyboard is as it was");
    assert.deepEqual(terminal.state(), { otherScreen: false, cursor: true });
  }

  test("keys: details, advice, words, filter, sort, pause, record, quit; at any size nothing is wider than the screen", async () => {
    const terminal = open(120, 30);
    try {
      await terminal.shows(KEYS);
      assert.equal(terminal.state().otherScreen, true);
      await terminal.shows(/^[ ?x]>\S*.*mkleak/);
      terminal.keys("Enter");
      await terminal.shows(/^WHAT .* UNUSED FOR .* STATE$/);
      await terminal.shows(/^. tcp out .*127\.0\.0\.1:/);
      terminal.keys("Escape");
      await terminal.shows(KEYS);
      terminal.keys("a");
      await terminal.shows(/^What to do about /);
      terminal.keys("?");
      await terminal.shows(/^TIME_WAIT +connections that were closed properly/);
      terminal.keys("q", "q");
      await terminal.shows(KEYS);
      terminal.keys("/", "n", "o", "n", "e");
      await terminal.shows(/^filter: none_/);
      await until(
        "nothing that passes the filter",
        () => !terminal.lines().some((line) => />\S*mkleak/.test(line)),
      );
      terminal.keys("Escape", "s");
      await terminal.shows(/s by open/);
      terminal.keys("p");
      await terminal.shows(/^paused at \d\d:\d\d:\d\d, p goes on/);
      for (const [columns, rows] of [
        [80, 20],
        [44, 8],
        [40, 3],
        [150, 40],
      ] as const) {
        terminal.resize(columns, rows);
        await terminal.shows(/^Enter details/);
        assert.ok(terminal.lines().every((line) => widthOf(line) <= columns));
      }
      terminal.keys("p", "r");
      await terminal.shows(/^recording to \S+\.descry, [1-9]\d* s \(r stops\)/);
      terminal.keys("r");
      await terminal.shows(/^Recorded \d+ s, \d+ readings to /);
      terminal.keys("q");
      await restored(terminal, 0);
      assert.match(terminal.lines().join("\n"), /Recorded \d+ s, \d+ readings to \S+\.descry/);
      assert.equal(readdirSync(folder).filter((name) => name.endsWith(".descry")).length, 1);
    } finally {
      terminal.close();
    }
  });

  for (const [signal, code] of [
    ["SIGINT", 0],
    ["SIGTERM", 0],
    ["SIGHUP", 0],
  ] as const) {
    test(`${signal} gives the terminal back`, async () => {
      const terminal = open(100, 24);
      try {
        await terminal.shows(KEYS);
        process.kill(terminal.program(), signal);
        await restored(terminal, code);
      } finally {
        terminal.close();
      }
    });
  }

  test("a crash gives the terminal back before it is reported", async () => {
    const boom = "process.on('SIGUSR2',()=>{throw%20new%20Error('boom')})";
    const terminal = open(100, 24, "", `NODE_OPTIONS="--import=data:text/javascript,${boom}"`);
    try {
      await terminal.shows(KEYS);
      process.kill(terminal.program(), "SIGUSR2");
      await terminal.shows(/^ended \d+$/);
      const text = terminal.lines().join("\n");
      assert.match(text, /^what stood here\n.*This is a bug in descry/);
      assert.match(text, /Error: boom/);
      assert.deepEqual(terminal.state(), { otherScreen: false, cursor: true });
    } finally {
      terminal.close();
    }
  });

  test("colours on request only: NO_COLOR and --no-color leave none, and the marks say the same", async () => {
    for (const [options, environment] of [
      ["", "NO_COLOR=1"],
      ["--no-color", ""],
      ["", ""],
    ] as const) {
      const terminal = open(100, 24, options, environment);
      try {
        await terminal.shows(KEYS);
        const painted = terminal.lines(true).some((line) => line.includes("\x1b["));
        assert.equal(painted, options === "" && environment === "", `${environment} ${options}`);
        assert.ok(
          terminal.lines().some((line) => /^.>/.test(line)),
          "the cursor is a sign",
        );
      } finally {
        terminal.close();
      }
    }
  });

  test("one look leaves the terminal alone", async () => {
    const terminal = open(100, 24, "--once --for 1s");
    try {
      await until("the end", () => terminal.lines().some((line) => line.startsWith("ended 0")));
      assert.equal(terminal.state().otherScreen, false);
      assert.match(terminal.lines().join("\n"), /SERVICE .*\n[\s\S]*mkleak/);
    } finally {
      terminal.close();
    }
  });
});
