import { Agent, type IncomingMessage, request } from "node:http";
import { type AgentPlace, requestTo } from "./place.ts";
import { Unanswered } from "./unanswered.ts";

/** Milliseconds, and bytes: what is slower or larger is no answer. `all`: of the pages of one answer together. */
const LIMITS = { connect: 300, answer: 2000, bytes: 4 * 2 ** 20, all: 64 * 2 ** 20 } as const;

/** What the pages of one answer may take together. */
export class Budget {
  readonly #until = performance.now() + LIMITS.answer;
  #bytes: number = LIMITS.all;

  get milliseconds(): number {
    return Math.max(0, this.#until - performance.now());
  }

  take(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#bytes < 0) throw tooLong();
  }
}

/** Asks one place, over connections that are kept for the next question. Everything that comes back is a stranger's word. */
export class Asker {
  readonly #place: AgentPlace;
  readonly #connections = new Agent({ keepAlive: true, maxSockets: 2 });

  constructor(place: AgentPlace) {
    this.#place = place;
  }

  /** The JSON of a GET, as it came. Rejects with an Unanswered. */
  async json(path: string, budget = new Budget()): Promise<unknown> {
    const { status, value } = await this.#exchange("GET", path, null, budget);
    if (status !== 200) throw new Unanswered("strange", `it answers with status ${status}`);
    return value;
  }

  /** What a request that changes something is answered, refusals included. Rejects with an Unanswered. */
  send(method: "POST" | "DELETE", path: string, body: object | null): Promise<Answer> {
    return this.#exchange(method, path, body, new Budget());
  }

  #exchange(method: string, path: string, body: object | null, budget: Budget): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const fail = (error: unknown) => reject(unansweredBy(error));
    const { headers, ...to } = requestTo(this.#place, path);
    const text = body === null ? null : Buffer.from(JSON.stringify(body));
    const sent = text === null ? {} : { "content-type": "application/json", "content-length": text.length };
    const asked = request({
      ...{ ...to, method },
      agent: this.#connections,
      headers: { ...headers, ...sent, accept: "application/json" },
    });
    const late = setTimeout(
      () => asked.destroy(new Unanswered("slow", "it takes too long")),
      budget.milliseconds,
    );
    let responded = false;
    asked.once("close", () => {
      clearTimeout(late);
      // As after a change of protocol that nobody asked for.
      if (!responded) fail(new Error("closed without an answer"));
    });
    asked.once("socket", (socket) => {
      if (!socket.connecting) return;
      const unconnected = setTimeout(
        () => asked.destroy(new Unanswered("slow", "it does not take connections")),
        LIMITS.connect,
      );
      socket.once("connect", () => clearTimeout(unconnected));
      socket.once("close", () => clearTimeout(unconnected));
    });
    asked.once("error", fail);
    asked.once("response", (response) => {
      responded = true;
      readJson(response, budget).then(resolve, (error: unknown) => {
        response.destroy();
        fail(error);
      });
    });
    asked.end(text ?? undefined);
    return promise;
  }

  /** Ends the connections that are kept. */
  close(): void {
    this.#connections.destroy();
  }
}

interface Answer {
  readonly status: number;
  readonly value: unknown;
}

async function readJson(response: IncomingMessage, budget: Budget): Promise<Answer> {
  const { statusCode = 0, headers } = response;
  if (statusCode === 401 || statusCode === 403)
    throw new Unanswered(
      "refused",
      statusCode === 401 ? "it wants its token" : "it does not let in who asks",
    );
  if (!/^application\/json\b/.test(headers["content-type"] ?? ""))
    throw new Unanswered("strange", "its answer is no JSON");
  if (Number(headers["content-length"] ?? 0) > LIMITS.bytes) throw tooLong();
  const text = await readText(response, budget);
  if (statusCode === 503 || statusCode === 429)
    throw new Unanswered("busy", "it cannot answer at this moment");
  try {
    return { status: statusCode, value: JSON.parse(text) };
  } catch {
    throw new Unanswered("strange", "its answer is no JSON");
  }
}

async function readText(response: IncomingMessage, budget: Budget): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    budget.take(chunk.length);
    if (bytes > LIMITS.bytes) throw tooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function tooLong(): Unanswered {
  return new Unanswered("strange", "its answer is too long");
}

const NOBODY: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
]);

function unansweredBy(error: unknown): Unanswered {
  if (error instanceof Unanswered) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return NOBODY.has(code)
    ? new Unanswered("nobody", "it has gone")
    : new Unanswered("strange", "what answers does not speak HTTP");
}
