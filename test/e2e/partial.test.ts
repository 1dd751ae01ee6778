// What another user sees of a leak: descry as nobody, the leak as a third user, so that no other program is among its sockets.
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import type { VerdictEvent } from "../../src/model/events.ts";
import { DESCRY } from "../program.ts";

const ROOT = join(import.meta.dirname, "../..");
const MKLEAK = join(ROOT, "lab/mkleak.py");
/** Two users that nobody is. */
const [LEAKING, WATCHING] = [64_231, 64_232];

function as(uid: number, command: string, args: readonly string[]): ChildProcess {
  return spawn("setpriv", [...asUser(uid), command, ...args], { stdio: ["ignore", "pipe", "inherit"] });
}

function asUser(uid: number): string[] {
  return [`--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"];
}

function skip(): string | false {
  if (process.getuid?.() !== 0) return "only root may become two other users";
  const readable = spawnSync("setpriv", [...asUser(WATCHING), "test", "-r", DESCRY]);
  return readable.status === 0 ? false : "needs setpriv(1) and a clone that other users may read";
}

interface Leak {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly peer: string;
}

async function leak(...args: string[]): Promise<Leak> {
  const child = as(LEAKING, "/usr/bin/python3", [MKLEAK, ...args, "--with-parent"]);
  assert.ok(child.stdout !== null);
  for await (const line of createInterface(child.stdout)) {
    const { pid, peer } = JSON.parse(line) as { pid: number; peer: string };
    child.stdout.resume();
    return { child, pid, peer };
  }
  throw new Error("mkleak said nothing");
}

describe("a process of another user", { skip: skip(), concurrency: 2 }, () => {
  const children: ChildProcess[] = [];
  let [growing, full]: [Leak | null, Leak | null] = [null, null];
  before(async () => {
    growing = await leak("tcp", "--rate", "120", "--for", "4m");
    full = await leak("past", "--rate", "6000", "--limit", "150", "--for", "4m");
    children.push(growing.child, full.child);
  });
  after(() => children.forEach((child) => child.kill()));

  test("is a partial suspect with its rate, its peer and the time left", async () => {
    const { pid, peer } = growing ?? assert.fail("not started");
    const watch = as(WATCHING, DESCRY, ["watch", "--json", "--pid", String(pid), "--for", "3m"]);
    children.push(watch);
    assert.ok(watch.stdout !== null);
    for await (const line of createInterface(watch.stdout)) {
      const event = JSON.parse(line) as VerdictEvent;
      if (event.type !== "verdict" || event.process?.pid !== pid) continue;
      assert.equal(event.standing, "suspect");
      assert.equal(event.partial, true);
      assert.equal(event.rule, "unclosed-connection");
      assert.equal(event.subject.peer, peer);
      // The time left needs some that are older than 40 s: it comes when the verdict is told again.
      if (event.runway?.exhaustedAt == null) continue;
      assert.ok(Math.abs((event.netPerMinute ?? 0) - 120) <= 18, `${event.netPerMinute} a minute`);
      watch.kill();
      return;
    }
    assert.fail("it was never told with the time left");
  });

  test("at its limit is critical at once, with the likely peer", async () => {
    const { pid, peer } = full ?? assert.fail("not started");
    const check = as(WATCHING, DESCRY, ["check", "--pid", String(pid), "--for", "1m"]);
    const ended = new Promise<number | null>((resolve) => check.once("exit", resolve));
    assert.ok(check.stdout !== null);
    const line = await text(check.stdout);
    assert.equal(await ended, 2, line);
    assert.ok(line.includes(`connections to ${peer}`), line);
  });
});
