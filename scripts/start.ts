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

/** In a session of its own, so that Ctrl-C ends the table first; it ends with this process also when that is killed. */
async function startAgent(): Promise<Background> {
  const dying = spawnSync("setpriv", ["--pdeathsig=TERM", "true"], { stdio: "ignore" }).status === 0;
  const [program = "", ...args] = [
    ...(dying ? ["setpriv", "--pdeathsig=TERM"] : []),
    DESCRY,
    "agent",
    "--quiet",
  ];
  const child = spawn(program, args, { detached: true, stdio: ["ignore", "ignore", "pipe"] });
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

async function show(args: readonly string[], background: Background | null): Promise<void> {
  const { url = null, says = "" } = background ?? {};
  if (url !== null) process.stderr.write(`descry: the dashboard: ${url}\n`);
  else if (background !== null)
    process.stderr.write(
      `descry: no dashboard of its own: ${says
        .trim()
        .split("\n")
        .at(-1)
        ?.replace(/^descry: /, "")}\n`,
    );
  const address = url === null ? {} : { DESCRY_AGENT: new URL(url).host };
  const table = spawn(DESCRY, args, { env: { ...process.env, ...address }, stdio: "inherit" });
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => table.kill(signal));
  // The terminal sends it to the table as well, which ends by it.
  process.on("SIGINT", () => {});
  const [code] = (await once(table, "exit")) as [number | null];
  if (background !== null) await endAgent(background);
  process.exitCode = code ?? 1;
}

const args = process.argv.slice(2);
await show(args, args.length > 0 ? null : await startAgent());
