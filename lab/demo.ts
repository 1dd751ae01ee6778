// npm run demo: a real leak, and the agent that finds it, with the address of its page. Ctrl-C ends both;
// nothing is left behind, and nothing of this machine's own agent is touched: no configuration, no memory, another port.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ListedForecast, ListedVerdict } from "../src/server/api.ts";
import { type Child, startChild } from "./child.ts";
import { startFlaskMysql } from "./flask-mysql/start.ts";
import { startMkleak } from "./mkleak/start.ts";
import { makeScratch, type Scratch } from "./scratch.ts";
import { until } from "./wait.ts";

const DESCRY = join(import.meta.dirname, "../bin/descry");
/** 250 leaked connections a minute fill this in a quarter of an hour: what is left stays in sight. */
const LIMIT = 4096;

interface Leak {
  /** What it is, for people. */
  readonly words: string;
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

/** The incident that descry was made for; where its packages are not installed, a program that leaks as fast. */
async function startLeak(): Promise<Leak> {
  try {
    const lab = await startFlaskMysql({ mode: "leak", limit: LIMIT });
    const { pids, database } = lab;
    const words = `a Flask application under gunicorn leaks 250 connections a minute to MariaDB on ${database}`;
    return { words, pids: [pids.gunicornMaster, pids.gunicornWorker], stop: () => lab.stop() };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`The Flask application cannot run here (${why}); a small program leaks instead.\n`);
    const mkleak = await startMkleak("tcp", { rate: 250, limit: LIMIT, forSeconds: 3600 });
    const words = `a Python program (pid ${mkleak.pid}) leaks 250 connections a minute`;
    return { words, pids: [mkleak.pid], stop: () => mkleak.stop() };
  }
}

async function startAgent(scratch: Scratch): Promise<{ agent: Child; url: string }> {
  const log = join(scratch.path, "agent.log");
  const args = ["agent", "--listen", "127.0.0.1:0", "--state-dir", join(scratch.path, "state")];
  const agent = startChild("the agent", DESCRY, args, { log, env: { DESCRY_CONFIG: "/dev/null" } });
  const address = () => /http:\/\/127\.0\.0\.1:\d+/.exec(readFileSync(log, "utf8"))?.[0] ?? null;
  return { agent, url: await until("the agent to serve", address, { needs: [agent] }) };
}

/** The first confirmed verdict on what one of these processes keeps open towards somebody; null: not yet. */
async function verdictOn(url: string, pids: readonly number[]): Promise<ListedVerdict | null> {
  const response = await fetch(`${url}/api/v1/verdicts`);
  if (!response.ok) return null;
  const { verdicts } = (await response.json()) as { verdicts: readonly (ListedVerdict | ListedForecast)[] };
  const isOurs = (told: ListedVerdict | ListedForecast): told is ListedVerdict =>
    told.type === "verdict" &&
    told.standing === "confirmed" &&
    told.subject.peer !== null &&
    told.processes.some(({ pid }) => pids.includes(pid));
  return verdicts.find(isOurs) ?? null;
}

/** Says where to look, and what was found; ends when `over` is, or when a part does. */
async function show(
  leak: Leak,
  { agent, url }: { agent: Child; url: string },
  over: AbortSignal,
): Promise<void> {
  const began = performance.now();
  process.stdout.write(`${leak.words}.\nThe page that will say so: ${url}\nCtrl-C ends it all.\n`);
  let found: ListedVerdict | null = null;
  await until(
    "the end",
    async () => {
      if (found === null && !over.aborted) {
        found = await verdictOn(url, leak.pids);
        if (found !== null) {
          const seconds = Math.round((performance.now() - began) / 1000);
          process.stdout.write(`Found after ${seconds} s: ${found.service}: ${found.summary}\n`);
        }
      }
      return over.aborted;
    },
    { timeoutSeconds: 3600, everyMs: 250, needs: [agent] },
  );
}

const over = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => over.abort());
const scratch = await makeScratch("demo");
let leak: Leak | null = null;
let running: { agent: Child; url: string } | null = null;
try {
  process.stdout.write("Starting the leak and the agent, some twenty seconds ...\n");
  running = await startAgent(scratch);
  leak = await startLeak();
  await show(leak, running, over.signal);
} finally {
  await running?.agent.stop();
  await leak?.stop();
  await scratch.remove();
}
