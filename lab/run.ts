// npm run lab -- NAME [options]: start a lab, say where its parts are, run until told to stop, leave nothing behind.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { DEFAULT_RATE, MODES, startFlaskMysql, type FlaskMysql } from "./flask-mysql/start.ts";
import { GO_HTTP_MANNERS, startGoHttp } from "./go-http/start.ts";
import { JAVA_MANNERS, startJavaService } from "./java/start.ts";
import { JAVA_JDBC_MANNERS, startJavaJdbc } from "./java-jdbc/start.ts";
import { NODE_MANNERS, startNodeService } from "./node/start.ts";
import { NODE_KEEPALIVE_MANNERS, startNodeKeepalive } from "./node-keepalive/start.ts";
import { PYTHON_QUEUE_MANNERS, startPythonQueue } from "./python-queue/start.ts";
import type { Counts, FirstLine, Reporting } from "./reporting.ts";

interface Lab {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  run(args: string[]): Promise<number>;
}

const LABS: readonly Lab[] = [
  {
    name: "mkleak",
    summary:
      "opens descriptors of a chosen kind at an exact rate and does not close them, or only looks as if",
    usage: "mkleak KIND [--rate N] [--for 10m] [--limit N] ...      mkleak list tells the kinds",
    run: runMkleak,
  },
  {
    name: "flask-mysql",
    summary:
      "a Flask application under gunicorn with 400 users, which opens MariaDB connections past its pool",
    usage: `flask-mysql [--mode ${MODES.join("|")}] [--rate N] [--limit 4096] [--users 400] [--for 20m]`,
    run: runFlaskMysql,
  },
  {
    name: "java",
    summary:
      "a Java service that asks another one with java.net.http.HttpClient: one for all, or a new one each",
    usage: `java [--mode ${JAVA_MANNERS.join("|")}] [--rate N] [--for 20m]`,
    run: (args) => runService(args, JAVA_MANNERS, startJavaService),
  },
  {
    name: "node",
    summary: "a Node service with worker threads or connections, which it gives back or not",
    usage: `node [--mode ${NODE_MANNERS.join("|")}] [--rate N] [--for 20m]`,
    run: (args) => runService(args, NODE_MANNERS, startNodeService),
  },
  {
    name: "java-jdbc",
    summary: "a Java service on MariaDB whose failing orders give their connection back to the pool, or not",
    usage: `java-jdbc [--mode ${JAVA_JDBC_MANNERS.join("|")}] [--rate N] [--for 20m]`,
    run: (args) => runService(args, JAVA_JDBC_MANNERS, startJavaJdbc),
  },
  {
    name: "node-keepalive",
    summary:
      "a Node service that asks another one: a keep-alive agent for each report, or answers that it never reads",
    usage: `node-keepalive [--mode ${NODE_KEEPALIVE_MANNERS.join("|")}] [--rate N] [--for 20m]`,
    run: (args) => runService(args, NODE_KEEPALIVE_MANNERS, startNodeKeepalive),
  },
  {
    name: "go-http",
    summary: "a Go service that asks another one, and closes the bodies of its errors, or not",
    usage: `go-http [--mode ${GO_HTTP_MANNERS.join("|")}] [--rate N] [--for 20m]`,
    run: (args) => runService(args, GO_HTTP_MANNERS, startGoHttp),
  },
  {
    name: "python-queue",
    summary:
      "a Python worker on Redis with a batch every 40 s, whose failed jobs close their connection, or not",
    usage: `python-queue [--mode ${PYTHON_QUEUE_MANNERS.join("|")}] [--rate N] [--for 20m]`,
    run: (args) => runService(args, PYTHON_QUEUE_MANNERS, startPythonQueue),
  },
];

/** The whole of mkleak's command line is its own; it gets ours, our terminal and our signals. */
async function runMkleak(args: string[]): Promise<number> {
  const child = spawn(
    "/usr/bin/python3",
    [join(import.meta.dirname, "mkleak.py"), ...args, "--with-parent"],
    { stdio: "inherit", detached: true },
  );
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1"] as const)
    process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

async function runFlaskMysql(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      mode: { type: "string", default: "healthy" },
      rate: { type: "string" },
      limit: { type: "string", default: "4096" },
      users: { type: "string", default: "400" },
      for: { type: "string", default: "20m" },
    },
  });
  const mode = MODES.find((known) => known === values.mode);
  if (mode === undefined) throw new Error(`--mode ${values.mode}: the modes are ${MODES.join(", ")}`);
  const rate = values.rate === undefined ? DEFAULT_RATE[mode] : positive("--rate", values.rate);
  const seconds = duration(values.for);
  const stopped = asked();
  const starting = startFlaskMysql({
    mode,
    rate,
    limit: positive("--limit", values.limit),
    users: positive("--users", values.users),
  });
  process.stderr.write("starting MariaDB, gunicorn and the load ...\n");
  const lab = await starting;
  process.stdout.write(`${JSON.stringify(firstLine(lab, rate))}\n`);
  const broken = await watch(lab, Promise.race([stopped, pause(seconds * 1000)]));
  await lab.stop();
  process.stderr.write("all parts have ended\n");
  if (broken === null) return 0;
  process.stderr.write(`${broken}\n`);
  return 1;
}

/** The first line and then the counts, every few seconds, as the program tells them. */
async function runService<Manner extends string>(
  args: string[],
  manners: readonly [Manner, ...Manner[]],
  start: (options: { manner: Manner; rate: number }) => Promise<Reporting<FirstLine, Counts>>,
): Promise<number> {
  const usual: string = manners[0];
  const { values } = parseArgs({
    args,
    options: {
      mode: { type: "string", default: usual },
      rate: { type: "string", default: "60" },
      for: { type: "string", default: "20m" },
    },
  });
  const manner = manners.find((known) => known === values.mode);
  if (manner === undefined) throw new Error(`--mode ${values.mode}: the modes are ${manners.join(", ")}`);
  const rate = positive("--rate", values.rate);
  const end = performance.now() + duration(values.for) * 1000;
  const stopped = asked().then(() => true);
  const service = await start({ manner, rate });
  try {
    say(service.first);
    while (performance.now() < end && !(await Promise.race([stopped, pause(5000, false)])))
      say(await service.report());
  } finally {
    await service.stop();
  }
  return 0;
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function firstLine(lab: FlaskMysql, rate: number): Record<string, unknown> {
  const { mode, pids, database, http, accessLog } = lab;
  return {
    lab: "flask-mysql",
    mode,
    rate,
    pids,
    database,
    http,
    counts: `http://${http}/lab/counts`,
    accessLog,
  };
}

/** A status line every few seconds until the end is asked for, or a part is gone: then why. */
async function watch(lab: FlaskMysql, stopped: Promise<void>): Promise<string | null> {
  let over = false;
  void stopped.then(() => (over = true));
  for (let round = 1; !over; round += 1) {
    await Promise.race([stopped, pause(1000)]);
    const broken = lab.broken();
    if (broken !== null && !over) return broken;
    if (round % 5 === 0 && !over) process.stderr.write(`${await status(lab)}\n`);
  }
  return null;
}

async function status(lab: FlaskMysql): Promise<string> {
  try {
    const counts = await lab.counts();
    return `${Math.round(counts.seconds)} s  leaked ${counts.leaked}  opened ${counts.opened}  closed ${counts.closed}  pool ${counts.pool.open}  load ${lab.load()}`;
  } catch (error) {
    return `the application does not answer (${error instanceof Error ? error.message : String(error)})  load ${lab.load()}`;
  }
}

/**
 * npm hands a signal to its shell only, which dies of it and leaves us alone: then go as if it had reached us.
 * Not without npm, where one may well start a lab from a shell and leave.
 */
function endWithNpm(): void {
  if (process.env["npm_lifecycle_event"] !== "lab") return;
  const parent = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(looking);
    process.kill(process.pid, "SIGTERM");
  }, 500);
  looking.unref();
}

/** Fulfilled by SIGINT, SIGTERM or SIGHUP, also by one that comes while the parts are starting. */
function asked(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
  });
}

function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(s|m|h)?$/.exec(text);
  if (match === null) throw new Error(`--for ${text}: a duration is, for example, 90s, 10m or 1h`);
  const unit = { s: 1, m: 60, h: 3600 }[match[2] ?? "s"] ?? 1;
  return Number(match[1]) * unit;
}

function positive(option: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`${option} ${text}: a number above zero is needed`);
  return number;
}

async function main([name, ...args]: string[]): Promise<number> {
  const lab = LABS.find((known) => known.name === name);
  if (lab !== undefined) return lab.run(args);
  const out = name === undefined ? process.stdout : process.stderr;
  if (name !== undefined) out.write(`there is no lab named ${name}\n\n`);
  out.write(`The labs, each run by: npm run lab -- NAME [options]\n\n`);
  for (const known of LABS) out.write(`${known.name}\n  ${known.summary}\n  ${known.usage}\n\n`);
  return name === undefined ? 0 : 2;
}

try {
  endWithNpm();
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
// A timer of the runner itself must not keep it.
process.exit();
