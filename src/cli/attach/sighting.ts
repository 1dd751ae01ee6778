import { setTimeout as wait } from "node:timers/promises";
import type { Tick } from "../../agent/observe.ts";
import type { DescryEvent } from "../../model/events.ts";
import type { EarlierLife } from "../../server/lives.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { clock, moment } from "../screen/times.ts";
import type { Options } from "../options.ts";
import type { Surroundings } from "../surroundings.ts";
import type { EventFeed } from "./event-feed.ts";
import type { Attached } from "./find.ts";
import { Search } from "./search.ts";
import { Unanswered } from "./unanswered.ts";

/** What a screen is drawn from, whoever looked. */
export interface Sighting extends Pick<Tick, "events" | "snapshot"> {
  readonly facts: Pick<Tick["facts"], "at" | "uptime">;
  readonly from?: Source;
}

/** Who looked, where it was not this program from the beginning. */
export interface Source {
  /** One line for people, with times of that zone. */
  words(now: string, zone: string): string;
  /** How a service leaked before, as far as it is known now; asks for it meanwhile. */
  lives(service: string): readonly EarlierLife[];
}

export function sourceWords({ at, watchingSince }: Attached, now: string, zone: string): string {
  return `from the agent on ${at}, watching since ${moment(watchingSince, now, zone)}`;
}

const EVERY_MILLISECONDS = 1000;
/** An agent that is slow or busy once is not gone. */
const ATTEMPTS = 2;

interface AgentFirst {
  readonly attached: Attached | null;
  /** Of what the agent sees that which was named; null: it is not there. */
  readonly pick: (snapshot: Snapshot) => Snapshot | null;
  /** What this program sees by itself in so many milliseconds; null: without an end. */
  readonly own: (left: number | null) => AsyncIterable<Tick>;
  readonly options: Pick<Options, "forMilliseconds">;
  readonly surroundings: Pick<Surroundings, "interruption">;
  /** Looks for the agent anew, without a word; null: it is not there. Left out: what went away is not waited for. */
  readonly again?: () => Promise<Attached | null>;
  /** How often; milliseconds. */
  readonly searchEvery?: number;
  /** Of the events that the agent tells those that are wanted, after what stands; by default none is asked for. */
  readonly wanted?: (event: DescryEvent) => boolean;
}

/**
 * What the agent sees, and what is seen here once it has gone, or where there is none. One that has gone is looked for now
 * and then, and goes on where it shows again what is wanted.
 */
export async function* agentFirst(order: AgentFirst): AsyncGenerator<Sighting> {
  const { options, surroundings, wanted } = order;
  const { forMilliseconds } = options;
  const began = performance.now();
  const left = () =>
    forMilliseconds === null ? null : Math.max(0, forMilliseconds - (performance.now() - began));
  let { attached } = order;
  let gone: Source | null = null;
  for (;;) {
    if (attached !== null) {
      const feed: EventFeed | null = wanted === undefined ? null : attached.client.events();
      const end: Source | "over" | null = yield* agentSightings(order, feed, attached, left);
      if (end === "over") return;
      gone = end ?? gone;
    }
    if (surroundings.interruption.signal.aborted) return;
    attached = yield* ownSightings(order, gone, left);
    if (attached === null) return;
  }
}

/** What is seen here, until that ends or the agent that has gone is back; then it is returned. */
async function* ownSightings(
  order: AgentFirst,
  gone: Source | null,
  left: () => number | null,
): AsyncGenerator<Sighting, Attached | null> {
  const { own, again } = order;
  const search =
    gone === null || again === undefined
      ? null
      : new Search(again, (snapshot) => order.pick(snapshot) !== null, order.searchEvery);
  try {
    for await (const tick of own(left())) {
      yield gone === null ? tick : { ...tick, from: gone };
      const found = search?.take() ?? null;
      if (found !== null) return found;
    }
    return null;
  } finally {
    search?.end();
  }
}

/** Once a second. Returns who looks from now on; "over": nobody, null: nobody looked before. */
async function* agentSightings(
  { pick, surroundings, wanted = () => false }: AgentFirst,
  feed: EventFeed | null,
  attached: Attached,
  left: () => number | null,
): AsyncGenerator<Sighting, Source | "over" | null> {
  const { client } = attached;
  const { signal } = surroundings.interruption;
  const lives = new LivesSoFar(attached);
  const from: Source = {
    words: (now, zone) => sourceWords(attached, now, zone),
    lives: (service) => lives.of(service),
  };
  let [failed, shown] = [0, false];
  try {
    for (
      let due = performance.now();
      !signal.aborted;
      due = Math.max(due + EVERY_MILLISECONDS, performance.now())
    ) {
      try {
        const snapshot = pick(await client.snapshot());
        // What was named is looked for here: it may be wrong, or just begun.
        if (snapshot === null) return null;
        const { verdicts, forecasts } = shown || feed === null ? NOTHING : await client.standing();
        const told = [...verdicts, ...forecasts, ...(feed?.take() ?? [])];
        [failed, shown] = [0, true];
        const facts = { at: Date.parse(snapshot.at), uptime: uptimeNow() };
        yield { facts, events: told.filter(wanted), snapshot: () => snapshot, from };
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        if (++failed === ATTEMPTS) return shown ? goneSource(attached, error.message) : null;
      }
      const rest = Math.max(0, due + EVERY_MILLISECONDS - performance.now());
      const time = left();
      if (time !== null && time <= 1) return "over";
      await wait(Math.min(rest, time ?? rest), undefined, { signal }).catch(() => undefined);
    }
    return "over";
  } finally {
    client.close();
    feed?.close();
  }
}

/** On the clock of this program's own readings, CLOCK_MONOTONIC: what comes after them comes later. */
function uptimeNow(): number {
  return Number(process.hrtime.bigint()) / 1e9;
}

const NOTHING = { verdicts: [], forecasts: [] };

/** Of what is looked at in place of an agent that went away. */
function goneSource({ at }: Attached, why: string): Source {
  const gone = new Date().toISOString();
  return {
    words: (_now, zone) =>
      `the agent on ${at} was left at ${clock(gone, zone)}: ${why}; descry looks by itself`,
    lives: () => [],
  };
}

const ASK_AGAIN_MILLISECONDS = 30_000;

/** Earlier lives change once in hours, so they are asked for now and then, and shown when they are there. */
class LivesSoFar {
  readonly #attached: Attached;
  readonly #known = new Map<string, { readonly askedAt: number; lives: readonly EarlierLife[] }>();

  constructor(attached: Attached) {
    this.#attached = attached;
  }

  of(service: string): readonly EarlierLife[] {
    const known = this.#known.get(service);
    const now = performance.now();
    if (known !== undefined && now - known.askedAt < ASK_AGAIN_MILLISECONDS) return known.lives;
    const asked = { askedAt: now, lives: known?.lives ?? [] };
    this.#known.set(service, asked);
    void livesOf(this.#attached, service).then((lives) => (asked.lives = lives));
    return asked.lives;
  }
}

/** [] where no history is kept, or it cannot be told now. */
export async function livesOf({ client }: Attached, service: string): Promise<readonly EarlierLife[]> {
  try {
    return await client.lives(service);
  } catch (error) {
    if (error instanceof Unanswered) return [];
    throw error;
  }
}
