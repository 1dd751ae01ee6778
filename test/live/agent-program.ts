// descry agent as a process of its own, a receiver for what it tells, and a program that is full.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { until } from "../../lab/wait.ts";
import { DESCRY } from "../program.ts";

/** One that the test starts, and ends with it. */
export class AgentProgram {
  readonly child: ChildProcess;
  #said = "";

  /** `under`: a command line that ends by becoming, or starting, what follows it. */
  constructor(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    under: readonly string[] = [],
  ) {
    const [program = "", ...rest] = [...under, DESCRY, "agent", "--listen", "127.0.0.1:0", ...args];
    this.child = spawn(program, rest, {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding("utf8").on("data", (more: string) => (this.#said += more));
  }

  /** Its exit code when it has ended; null when a signal ended it. */
  get ended(): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null)
      return Promise.resolve(this.child.exitCode);
    return once(this.child, "exit").then(([code]) => code as number | null);
  }

  /** Where it serves, once it does: what it said last of it. */
  async url(): Promise<string> {
    const find = () => this.#said.match(/http:\/\/127\.0\.0\.1:\d+/g)?.at(-1) ?? null;
    return until("the agent to serve", () => {
      if (this.child.exitCode !== null)
        throw new Error(`it ended with ${this.child.exitCode}: ${this.#said}`);
      return find();
    });
  }

  /** What it wrote. */
  get said(): string {
    return this.#said;
  }

  async get(path: string): Promise<{ status: number; body: string }> {
    const response = await fetch(`${await this.url()}${path}`);
    return { status: response.status, body: await response.text() };
  }

  /** Its exit code; null when a signal ended it. */
  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    const { ended } = this;
    this.child.kill(signal);
    return ended;
  }
}

export interface Received {
  readonly id: string;
  readonly kind: string;
  readonly alert: {
    readonly id: string;
    readonly service: string | null;
    readonly severity: string;
    readonly fingerprint: string;
    readonly firingAt: string | null;
  };
}

/** A webhook's receiver, which can be down. */
export class Receiver {
  readonly got: Received[] = [];
  down = false;
  readonly #server: Server = createServer((request, response) => {
    void text(request).then((body) => {
      response.statusCode = this.down ? 503 : 204;
      if (!this.down) this.got.push(JSON.parse(body) as Received);
      response.end();
      return null;
    });
  });

  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    const bound = this.#server.address();
    return `http://127.0.0.1:${typeof bound === "object" && bound !== null ? bound.port : 0}/`;
  }

  of(service: string): Received[] {
    return this.got.filter(({ alert }) => alert.service === service);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** Opens files until none can be opened any more, and waits. Its name is the service's. */
const FULL = `import os, resource, time
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
try:
    while True:
        os.open("/dev/null", os.O_RDONLY)
except OSError:
    pass
print("full", flush=True)
time.sleep(600)
`;

/** Such a program, written to this file and started; it is at its limit by then. */
export async function startFull(file: string): Promise<ChildProcess> {
  writeFileSync(file, FULL);
  const program = spawn("python3", [file], { stdio: ["ignore", "pipe", "ignore"] });
  assert.ok(program.stdout !== null);
  await once(program.stdout, "data");
  return program;
}
