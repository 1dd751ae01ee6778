// usage: scripts/run scripts/start.ts [ARGUMENT...]
// What `npm start` is: the agent with its dashboard, and in this terminal what the agent sees, as long as somebody looks.
// With arguments it is bin/descry itself. Where an agent runs already that one is shown and left alone.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";

const DESCRY = new URL("../bin/descry", import.meta.url).pathname;
/** So long the agent may take until it has read the host for the first time. */
const PATIENCE_MILLISECONDS = 15_000;

interface Background {
  readonly child: ChildProcess;
  /** Where it serves; null: it does not, and `says` why. */
  readonly url: string | null;
  readonly says: string;
}

/** A command line that ends with this process, also when that is killed. */
function tied(...args: readonly string[]): [string, readonly string[]] {
  const tie = ["--pdeathsig=TERM"];
  const canBe = spawnSync("setpriv", [...tie, "true"], { stdio: "ignore" }).status === 0;
  return canBe ? ["setpriv", [...tie, DESCRY, ...args]] : [DESCRY, args];
}

/** In a session of its own, so that Ctrl-C ends the table first. */
async function startAgent(): Promise<Background> {
  const child = spawn(...tied("agent"), { detached: true, stdio: ["ignore", "ignore", "pipe"] });
  let says = "";
  child.stderr.setEncoding("utf8").on("data", (more: string) => (says += more));
  const urlOf = () => / watches .*?: (http:\/\/\S+),/.exec(says)?.[1] ?? null;
  const end = performance.now() + PATIENCE_MILLISECONDS;
  while (performance.now() < end && child.exitCode === null) {
    const url = urlOf();
    if (url !== null && (await hasRead(url))) break;
    await pause(20);
  }
  child.stderr.removeAllListeners("data").resume();
  return { child, url: child.exitCode === null ? urlOf() : null, says };
}

/** The agent has read its host: who asks it from now on is answered. One that wants a token has said where it is. */
async function hasRead(url: string): Promise<boolean> {
  try {
    const { status } = await fetch(`${url}/api/v1/snapshot?limit=1`);
    return status === 200 || status === 401;
  } catch {
    return false;
  }
}

async function endAgent({ child }: Background): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

/** What stands on standard error of the dashboard. */
function sayWhere({ url, says }: Background): void {
  const why = says
    .trim()
    .split("\n")
    .at(-1)
    ?.replace(/^descry: /, "");
  process.stderr.write(
    url === null ? `descry: no dashboard of its own: ${why}\n` : `descry: the dashboard: ${url}\n`,
  );
}

/** Until it ends; its exit code. */
async function run(args: readonly string[], agent: string | null): Promise<number> {
  const address = agent === null ? {} : { DESCRY_AGENT: agent };
  const table = spawn(...tied(...args), { env: { ...process.env, ...address }, stdio: "inherit" });
  const pass = (signal: NodeJS.Signals): void => void table.kill(signal);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, pass);
  // The terminal sends it to the table as well, which ends by it.
  process.on("SIGINT", () => {});
  const [code] = (await once(table, "exit")) as [number | null];
  return code ?? 1;
}

async function start(): Promise<number> {
  const starting = startAgent();
  // A pipe gets the first look at once, which only who looks by itself has; then the events.
  const piped = process.stdout.isTTY ? null : run(["top", "--no-agent"], null);
  const background = await starting;
  sayWhere(background);
  const { url } = background;
  try {
    return await (piped ?? run([], url === null ? null : new URL(url).host));
  } finally {
    await endAgent(background);
  }
}

const args = process.argv.slice(2);
process.exitCode = await (args.length > 0 ? run(args, null) : start());
