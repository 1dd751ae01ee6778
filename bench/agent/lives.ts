// Lives of one agent that end by SIGKILL, one after the other on the same state folder, with everything that it shows and
// tells meanwhile. For the bench (kills.ts) and for a test.
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Child, startChild } from "../../lab/child.ts";
import type { Scratch } from "../../lab/scratch.ts";
import { until } from "../../lab/wait.ts";
import { parsed } from "../../src/metrics/parsed.ts";
import type { DescryEvent } from "../../src/model/events.ts";
import { Receiver, startFull } from "../../test/live/agent-program.ts";
import { DESCRY } from "../watch.ts";
import { Heard, type Held } from "./heard.ts";

/** Between two looks at what the agent shows. */
const LOOK_MS = 50;
/** Full programs at a time. */
const MOST_FULL = 5;
const DELIVERED = 'descry_notifications_total{channel="ops",outcome="delivered"}';

/**
 * When a life ends: so many milliseconds after the start, after the agent has said that it serves, or after it has shown a
 * second and an event as kept and a notification, of one more that is full, as delivered.
 */
export interface Moment {
  readonly after: "start" | "serving" | "acknowledged";
  readonly milliseconds: number;
}

/** What was found over all lives. */
export interface Findings {
  readonly kills: number;
  /** Lives that were over before the agent served. */
  readonly early: number;
  readonly ticks: number;
  readonly events: number;
  readonly lostTicks: number;
  readonly lostEvents: number;
  /** Faults of histories, each with the life after which it was found. */
  readonly unsound: readonly string[];
  /** Notifications that the receiver got, and how many of them the agent had counted as delivered. */
  readonly notifications: number;
  readonly acknowledged: number;
  /** Of those acknowledged: came once more. */
  readonly cameAgain: number;
  /** Came once more under the same id, since it was killed before it had noted that they arrived. */
  readonly repeated: number;
  /** An alert that fires was told as a new one, while it had not been told to be over. */
  readonly toldAgain: number;
}

export class KilledLives {
  readonly #folder: string;
  readonly #scratch: string;
  readonly #configuration: string;
  readonly #receiver = new Receiver();
  readonly #heard = new Heard(Date.now());
  readonly #full = new Map<string, ChildProcess>();
  /** Places in what the receiver got, of those that were counted as delivered. */
  readonly #acknowledged = new Set<number>();
  readonly #unsound: string[] = [];
  #held: Held = { fault: null, lostTicks: 0, lostEvents: 0 };
  #kills = 0;
  #early = 0;
  #started = 0;
  #programs = 0;
  /** The stream of events has said hello. */
  #isReading = false;

  private constructor(scratch: string) {
    this.#scratch = scratch;
    this.#folder = join(scratch, "killed");
    this.#configuration = join(scratch, "killed.yaml");
  }

  static async start(scratch: Pick<Scratch, "path">): Promise<KilledLives> {
    const lives = new KilledLives(scratch.path);
    mkdirSync(lives.#folder);
    const url = await lives.#receiver.listen();
    const channel = `channels:\n  ops:\n    kind: webhook\n    url: ${url}\n`;
    writeFileSync(lives.#configuration, `${channel}alerts:\n  proven-for: 1s\n  gone-for: 1s\n`);
    return lives;
  }

  /** One that fires: a program with all its descriptors open. The oldest ends when there are many. */
  async startFull(): Promise<void> {
    const name = `full-${this.#programs++}`;
    const program = await startFull(join(this.#scratch, `${name}.py`));
    this.#full.set(`python3 ${name}.py`, program);
    const [oldest] = this.#full;
    if (this.#full.size <= MOST_FULL || oldest === undefined) return;
    oldest[1].kill("SIGKILL");
    this.#full.delete(oldest[0]);
  }

  /** An agent, killed at that moment; then what its history holds. */
  async live({ after, milliseconds }: Moment): Promise<void> {
    const [agent, from] = [this.#startAgent(), this.#receiver.got.length];
    const killed = new AbortController();
    const log = this.#log;
    const serves = () => urlIn(log) !== null;
    const kill = async (): Promise<void> => {
      if (after !== "start")
        await until("the agent to serve", serves, { needs: [agent], timeoutSeconds: 120, everyMs: 20 });
      if (after === "acknowledged") await this.#acknowledgedBy(agent);
      const ended = once(agent.process, "exit");
      await pause(milliseconds);
      agent.process.kill("SIGKILL");
      await ended;
      killed.abort();
    };
    const [served] = await Promise.all([this.#listen(agent, from, killed.signal), kill()]);
    this.#kills += 1;
    if (!served) this.#early += 1;
    this.#held = this.#heard.heldIn(this.#folder);
    if (this.#held.fault !== null) this.#unsound.push(`after life ${this.#kills}: ${this.#held.fault}`);
  }

  async #acknowledgedBy(agent: Child): Promise<void> {
    const needs = [agent];
    await until("its events to be read", () => this.#isReading, { needs });
    const [ticks, events, told] = [this.#heard.ticks, this.#heard.events, this.#acknowledged.size];
    await this.startFull();
    const shown = (): boolean => this.#heard.ticks > ticks && this.#heard.events > events;
    await until("more to be shown", () => shown() && this.#acknowledged.size > told, {
      needs,
      timeoutSeconds: 60,
    });
  }

  /** A last life, until all that are full have been told and everything is well. Rejects when that does not come. */
  async settle(): Promise<void> {
    const [agent, from] = [this.#startAgent(), this.#receiver.got.length];
    const ending = new AbortController();
    const listening = this.#listen(agent, from, ending.signal);
    const needs = [agent];
    try {
      const told = (service: string): boolean =>
        this.#receiver.of(service).some(({ kind }) => kind === "firing");
      await until("all that are full to be told", () => [...this.#full.keys()].every(told), {
        needs,
        timeoutSeconds: 120,
      });
      const ready = async (): Promise<boolean> => {
        const url = urlIn(this.#log);
        return url !== null && (await fetch(`${url}/readyz`, { signal: ending.signal })).ok;
      };
      await until("the agent to be ready", ready, { needs, timeoutSeconds: 120 });
    } finally {
      await agent.stop();
      ending.abort();
      await listening;
    }
    this.#held = this.#heard.heldIn(this.#folder);
    if (this.#held.fault !== null) this.#unsound.push(`in the end: ${this.#held.fault}`);
  }

  get findings(): Findings {
    const got = this.#receiver.got;
    const first = new Map<string, number>();
    const [repeats, cameAgain] = [new Set<string>(), new Set<string>()];
    for (const [at, { id }] of got.entries()) {
      const before = first.get(id);
      first.set(id, before ?? at);
      if (before === undefined) continue;
      repeats.add(id);
      if ([...this.#acknowledged].some((place) => place < at && got[place]?.id === id)) cameAgain.add(id);
    }
    const { lostTicks, lostEvents } = this.#held;
    return {
      ...{ kills: this.#kills, early: this.#early, lostTicks, lostEvents, unsound: this.#unsound },
      ...{ ticks: this.#heard.ticks, events: this.#heard.events },
      ...{ notifications: first.size, acknowledged: this.#acknowledged.size },
      ...{ cameAgain: cameAgain.size, repeated: repeats.size - cameAgain.size, toldAgain: this.#toldAgain() },
    };
  }

  async stop(): Promise<void> {
    this.#receiver.close();
    for (const program of this.#full.values()) {
      const ended = once(program, "exit");
      program.kill("SIGKILL");
      await ended;
    }
  }

  #toldAgain(): number {
    const firing = new Map<string, string>();
    let again = 0;
    for (const { id, kind, alert } of this.#receiver.got) {
      const what = `${alert.service} ${alert.fingerprint}`;
      if (kind === "resolved") firing.delete(what);
      if (kind !== "firing") continue;
      const before = firing.get(what);
      if (before !== undefined && before !== id) again += 1;
      firing.set(what, id);
    }
    return again;
  }

  get #log(): string {
    return join(this.#scratch, `killed-${this.#started}.err`);
  }

  #startAgent(): Child {
    this.#started += 1;
    const args = ["agent", "--listen", "127.0.0.1:0", "--config", this.#configuration];
    return startChild("the agent", DESCRY, [...args, "--state-dir", this.#folder], { log: this.#log });
  }

  /** Asks it again and again what it has kept and delivered, until it is gone; false: it never served. */
  async #listen(agent: Child, from: number, signal: AbortSignal): Promise<boolean> {
    const log = this.#log;
    const since = Date.now();
    let events: Promise<void> | null = null;
    this.#isReading = false;
    while (agent.gone() === null && !signal.aborted) {
      const url = urlIn(log);
      if (url !== null) {
        events ??= eventsOf(url, signal, (event) => {
          this.#isReading = true;
          this.#heard.event(event);
        });
        await this.#look(url, from, since, signal);
      }
      await pause(LOOK_MS);
    }
    await events;
    return events !== null;
  }

  async #look(url: string, from: number, since: number, signal: AbortSignal): Promise<void> {
    const answers = await unlessGone(async () => {
      const [series, metrics] = await Promise.all([
        fetch(`${url}${Heard.pathOf(since)}`, { signal }),
        fetch(`${url}/metrics`, { signal }),
      ]);
      // 503 before there is a first tick.
      return series.ok && metrics.ok ? ([await series.json(), await metrics.text()] as const) : null;
    });
    if (answers === null) return;
    const [series, metrics] = answers;
    this.#heard.series(series as Parameters<Heard["series"]>[0]);
    const delivered = parsed(metrics).samples.get(DELIVERED) ?? 0;
    // A channel brings one after the other.
    for (let count = 0; count < delivered; count++) this.#acknowledged.add(from + count);
  }
}

function urlIn(log: string): string | null {
  return /http:\/\/127\.0\.0\.1:\d+/.exec(readFileSync(log, "latin1"))?.[0] ?? null;
}

/** Until the agent is gone. */
async function eventsOf(
  url: string,
  signal: AbortSignal,
  heard: (event: DescryEvent) => void,
): Promise<void> {
  await unlessGone(async () => {
    const { body } = await fetch(`${url}/api/v1/events`, { signal });
    let rest = "";
    for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const frames = (rest + text).split("\n\n");
      rest = frames.pop() ?? "";
      for (const frame of frames) {
        const line = /^data: (.*)$/m.exec(frame)?.[1];
        if (line !== undefined) heard(JSON.parse(line) as DescryEvent);
      }
    }
    return null;
  });
}

/** null: it was killed meanwhile. */
async function unlessGone<Answer>(ask: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await ask();
  } catch (error) {
    // What fetch throws of a connection that failed or was given up.
    if (error instanceof TypeError || (error instanceof Error && error.name === "AbortError")) return null;
    throw error;
  }
}
