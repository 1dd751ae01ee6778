// The incident, started part by part: MariaDB, then gunicorn with the Flask application, then the load.
import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startChild, stopAll, type Child } from "../child.ts";
import { DATABASE_PACKAGE, startDatabase } from "../database/start.ts";
import { makeScratch, type Scratch } from "../scratch.ts";
import { freePort, until } from "../wait.ts";

export const FLASK_MYSQL_PACKAGES = [
  DATABASE_PACKAGE,
  "gunicorn",
  "python3-flask",
  "python3-sqlalchemy",
  "python3-pymysql",
];

export const MODES = ["healthy", "churn", "leak", "overflow"] as const;
export type Mode = (typeof MODES)[number];

export interface FlaskMysqlOptions {
  readonly mode?: Mode;
  /** /api/reports a minute: in mode leak, this many connections are leaked a minute. */
  readonly rate?: number;
  /** Soft limit of open files of the gunicorn worker. */
  readonly limit?: number;
  readonly users?: number;
  /** Its application stands on gunicorn's command line: beside other labs it is a service of its own, `gunicorn app:app`. */
  readonly named?: boolean;
}

/** What /lab/counts answers: connections of the report, past the pool. */
export interface FlaskMysqlCounts {
  readonly leaked: number;
  readonly opened: number;
  readonly closed: number;
  /** Over those that were closed: how often each sent after it had received. */
  readonly exchanges: number;
  readonly since: string;
  readonly seconds: number;
  readonly pool: { readonly size: number; readonly open: number; readonly inUse: number };
}

export interface FlaskMysqlPids {
  readonly mariadbd: number;
  readonly gunicornMaster: number;
  readonly gunicornWorker: number;
  readonly load: number;
}

export interface FlaskMysql {
  readonly mode: Mode;
  readonly pids: FlaskMysqlPids;
  readonly database: string;
  readonly http: string;
  readonly accessLog: string;
  readonly folder: string;
  counts(): Promise<FlaskMysqlCounts>;
  /** The newest line of the load generator, null before the first. */
  load(): string | null;
  /** Why the lab is broken, null while all parts run. */
  broken(): string | null;
  stop(): Promise<void>;
}

/** 250 a minute is the incident; churn needs more for thousands of TIME_WAIT (3.5 connections each, 60 s). */
export const DEFAULT_RATE: Readonly<Record<Mode, number>> = {
  healthy: 250,
  churn: 900,
  leak: 250,
  overflow: 60,
};

const HERE = import.meta.dirname;

export async function startFlaskMysql(options: FlaskMysqlOptions = {}): Promise<FlaskMysql> {
  const scratch = await makeScratch("flask-mysql");
  const children: Child[] = [];
  try {
    return await startParts(options, scratch, children);
  } catch (error) {
    await stopAll(children);
    await scratch.remove();
    throw error;
  }
}

async function startParts(
  options: FlaskMysqlOptions,
  scratch: Scratch,
  children: Child[],
): Promise<FlaskMysql> {
  if (!existsSync("/usr/bin/gunicorn"))
    throw new Error(`/usr/bin/gunicorn is missing: apt-get install ${FLASK_MYSQL_PACKAGES.join(" ")}`);
  const mode = options.mode ?? "healthy";
  const database = await startDatabase(scratch.path, children);
  const web = await startWeb(mode, options, database, scratch.path, children);
  const load = await startLoad(
    web.http,
    mode,
    options.rate ?? DEFAULT_RATE[mode],
    options.users ?? 400,
    scratch.path,
    children,
  );
  const [mariadbd, gunicorn] = children;
  return {
    mode,
    pids: {
      mariadbd: mariadbd?.pid ?? -1,
      gunicornMaster: gunicorn?.pid ?? -1,
      gunicornWorker: web.worker,
      load: load.pid,
    },
    database,
    http: web.http,
    accessLog: web.accessLog,
    folder: scratch.path,
    counts: () => readCounts(web.http),
    load: load.newest,
    broken: () => children.map((child) => child.gone()).find((gone) => gone !== null) ?? null,
    async stop() {
      await stopAll(children);
      await scratch.remove();
    },
  };
}

async function startWeb(
  mode: Mode,
  { limit = 4096, named = false }: FlaskMysqlOptions,
  database: string,
  folder: string,
  children: Child[],
) {
  const http = `127.0.0.1:${await freePort()}`;
  await mkdir(join(folder, "web"));
  const accessLog = join(folder, "web", "access.log");
  const gunicorn = startChild(
    "gunicorn",
    "/usr/bin/python3",
    ["/usr/bin/gunicorn", "--config", "gunicorn.conf.py", ...(named ? ["app:app"] : [])],
    {
      log: join(folder, "web", "error.log"),
      cwd: HERE,
      env: {
        LAB_MODE: mode,
        LAB_DATABASE: database,
        LAB_HTTP: http,
        LAB_LIMIT: String(limit),
        LAB_ACCESS_LOG: accessLog,
        PYTHONDONTWRITEBYTECODE: "1",
      },
    },
  );
  children.push(gunicorn);
  await until("the web application to answer", () => readCounts(http).catch(() => null), {
    needs: [gunicorn],
  });
  // One more request than the counts: the pool's first connection shows that the database is reached.
  await until(
    "the web application to reach the database",
    async () => (await fetch(`http://${http}/api/items/1`)).ok,
    { needs: [gunicorn] },
  );
  const worker = Number(
    readFileSync(`/proc/${gunicorn.pid}/task/${gunicorn.pid}/children`, "utf8").trim().split(" ")[0],
  );
  return { http, accessLog, worker };
}

async function startLoad(
  http: string,
  mode: Mode,
  rate: number,
  users: number,
  folder: string,
  children: Child[],
) {
  const args = [
    join(HERE, "load.py"),
    http,
    "--mode",
    mode,
    "--rate",
    String(rate),
    "--users",
    String(users),
  ];
  const load = startChild("the load generator", "/usr/bin/python3", args, {
    log: join(folder, "load.log"),
    readable: true,
  });
  children.push(load);
  let newest: string | null = null;
  if (load.process.stdout !== null) {
    createInterface(load.process.stdout).on("line", (line) => (newest = line));
  }
  await until("all users to be connected", () => newest, { needs: [load] });
  return { pid: load.pid, newest: () => newest };
}

async function readCounts(http: string): Promise<FlaskMysqlCounts> {
  const answer = await fetch(`http://${http}/lab/counts`, {
    headers: { connection: "close" },
    signal: AbortSignal.timeout(5000),
  });
  return (await answer.json()) as FlaskMysqlCounts;
}
