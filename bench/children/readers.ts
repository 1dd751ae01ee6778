// readers URL READERS REQUESTS: so many read the events of the agent there, and so many requests a second are made. Prints a
// line when all are connected, and on SIGUSR2 what came of it since then.
import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

export interface Asked {
  readonly perSecond: number;
  readonly failed: number;
  /** Milliseconds from the request to the end of the answer. */
  readonly medianMs: number;
  readonly mostMs: number;
  readonly readers: number;
}

const PATHS = ["/api/v1/services", "/api/v1/verdicts", "/api/v1/agent", "/healthz"];
const CONNECTIONS = 20;
/** Requests are made in portions, since a timer comes no more often than this. */
const PORTION_MS = 10;

const [url = "", readers = "", requests = ""] = process.argv.slice(2);
let open = 0;
let failed = 0;
const times: number[] = [];

async function read(agent: Agent): Promise<void> {
  const [response] = (await once(get(`${url}/api/v1/events`, { agent }), "response")) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`/api/v1/events: ${response.statusCode}`);
  open += 1;
  response.on("close", () => (open -= 1));
  response.resume();
}

function ask(agent: Agent, path: string): void {
  const from = performance.now();
  get(`${url}${path}`, { agent }, (response) => {
    response.resume();
    response.on("end", () => {
      if (response.statusCode === 200) times.push(performance.now() - from);
      else failed += 1;
    });
  }).on("error", () => (failed += 1));
}

await Promise.all(Array.from({ length: Number(readers) }, () => read(new Agent())));
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
let began = performance.now();
let made = 0;
process.on("SIGUSR2", () => {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
  const asked: Asked = {
    perSecond: times.length / ((performance.now() - began) / 1000),
    ...{ failed, medianMs: at(0.5), mostMs: at(0.99), readers: open },
  };
  process.stdout.write(`${JSON.stringify(asked)}\n`);
});
process.stdout.write("connected\n");
began = performance.now();
for (;;) {
  const due = Math.floor(((performance.now() - began) / 1000) * Number(requests));
  for (; made < due; made += 1) ask(agent, PATHS[made % PATHS.length] ?? "");
  await pause(PORTION_MS);
}
