// The words to the service manager, heard by a datagram socket as systemd has one.
import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { test, type TestContext } from "node:test";
import { loadAddon } from "../../src/kernel/native/addon.ts";
import { openNotifier } from "../../src/kernel/native/notify.ts";

// Says "listening", then for each line it is given one datagram as a JSON string: what comes first. "close" ends it.
const RECEIVER = `
import json, socket, sys
name = sys.argv[1]
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind("\\0" + name[1:] if name[0] == "@" else name)
print(json.dumps("listening"), flush=True)
for line in sys.stdin:
    if line == "close\\n": break
    print(json.dumps(receiver.recv(65536).decode()), flush=True)
`;

const skip = "absent" in loadAddon({}) && "there is no C addon here";

class Receiver {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  constructor(context: TestContext, name: string) {
    this.#child = spawn("python3", ["-c", RECEIVER, name], { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    context.after(() => this.#child.kill());
  }

  async line(): Promise<unknown> {
    const { value } = await this.#lines.next();
    return JSON.parse(String(value));
  }

  async heard(): Promise<unknown> {
    this.#child.stdin.write("\n");
    return this.line();
  }
}

function folder(context: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), "descry-notify-"));
  context.after(() => rmSync(made, { recursive: true }));
  return made;
}

for (const kind of ["a file", "an abstract name"]) {
  test(`every word arrives, over ${kind}`, { skip }, async (context) => {
    const name = kind === "a file" ? join(folder(context), "notify") : `@descry-test-${process.pid}`;
    const receiver = new Receiver(context, name);
    assert.equal(await receiver.line(), "listening");
    const notifier = openNotifier({ NOTIFY_SOCKET: name, WATCHDOG_USEC: "20000000" });
    assert.equal(notifier.withinMilliseconds, 20_000);
    notifier.ready();
    assert.equal(await receiver.heard(), "READY=1");
    notifier.status("watching 12 services\nMAINPID=1\u0000\u{1f600}");
    assert.equal(await receiver.heard(), "STATUS=watching 12 services MAINPID=1 \u{1f600}");
    notifier.alive();
    assert.equal(await receiver.heard(), "WATCHDOG=1");
    notifier.reloading();
    const reloading = String(await receiver.heard());
    assert.match(reloading, /^RELOADING=1\nMONOTONIC_USEC=\d+$/);
    notifier.stopping();
    assert.equal(await receiver.heard(), "STOPPING=1");
    assert.equal(notifier.fault, null);
  });
}

test("what could not be told at first is told before the next word", { skip }, async (context) => {
  const name = join(folder(context), "notify");
  const notifier = openNotifier({ NOTIFY_SOCKET: name });
  notifier.ready();
  assert.match(notifier.fault ?? "", /ENOENT/);
  const receiver = new Receiver(context, name);
  assert.equal(await receiver.line(), "listening");
  notifier.status("here");
  assert.equal(await receiver.heard(), "READY=1");
  assert.equal(await receiver.heard(), "STATUS=here");
  assert.equal(notifier.fault, null);
});

test("a manager that takes nothing holds nobody up", { skip }, async (context) => {
  const name = join(folder(context), "notify");
  const receiver = new Receiver(context, name);
  assert.equal(await receiver.line(), "listening");
  const notifier = openNotifier({ NOTIFY_SOCKET: name });
  // More than any net.unix.max_dgram_qlen: a send that waits would never come back.
  for (let sent = 0; sent < 100_000 && notifier.fault === null; sent++) notifier.status("full");
  assert.match(notifier.fault ?? "", /EAGAIN/);
});

test("without a manager, with a name that is none, and without a watch there is silence and no fault of ours", () => {
  const none = openNotifier({});
  none.ready();
  none.alive();
  none.stopping();
  assert.deepEqual([none.fault, none.withinMilliseconds], [null, null]);
  const other = { NOTIFY_SOCKET: "/nowhere", WATCHDOG_USEC: "1000", WATCHDOG_PID: "1" };
  assert.equal(openNotifier(other).withinMilliseconds, null);
});

test("a name that no socket can have is an error that is told", { skip }, () => {
  for (const [name, error] of [
    ["relative", /EINVAL/],
    ["@", /EINVAL/],
    [`/${"x".repeat(200)}`, /ENAMETOOLONG/],
  ] as const) {
    const notifier = openNotifier({ NOTIFY_SOCKET: name });
    notifier.ready();
    assert.match(notifier.fault ?? "", error);
  }
});
