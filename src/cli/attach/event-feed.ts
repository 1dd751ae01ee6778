import { type ClientRequest, type IncomingMessage, request } from "node:http";
import type { DescryEvent } from "../../model/events.ts";
import { asEvent } from "./checked.ts";
import { type AgentPlace, requestTo } from "./place.ts";
import { Unanswered } from "./unanswered.ts";

/** An event is at most 256 KiB long in the stream; what has no end by then is none. */
const MOST_BLOCK = 2 ** 20;
/** Kept until they are taken, once a second. */
const MOST_WAITING = 5000;
/** The stream has a comment every 15 s. */
const QUIET_MILLISECONDS = 45_000;

/**
 * The events that an agent tells from now on. A stream that ends is opened again where it was when the next events are
 * taken; one that is none is not. It never fails: whether the agent is there the snapshots tell.
 */
export class EventFeed {
  readonly #place: AgentPlace;
  #request: ClientRequest | null = null;
  #waiting: DescryEvent[] = [];
  #lastId: string | null = null;
  #isOver = false;

  constructor(place: AgentPlace) {
    this.#place = place;
    this.#open();
  }

  /** What came since it was asked last, oldest first. */
  take(): readonly DescryEvent[] {
    const taken = this.#waiting;
    this.#waiting = [];
    if (this.#request === null && !this.#isOver) this.#open();
    return taken;
  }

  close(): void {
    this.#isOver = true;
    this.#request?.destroy();
  }

  #open(): void {
    const { headers, ...to } = requestTo(this.#place, "/api/v1/events");
    const since = this.#lastId === null ? {} : { "last-event-id": this.#lastId };
    const opened = request({
      ...to,
      agent: false,
      headers: { ...headers, accept: "text/event-stream", ...since },
    });
    this.#request = opened;
    opened.setTimeout(QUIET_MILLISECONDS, () => opened.destroy());
    opened.on("error", () => {});
    opened.once("close", () => (this.#request = null));
    opened.once("response", (response) => this.#read(response));
    opened.end();
  }

  #read(response: IncomingMessage): void {
    const isStream = /^text\/event-stream\b/.test(response.headers["content-type"] ?? "");
    response.on("error", () => {});
    if (response.statusCode !== 200 || !isStream) return this.close();
    let text = "";
    response.setEncoding("utf8").on("data", (more: string) => {
      text += more;
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      if (text.length > MOST_BLOCK || !blocks.every((block) => this.#keep(block))) this.close();
    });
  }

  /** False: it is no event of an agent. */
  #keep(block: string): boolean {
    const fields = new Map(
      block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), fieldOf(line)]),
    );
    const id = fields.get("id");
    if (id !== undefined && /^[\x21-\x7e]{1,64}$/.test(id)) this.#lastId = id;
    if (!TOLD.has(fields.get("event") ?? "")) return true;
    try {
      this.#waiting.push(asEvent(JSON.parse(fields.get("data") ?? "")));
    } catch (error) {
      if (error instanceof Unanswered || error instanceof SyntaxError) return false;
      throw error;
    }
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
    return true;
  }
}

const TOLD: ReadonlySet<string> = new Set(["verdict", "forecast", "gap"]);

function fieldOf(line: string): string {
  return line.slice(line.indexOf(":") + 1).replace(/^ /, "");
}
