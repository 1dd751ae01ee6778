import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import readline from "node:readline";
import { test, type TestContext } from "node:test";
import { type HeldFact } from "../../src/model/facts.ts";
import { Eyes } from "./kernel-stage.ts";
import { WAYS } from "./ways.ts";

/** Holds things as it is told, one word a line, and answers with the number of the descriptor that holds them. */
const HOLDER = `
import ctypes, os, select, socket, struct, sys, tempfile
libc = ctypes.CDLL(None, use_errno=True)
folder = tempfile.TemporaryDirectory()
watcher = libc.inotify_init1(0)
poll = select.epoll()
near, far = socket.socketpair()
ring = None

def watch():
    if watcher < 0:
        return watcher
    path = os.path.join(folder.name, str(len(os.listdir(folder.name))))
    os.mkdir(path)
    assert libc.inotify_add_watch(watcher, path.encode(), 2) >= 0
    return watcher

def add():
    poll.register(os.eventfd(0), select.EPOLLIN)
    return poll.fileno()

def pass_on():
    end = os.open("/dev/null", os.O_RDONLY)
    socket.send_fds(near, [b"!"], [end, end, end])
    os.close(end)
    return far.fileno()

def receive():
    for end in socket.recv_fds(far, 1, 8)[1]:
        os.close(end)
    return far.fileno()

def fix():
    global ring
    ring = libc.syscall(425, 4, ctypes.create_string_buffer(120))
    if ring < 0:
        return -1
    ends = (ctypes.c_int * 5)(0, -1, 1, -1, 2)
    assert libc.syscall(427, ring, 2, ends, 5) == 0
    return ring

for line in sys.stdin:
    print(globals()[line.strip()](), flush=True)
`;

class Holder {
  readonly pid: number;
  private readonly tellLine: (line: string) => void;
  private readonly lines: AsyncIterator<string>;

  constructor(context: TestContext) {
    const child = spawn("python3", ["-c", HOLDER], { stdio: ["pipe", "pipe", "inherit"] });
    assert.ok(child.pid !== undefined);
    this.pid = child.pid;
    this.tellLine = (line) => void child.stdin.write(`${line}\n`);
    this.lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    // The end of its input ends it, and with it goes its folder.
    context.after(() => void child.stdin.end());
  }

  async do(act: string): Promise<number> {
    this.tellLine(act);
    const line = await this.lines.next();
    assert.ok(line.done !== true, "the holder has gone");
    return Number(line.value);
  }
}

const noPython =
  spawnSync("python3", ["-c", "import ctypes, os; os.eventfd; __import__('socket').send_fds"]).status !== 0 &&
  "needs python3.10";

for (const way of WAYS) {
  const held = (eyes: Eyes, pid: number, number: number, of: HeldFact["of"]): number | undefined =>
    eyes.of("held").findLast((fact) => fact.pid === pid && fact.number === number && fact.of === of)?.count;

  test(`watches of an inotify descriptor, ${way.name}`, { skip: way.skip || noPython }, async (context) => {
    const holder = new Holder(context);
    const eyes = Eyes.by(way.options, holder.pid);
    const inotify = await holder.do("watch");
    if (inotify < 0) return context.skip("this user has no inotify instance left (max_user_instances)");
    await eyes.until("one watch", () => held(eyes, holder.pid, inotify, "inotify-watches") === 1);
    await holder.do("watch");
    await holder.do("watch");
    await eyes.until("three watches", () => held(eyes, holder.pid, inotify, "inotify-watches") === 3);
    const said = eyes.of("held").filter((fact) => fact.pid === holder.pid && fact.number === inotify);
    assert.equal(new Set(said.map(({ count }) => count)).size, said.length, "said again without a change");
  });

  test(
    `descriptors under way through a unix socket, until they are received, ${way.name}`,
    { skip: way.skip || noPython },
    async (context) => {
      const holder = new Holder(context);
      const eyes = Eyes.by(way.options, holder.pid);
      const receiver = await holder.do("pass_on");
      const counted = fs
        .readFileSync(`/proc/${holder.pid}/fdinfo/${receiver}`, "latin1")
        .includes("scm_fds:");
      if (!counted) return context.skip("this kernel does not tell (before Linux 5.6)");
      await eyes.until("three under way", () => held(eyes, holder.pid, receiver, "passed-descriptors") === 3);
      await holder.do("receive");
      await eyes.until("none under way", () => held(eyes, holder.pid, receiver, "passed-descriptors") === 0);
    },
  );

  test(
    `fixed files of an io_uring, without empty slots, ${way.name}`,
    { skip: way.skip || noPython },
    async (context) => {
      const holder = new Holder(context);
      const eyes = Eyes.by(way.options, holder.pid);
      const ring = await holder.do("fix");
      if (ring < 0) return context.skip("io_uring is not permitted here");
      await eyes.until("three fixed files", () => held(eyes, holder.pid, ring, "fixed-files") === 3);
    },
  );
}

test("limits of inotify are said of the host", async () => {
  const eyes = new Eyes();
  await eyes.look();
  const limit = (name: string): number =>
    Number(fs.readFileSync(`/proc/sys/fs/inotify/max_user_${name}`, "latin1"));
  assert.deepEqual(eyes.of("host")[0]?.inotify, { instances: limit("instances"), watches: limit("watches") });
});
