import { randomBytes } from "node:crypto";
import { makeApp } from "./app.ts";
import { checkToken, listenFault, parseListen } from "./listen.ts";
import { openapiDocument } from "./openapi.ts";
import { checkNames, type ServerOptions } from "./options.ts";
import { Outgoing } from "./outgoing.ts";
import type { Desk } from "./ports.ts";
import { Context } from "./routes/route.ts";
import type { Site } from "./site.ts";
import { EventStream, type StreamFigures } from "./stream/event-stream.ts";

export interface ServerFigures extends StreamFigures {
  /** Bytes of answers on their way. */
  readonly outgoingBytes: number;
}

export interface RunningServer {
  readonly address: string;
  readonly port: number;
  /** "http://127.0.0.1:8321" */
  readonly url: string;
  figures(): ServerFigures;
  /** Ends open streams and connections within a second. */
  close(): Promise<void>;
}

const LOOK_MILLISECONDS = 2000;
/** Who has not read the rest of an answer by then does not get it. */
const CLOSE_MILLISECONDS = 500;

/**
 * Throws a DescryError: an address, name or origin that is none, no token where one is needed, a port that is taken.
 * `onFault` is told of each request that failed through a fault of the program.
 */
export async function startServer(
  desk: Desk,
  options: ServerOptions,
  onFault: (error: unknown) => void,
  site: Site | null = null,
): Promise<RunningServer> {
  const listen = parseListen(options.listen);
  checkToken(listen, options.token);
  checkNames(options);
  const now = Date.now;
  const stream = new EventStream({
    host: desk.host,
    run: randomBytes(6).toString("hex"),
    mostReaders: options.mostReaders,
    now,
    waitingBytes: 2 * 2 ** 20,
    waitingMilliseconds: 30_000,
    heartbeatMilliseconds: 15_000,
  });
  const outgoing = new Outgoing(64 * 2 ** 20, 30_000);
  const app = await makeApp({
    context: new Context(desk, now, JSON.stringify(openapiDocument())),
    stream,
    outgoing,
    guard: {
      address: listen.address,
      names: options.hostNames.map((name) => name.toLowerCase()),
      origins: options.origins,
      token: options.token,
      requestsPerSecond: options.requestsPerSecond,
    },
    site,
    onFault,
  });
  try {
    await app.listen({ host: listen.address, port: listen.port });
  } catch (error) {
    await app.close();
    throw listenFault(error, listen);
  }
  const unsubscribe = desk.subscribe((event) => stream.publish(event));
  const timer = setInterval(() => {
    stream.look();
    outgoing.look(now());
  }, LOOK_MILLISECONDS);
  const bound = app.server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : listen.port;
  const { address } = listen;
  return {
    address,
    port,
    url: `http://${address.includes(":") ? `[${address}]` : address}:${port}`,
    figures: () => ({ ...stream.figures, outgoingBytes: outgoing.bytes }),
    close: async () => {
      clearInterval(timer);
      unsubscribe();
      stream.close();
      const late = setTimeout(() => app.server.closeAllConnections(), CLOSE_MILLISECONDS);
      await app.close();
      clearTimeout(late);
    },
  };
}
