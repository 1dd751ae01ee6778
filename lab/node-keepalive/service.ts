// service MANNER RATE UPSTREAM: five good requests a second and RATE reports a minute, which the upstream answers with an error;
// what each manner does with those: start.ts. Tells what it is in its first line, and at each line of standard input what it holds;
// ends with standard input.
import { readdirSync } from "node:fs";
import { Agent, get, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";

const [manner = "", rate = "60", upstream = ""] = process.argv.slice(2);
const shared = new Agent({ keepAlive: true, maxFreeSockets: 8 });
const seen = new WeakSet<Socket>();
let [opened, closed, requests, failed, leaked] = [0, 0, 0, 0, 0];
const began = performance.now();

say({
  pid: process.pid,
  kind: `node-keepalive-${manner}`,
  peer: upstream,
  children: [],
  descriptors: readdirSync("/proc/self/fd").length - 1, // without the one that reading the folder takes
});
createInterface(process.stdin)
  .on("line", () => say({ ...counts(), asked: true }))
  .on("close", () => process.exit());
every(200, () => void ask("/ok", shared).then(read));
every(60_000 / Number(rate), () => void report());

/** A report goes wrong; leaked is what will never be used again. */
async function report(): Promise<void> {
  if (manner === "leak") {
    await read(await ask("/missing", new Agent({ keepAlive: true })));
    leaked += 1;
  } else {
    const response = await ask("/broken", shared);
    if (manner === "unread") leaked += 1;
    else await read(response);
  }
  failed += 1;
}

function ask(path: string, agent: Agent): Promise<IncomingMessage> {
  requests += 1;
  return new Promise((resolve, reject) => {
    get(`http://${upstream}${path}`, { agent }, resolve).on("socket", note).on("error", reject);
  });
}

/** An agent's socket comes with each request that it serves: it is counted once. */
function note(socket: Socket): void {
  if (seen.has(socket)) return;
  seen.add(socket);
  opened += 1;
  socket.once("close", () => (closed += 1));
}

async function read(response: IncomingMessage): Promise<string> {
  return (await response.setEncoding("utf8").toArray()).join("");
}

/** At absolute times, so that a late one delays no other. */
function every(milliseconds: number, work: () => void, number = 1): void {
  const due = began + number * milliseconds;
  setTimeout(
    () => {
      every(milliseconds, work, number + 1);
      work();
    },
    Math.max(0, due - performance.now()),
  );
}

function counts(): Record<string, number> {
  const t = (performance.now() - began) / 1000;
  return { t, opened, closed, kept: opened - closed, opens: opened, requests, failed, leaked };
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
