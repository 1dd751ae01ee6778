/** Asks a server on loopback as programs, browsers and attackers do, for the tests. */
import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import type { TestContext } from "node:test";
import type { Desk } from "./ports.ts";
import { DEFAULT_SERVER_OPTIONS, type ServerOptions } from "./options.ts";
import { type RunningServer, startServer } from "./server.ts";
import type { Site } from "./site.ts";

export interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A server of its own for a test, on a port that the kernel chooses. A request that fails inside fails the test. */
export async function serve(
  t: TestContext,
  desk: Desk,
  options: Partial<ServerOptions> = {},
  site: Site | null = null,
): Promise<RunningServer> {
  const faults: unknown[] = [];
  const own = { ...DEFAULT_SERVER_OPTIONS, listen: "127.0.0.1:0", requestsPerSecond: 1_000_000 };
  const server = await startServer(desk, { ...own, ...options }, (error) => faults.push(error), site);
  t.after(async () => {
    await server.close();
    for (const fault of faults) throw fault;
  });
  return server;
}

export function get(
  { address, port }: Pick<RunningServer, "address" | "port">,
  path: string,
  headers: Readonly<Record<string, string | string[]>> = {},
  method = "GET",
  body = "",
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: address, port, path, headers, method, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    asked.on("error", reject).end(body);
  });
}

export async function getJson(server: RunningServer, path: string): Promise<unknown> {
  const { status, text } = await get(server, path);
  if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
  return JSON.parse(text);
}

/** Sends bytes as they are; all that comes back until the server ends the connection. */
export async function sendRaw({ address, port }: RunningServer, bytes: string | Uint8Array): Promise<string> {
  const socket = connect({ host: address, port });
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  // A server that has said what is wrong may reset a connection on which still more is sent.
  socket.on("error", () => {});
  const closed = once(socket, "close");
  socket.end(bytes);
  await closed;
  return Buffer.concat(chunks).toString("latin1");
}
