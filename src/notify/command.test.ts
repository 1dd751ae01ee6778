import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Notification } from "../model/alert.ts";
import { command } from "./command.ts";
import { notificationOf } from "./made-notifications.ts";

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "descry-command-"));
});
after(() => rmSync(folder, { recursive: true }));

function program(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

function run(
  path: string,
  args: readonly string[] = [],
  timeout = 20_000,
  signal = new AbortController().signal,
) {
  const options = {
    name: "run",
    kind: "command",
    from: "ticket",
    timeout,
    command: [path, ...args],
  } as const;
  const env = { PATH: process.env["PATH"], SECRET_OF_ANOTHER: "hunter2" };
  return (notification: Notification = notificationOf()) =>
    command(options, { env, version: "0.1.0" }).deliver(notification, { now: 0, signal });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

test("a command reads the webhook's JSON, and nothing of the host stands in its arguments or environment", async () => {
  const [input, surroundings] = [join(folder, "input"), join(folder, "environment")];
  const path = program("keep", `cat >"$1"; env >"$2"; printf '%s\\n' "$#" >>"$2"`);
  const hostile = "$(touch /tmp/x); `id` \"'\n--option";
  const notification = notificationOf({}, { service: hostile, summary: hostile });
  assert.deepEqual(await run(path, [input, surroundings])(notification), { is: "delivered" });
  const read = JSON.parse(readFileSync(input, "utf8")) as Record<string, unknown>;
  assert.deepEqual(read, { descryNotification: 1, writtenBy: "descry 0.1.0", ...notification });
  const env = readFileSync(surroundings, "utf8");
  assert.match(env, /^DESCRY_NOTIFICATION=0123456789abcdef-1$/m);
  assert.match(env, /^DESCRY_KIND=firing$/m);
  assert.match(env, /^2$/m);
  assert.ok(!env.includes("hunter2") && !env.includes("touch"), env);
});

test("one that fails says why; one that reads nothing and succeeds has succeeded", async () => {
  const fails = program("fails", "printf 'no route\\033[31m' >&2; exit 3");
  assert.deepEqual(await run(fails)(), {
    ...{ is: "failed", because: "the command ended with exit code 3: no route\ufffd[31m", after: null },
  });
  const big = notificationOf({}, { summary: "x".repeat(1_000_000) });
  assert.deepEqual(await run(program("ignores", "exit 0"))(big), { is: "delivered" });
  assert.deepEqual(await run(join(folder, "absent"))(), {
    ...{ is: "failed", because: "the command could not be started (ENOENT)", after: null },
  });
});

test("one that hangs is ended with all that it started", async () => {
  const pids = join(folder, "pids");
  const path = program("hangs", `sleep 300 & echo $! >"$1"; wait`);
  assert.deepEqual(await run(path, [pids], 1500)(), {
    ...{ is: "failed", because: "it took longer than 1.5 s", after: null },
  });
  const pid = readFileSync(pids, "utf8").trim();
  assert.match(pid, /^\d+$/);
  await until(
    () => !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z "),
  );
});

test("one that is under way when descry ends is ended", async () => {
  const begun = join(folder, "begun");
  const stopping = new AbortController();
  const outcome = run(program("waits", `echo >"$1"; sleep 300`), [begun], 60_000, stopping.signal)();
  await until(() => existsSync(begun));
  stopping.abort();
  assert.deepEqual(await outcome, { is: "failed", because: "it was interrupted", after: null });
});
