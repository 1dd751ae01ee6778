/** An agent of this machine for the tests: the real server on loopback, with a desk whose host is made up. */
import type { TestContext } from "node:test";
import { createServer, type RequestListener } from "node:http";
import { once } from "node:events";
import { runningAgent } from "../../agent/here.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { serve } from "../../server/example-client.ts";
import { type ExampleDesk, exampleDesk } from "../../server/example-desk.ts";
import type { ServerOptions } from "../../server/options.ts";
import { exampleHost } from "./host.ts";

export interface ExampleAgent {
  readonly desk: ExampleDesk;
  /** For the commands that are to ask it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends it, as its end or a kill does. */
  stop(): Promise<void>;
}

/** The made-up host, read at this moment. */
export function hostNow(traits: Partial<Snapshot> = {}): Snapshot {
  return exampleHost({ at: new Date().toISOString(), ...traits });
}

/** What a tick of it shows stays as it is set; by default it is always just read. */
export async function startExampleAgent(
  t: TestContext,
  traits: Partial<Pick<ExampleDesk, "agent" | "history">> = {},
  options: Partial<ServerOptions> = {},
): Promise<ExampleAgent> {
  const desk: ExampleDesk = Object.assign(exampleDesk([]), {
    agent: runningAgent("/proc", "0.1.0", Date.now() - 60_000),
    ...traits,
  });
  desk.current = hostNow();
  const server = await serve(t, desk, options);
  const environment = { DESCRY_AGENT: `127.0.0.1:${server.port}` };
  return { desk, environment, stop: () => server.close() };
}

/** Something else on a port of loopback; its environment makes commands ask it. */
export async function startStranger(
  t: TestContext,
  answer: RequestListener,
): Promise<Readonly<Record<string, string>>> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const bound = server.address();
  return { DESCRY_AGENT: `127.0.0.1:${typeof bound === "object" && bound !== null ? bound.port : 0}` };
}
