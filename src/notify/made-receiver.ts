/** A real HTTP server on loopback that keeps what it is sent. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpReceiver {
  readonly url: string;
  readonly received: Received[];
  /** Null: it never answers. */
  answer: Answer | null;
  close(): Promise<void>;
}

/** On any free port, or on the one that others know already. */
export async function httpReceiver(port = 0): Promise<HttpReceiver> {
  const received: Received[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = JSON.parse(await text(request)) as unknown;
    const { method, url: path, headers } = request;
    received.push({ method, path, headers, body });
    if (receiver.answer === null) return;
    const { status, headers: more, body: answer } = receiver.answer;
    response.writeHead(status, more).end(answer);
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const receiver: HttpReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: { status: 200 },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}
