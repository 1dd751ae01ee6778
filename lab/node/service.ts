// service MANNER RATE: a Node program that does RATE pieces of work a minute; which manners there are, and what each leaks: start.ts.
// Tells what it is in its first line, and at each line of standard input what it opened and gave back; ends with standard input.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";

interface Work {
  /** Does one piece, and gives back how to undo what it left open. */
  begin(): Promise<() => Promise<void>>;
  readonly descriptors: number;
}

const PEER = join(import.meta.dirname, "../mkleak-peer.py");
const TASK = new URL("./task.ts", import.meta.url);
// A worker's heap is small here: it has next to nothing to do.
const SMALL = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 };

const [manner = "", rate = "60"] = process.argv.slice(2);
const peer = spawn("/usr/bin/python3", [PEER, String(process.pid), "serve", "answer"], {
  stdio: ["pipe", "pipe", "inherit"],
});
const port = await portOf(peer.stdout);
const work = manner.startsWith("workers") ? await workers() : sockets(port);
const leaks = manner.endsWith("-leak");
const leaked: (() => Promise<void>)[] = [];
const began = performance.now();
let opens = 0;
let closes = 0;

say({
  pid: process.pid,
  kind: `node-${manner}`,
  peer: `127.0.0.1:${port}`,
  children: [peer.pid],
  descriptors: openDescriptors(),
});
createInterface(process.stdin)
  .on("line", () => say({ ...counts(), asked: true }))
  .on("close", () => process.exit());
schedule(1);

/** Absolute times, so that a late one delays no other. */
function schedule(number: number): void {
  const due = began + (number * 60_000) / Number(rate);
  setTimeout(
    () => {
      schedule(number + 1);
      void work.begin().then(async (undo) => {
        opens += 1;
        if (leaks) return leaked.push(undo);
        await undo();
        return (closes += 1);
      });
    },
    Math.max(0, due - performance.now()),
  );
}

/** How many descriptors a worker has depends on the kernel and on libuv (5 with io_uring): the first one, of use to nobody, shows it. */
async function workers(): Promise<Work> {
  const begin = async (): Promise<() => Promise<void>> => {
    const worker = new Worker(TASK, { resourceLimits: SMALL });
    await once(worker, "online");
    return async () => void (await worker.terminate());
  };
  await (
    await begin()
  )(); // what the first one brings for the whole process stays
  const before = openDescriptors();
  const undo = await begin();
  const descriptors = openDescriptors() - before;
  await undo();
  return { begin, descriptors };
}

/** One question and its answer; the connection is destroyed afterwards, or not. */
function sockets(to: number): Work {
  return {
    descriptors: 1,
    async begin() {
      const socket: Socket = connect(to, "127.0.0.1");
      await once(socket, "connect");
      socket.write("select 1\n");
      await once(socket, "data");
      return async () => {
        socket.destroy();
        await once(socket, "close");
      };
    },
  };
}

function counts(): Record<string, number> {
  const opened = opens * work.descriptors;
  const closed = closes * work.descriptors;
  return { t: (performance.now() - began) / 1000, opened, closed, kept: opened - closed, opens };
}

/** Without the one that reading the folder takes. */
function openDescriptors(): number {
  return readdirSync("/proc/self/fd").length - 1;
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function portOf(output: NodeJS.ReadableStream): Promise<number> {
  const [line] = (await once(createInterface(output), "line")) as [string];
  return (JSON.parse(line) as { ports: [number] }).ports[0];
}
