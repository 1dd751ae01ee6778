// descry agent out of a package, for some seconds: that it serves, keeps history, and tells somebody.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";

const PATIENCE_SECONDS = 60;
/** Opens files until no more can be opened, and waits. */
const FULL = `const fs = require("node:fs");
try { for (;;) fs.openSync("/dev/null"); } catch {}
process.stdout.write("full");
setInterval(() => {}, 1_000_000);`;

export interface Trial {
  readonly status: number | null;
  readonly said: string;
  /** What did not come in time; "": nothing. */
  readonly missed: string;
}

/** Runs `program agent` with this environment; what it keeps is put into a new folder inside of `folder`. */
export async function tryAgent(program: string, env: NodeJS.ProcessEnv, folder: string): Promise<Trial> {
  const own = fs.mkdtempSync(join(folder, "agent-"));
  const got: string[] = [];
  const receiver = createServer((request, response) => {
    void text(request).then((body) => {
      got.push(body);
      response.writeHead(204).end();
      return null;
    });
  });
  const configuration = join(own, "descry.yaml");
  const channel = `channels:\n  ops:\n    kind: webhook\n    url: ${await addressOf(receiver)}\n`;
  fs.writeFileSync(configuration, `${channel}alerts:\n  proven-for: 1s\n`);
  const state = join(own, "state");
  fs.mkdirSync(state, { mode: 0o700 });
  const full = await startFull();
  const args = ["agent", "--listen", "127.0.0.1:0", "--state-dir", state, "--config", configuration];
  const agent = spawn(program, args, { cwd: own, env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(agent, "exit") as Promise<[number | null]>;
  let said = "";
  for (const stream of [agent.stdout, agent.stderr])
    stream.setEncoding("utf8").on("data", (more: string) => (said += more));
  try {
    const missed = await missedOf(agent, {
      "its address": () => urlIn(said) !== null,
      "that all is well": async () => (await fetch(`${urlIn(said)}/readyz`)).ok,
      "a message to the webhook": () => got.some((body) => /"kind":"firing".*"rule":"at-limit"/.test(body)),
      "its page, as a browser asks for it": () => isPage(`${urlIn(said)}`),
      "its metrics": async () => /^descry_/m.test(await answerOf(`${urlIn(said)}/metrics`)),
      history: async () =>
        /"measure":"open-files"/.test(await answerOf(`${urlIn(said)}/api/v1/series?measure=open-files`)),
    });
    agent.kill("SIGTERM");
    const [status] = await ended;
    return { status, said, missed };
  } finally {
    agent.kill("SIGKILL");
    full.kill("SIGKILL");
    receiver.closeAllConnections();
    receiver.close();
  }
}

/** The first of these that does not come true in time, or before the agent ends. */
async function missedOf(
  agent: ChildProcess,
  wanted: Readonly<Record<string, () => boolean | Promise<boolean>>>,
): Promise<string> {
  const end = performance.now() + PATIENCE_SECONDS * 1000;
  for (const [name, holds] of Object.entries(wanted)) {
    while (!(await holds())) {
      if (agent.exitCode !== null || performance.now() > end) return name;
      await pause(100);
    }
  }
  return "";
}

function urlIn(said: string): string | null {
  return /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? null;
}

async function answerOf(url: string): Promise<string> {
  return (await fetch(url)).text();
}

async function addressOf(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  return `http://127.0.0.1:${typeof bound === "object" && bound !== null ? bound.port : 0}/`;
}

/** A page with a script that comes as well. */
async function isPage(url: string): Promise<boolean> {
  const page = await fetch(url, { headers: { accept: "text/html" } });
  const script = / src="(\/assets\/[^"]+\.js)"/.exec(await page.text())?.[1];
  if (script === undefined || page.headers.get("content-security-policy") === null) return false;
  const { ok, headers } = await fetch(url + script);
  return ok && headers.get("content-type")?.startsWith("text/javascript") === true;
}

/** A process with as many descriptors as it may have. */
async function startFull(): Promise<ChildProcess> {
  const limited = ["-c", 'ulimit -n 64 && exec "$0" "$@"', process.execPath, "--eval", FULL];
  const child = spawn("sh", limited, { stdio: ["ignore", "pipe", "ignore"] });
  await once(child.stdout, "data");
  return child;
}
