import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import readline from "node:readline";
import { test, type TestContext } from "node:test";
import { Eyes } from "./kernel-stage.ts";
import { WAYS } from "./ways.ts";

/**
 * Starts a thread that opens three files in a table of its own and one that shares the table of the process. "more":
 * the first opens another. "end": it ends. "leave": the leading thread ends.
 */
const PROGRAM = `
import ctypes, os, sys, threading
libc = ctypes.CDLL(None, use_errno=True)
words, done = threading.Semaphore(0), threading.Semaphore(0)
word = ""

def apart():
    assert libc.unshare(0x400) == 0
    for _ in range(3):
        os.open("/dev/zero", os.O_RDONLY)
    print(threading.get_native_id(), flush=True)
    while True:
        words.acquire()
        if word == "end":
            done.release()
            return
        os.open("/dev/full", os.O_RDONLY)
        done.release()

threading.Thread(target=threading.Event().wait, daemon=True).start()
threading.Thread(target=apart, daemon=True).start()
for line in sys.stdin:
    word = line.strip()
    if word == "leave":
        libc.syscall(ctypes.c_long(int(os.environ["EXIT"])), 0)
    words.release()
    done.acquire()
    print("done", flush=True)
`;

class Program {
  readonly pid: number;
  readonly thread: Promise<number>;
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  constructor(context: TestContext, exit: string) {
    const child = spawn("python3", ["-c", PROGRAM], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, EXIT: exit },
    });
    assert.ok(child.pid !== undefined);
    this.pid = child.pid;
    this.child = child;
    this.lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.thread = this.lines.next().then(({ value }) => Number(value));
    context.after(() => void child.kill("SIGKILL"));
  }

  tell(word: string): void {
    this.child.stdin?.write(`${word}\n`);
  }

  async do(word: string): Promise<void> {
    this.tell(word);
    assert.equal((await this.lines.next()).value, "done");
  }
}

/** More than are gone through at the first reading. */
const manyThreads =
  Number(/\/(\d+)/.exec(fs.readFileSync("/proc/loadavg", "latin1"))?.[1]) > 4000 &&
  "the host has many threads";
const EXIT = { x64: "60", arm64: "93" }[process.arch as string];
const unable =
  (EXIT === undefined || spawnSync("python3", ["-c", "import ctypes"]).status !== 0) &&
  "needs python3 on x64 or arm64";

for (const way of WAYS) {
  const skip = way.skip || unable;

  test(`a thread with a table of its own is watched as a process, ${way.name}`, { skip }, async (context) => {
    const program = new Program(context, EXIT ?? "");
    const thread = await program.thread;
    const eyes = Eyes.by(way.options, program.pid, thread);
    const zeros = (): number => [...eyes.open(thread).values()].filter((link) => link === "/dev/zero").length;
    await eyes.until("the thread's files", () => zeros() === 3);
    const [whole, part] = [eyes.process(program.pid), eyes.process(thread)];
    assert.equal(part?.threadOf, program.pid);
    assert.equal(part.parent, program.pid);
    assert.deepEqual(
      [part.cgroup, part.netns, part.softLimit, part.uid, part.command],
      [whole?.cgroup, whole?.netns, whole?.softLimit, whole?.uid, whole?.command],
    );
    assert.equal(whole?.threadOf, undefined);
    assert.deepEqual(
      [...eyes.open(program.pid).values()].filter((link) => link === "/dev/zero"),
      [],
      "the process has what its thread opened",
    );
    await program.do("more");
    await eyes.until("one more", () => [...eyes.open(thread).values()].includes("/dev/full"));
    const threads = eyes.of("process").filter((fact) => fact.threadOf === program.pid);
    assert.deepEqual(
      new Set(threads.map(({ pid }) => pid)),
      new Set([thread]),
      "a thread that shares was told",
    );
    await program.do("end");
    await eyes.until("the end of the thread", () => eyes.exit(thread));
    assert.equal(eyes.exit(program.pid), undefined);
  });

  test(
    `a table of a thread's own is found at the start, ${way.name}`,
    { skip: skip || manyThreads },
    async (context) => {
      const program = new Program(context, EXIT ?? "");
      const thread = await program.thread;
      const eyes = Eyes.by(way.options, program.pid, thread);
      await eyes.look();
      // Where only counts can tell, it takes a second look at the process: one that lived for a second has it a second later.
      if (way.name === "without the addon") await eyes.until("the thread", () => eyes.process(thread));
      assert.equal(eyes.process(thread)?.threadOf, program.pid);
    },
  );

  test(
    `when the leading thread exits, one thread stands for the process and not for itself, ${way.name}`,
    { skip },
    async (context) => {
      const program = new Program(context, EXIT ?? "");
      const thread = await program.thread;
      const eyes = Eyes.by(way.options, program.pid, thread);
      await eyes.until("the thread", () => eyes.process(thread));
      program.tell("leave");
      await eyes.until("the exited leader", () =>
        /\) Z /.test(fs.readFileSync(`/proc/${program.pid}/stat`, "latin1")),
      );
      for (let times = 0; times < 3; times++) await eyes.look();
      assert.equal(eyes.exit(program.pid), undefined);
      assert.equal(eyes.exit(thread), undefined);
      assert.ok((eyes.pulse(program.pid)?.open ?? 0) > 0);
      assert.equal(eyes.of("process").filter((fact) => fact.threadOf === program.pid).length, 1);
    },
  );
}
