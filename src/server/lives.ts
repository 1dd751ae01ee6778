/** From what was told of a service, the times in which it leaked. */
import type { DescryEvent, ForecastEvent, Subject, VerdictEvent } from "../model/events.ts";
import { RESOURCE_RULES } from "../model/kinds.ts";
import { CHANGED_STATE, NOT_COME_BACK, PROCESS_ENDED, RESTARTED } from "../model/reasons.ts";

/** Times are RFC 3339 UTC; what is not known is null. */
export interface EarlierLife {
  readonly from: string;
  readonly to: string;
  readonly perMinute: number | null;
  readonly open: number | null;
  readonly limit: number | null;
  readonly subject: Subject | null;
  readonly exhaustedAt: string | null;
  readonly end: "restarted" | "ended" | "cleared" | "unknown";
}

/** That something is not given back, or that it has filled the table: by these a life is known. */
export function isLeak(event: DescryEvent): event is VerdictEvent {
  if (event.type !== "verdict") return false;
  return event.rule === "at-limit" || (!RESOURCE_RULES.has(event.rule) && event.rule !== "pool-bypass");
}

type Told = VerdictEvent | ForecastEvent;

/** Within so many milliseconds after a restart its other verdicts say the same; as long a leak may take to change its class. */
const TOGETHER = 60_000;

interface Life {
  readonly from: string;
  /** Proven at some time: a suspicion that was withdrawn was no leak. */
  proven: boolean;
  /** What stands, by fingerprint, as it was told last. */
  readonly stands: Map<string, VerdictEvent>;
  /** What was told last with a rate, of what kept most. */
  pace: Told | null;
  exhaustedAt: string | null;
  lastAt: string;
  /** Withdrawn because it goes by another name since: over, unless that name comes. */
  changedAt: string | null;
}

/**
 * The lives of a service that are over, latest first; `events` oldest first, `leaks`: something of it stands now.
 *
 *     suspect .. confirmed .. "restarted, not fixed"       over by a restart; the next one begins with it
 *     ........ confirmed .. process of the forecast ends   the same, where a service is one process
 *     ........ confirmed .. cleared                        over when nothing else of it stands
 */
export function earlierLives(events: readonly DescryEvent[], leaks: boolean): EarlierLife[] {
  const reader = new LivesReader();
  for (const event of events) if (event.type === "forecast" || isLeak(event)) reader.take(event);
  return reader.end(leaks);
}

class LivesReader {
  readonly #lives: EarlierLife[] = [];
  #life: Life | null = null;

  take(event: Told): void {
    const changedAt = this.#life?.changedAt ?? null;
    if (changedAt !== null && apart(changedAt, event.at) > TOGETHER) this.#close(changedAt, "cleared");
    if (event.standing === "cleared") this.#withdraw(event);
    else if (event.type === "forecast") this.#forecast(event);
    else if (event.reason === RESTARTED) this.#restartTold(event);
    else this.#tell(event);
  }

  end(leaks: boolean): EarlierLife[] {
    const life = this.#life;
    if (life !== null && !leaks)
      this.#close(life.changedAt ?? life.lastAt, life.changedAt === null ? "unknown" : "cleared");
    return this.#lives.toReversed();
  }

  #tell(event: VerdictEvent): void {
    const from = event.since ?? event.at;
    if (this.#life !== null && isSucceeded(this.#life, event))
      this.#close(from < this.#life.lastAt ? event.at : from, "restarted");
    const before = this.#lives.at(-1)?.to ?? from;
    this.#life ??= begun(from < before ? before : from);
    tell(this.#life, event);
  }

  /** Says how fast, also in a life whose verdict stands since the one before. */
  #forecast(event: ForecastEvent): void {
    const life = this.#life;
    if (life === null) return;
    life.proven = true;
    life.lastAt = event.at;
    if (life.pace === null && keptBy(event) > 0) life.pace = event;
  }

  #restartTold(event: VerdictEvent): void {
    // Only what is proven is said to have gone with a restart.
    if (this.#life !== null && apart(this.#life.from, event.at) > TOGETHER) this.#life.proven = true;
    this.#restart(event.at);
    this.#life?.stands.set(event.fingerprint, event);
  }

  #withdraw(event: Told): void {
    const life = this.#life;
    if (life === null) return;
    life.lastAt = event.at;
    const stood = life.stands.delete(event.fingerprint);
    if (life.stands.size > 0 && event.reason === PROCESS_ENDED) return this.#processEnded(event);
    if (!stood || life.stands.size > 0) return;
    if (event.reason?.startsWith(CHANGED_STATE) === true) life.changedAt = event.at;
    // Where the successor kept nothing, the life was over with the restart.
    else if (event.reason?.endsWith(NOT_COME_BACK) === true) this.#life = null;
    else if (event.reason === PROCESS_ENDED) this.#ended(event.at);
    else this.#close(event.at, "cleared");
  }

  /** That it has no process is known a minute after the end, which looked like a restart until then. */
  #ended(at: string): void {
    const last = this.#lives.at(-1);
    if (this.#life?.proven === false && last?.to === this.#life.from && apart(last.to, at) <= 2 * TOGETHER)
      this.#lives[this.#lives.length - 1] = { ...last, end: "ended" };
    this.#close(at, "ended");
  }

  /** What ran out was of one process; while the leak stands, its service has another. */
  #processEnded(event: Told): void {
    const isOfProcess = event.type === "forecast" || event.rule === "at-limit";
    const isSingle = [...(this.#life?.stands.values() ?? [])].every(({ processes }) => processes.length < 2);
    if (isOfProcess && isSingle) this.#restart(event.at);
  }

  #restart(at: string): void {
    const life = this.#life;
    if (life !== null && apart(life.from, at) <= TOGETHER) return;
    const stands = life?.stands ?? [];
    this.#close(at, "restarted");
    this.#life = begun(at, stands);
  }

  #close(to: string, end: EarlierLife["end"]): void {
    if (this.#life?.proven === true) this.#lives.push(over(this.#life, to, end));
    this.#life = null;
  }
}

/** It was restarted while nobody watched: what is told anew is of another process than before. */
function isSucceeded({ stands }: Life, event: VerdictEvent): boolean {
  const before = stands.get(event.fingerprint);
  if (before === undefined || before.id === event.id || before.process === null || event.process === null)
    return false;
  const holds = ({ processes }: VerdictEvent, one: number) => processes.some(({ pid }) => pid === one);
  return (
    before.process.startTicks !== event.process.startTicks &&
    !holds(before, event.process.pid) &&
    !holds(event, before.process.pid)
  );
}

function begun(from: string, stands: Iterable<[string, VerdictEvent]> = []): Life {
  return {
    ...{ from, proven: false, stands: new Map(stands), pace: null, exhaustedAt: null },
    ...{ lastAt: from, changedAt: null },
  };
}

function tell(life: Life, event: VerdictEvent): void {
  life.stands.set(event.fingerprint, event);
  life.lastAt = event.at;
  life.changedAt = null;
  life.proven ||= event.standing === "confirmed" || event.rule === "at-limit";
  if (event.rule === "at-limit") life.exhaustedAt ??= event.at;
  if (keptBy(event) > 0 && isMore(event, life.pace)) life.pace = event;
}

/** The leak says more than what it fills, the newest word more than an older one, and then what keeps most. */
function isMore(event: VerdictEvent, before: Told | null): boolean {
  if (before === null || before.fingerprint === event.fingerprint) return true;
  if (event.rule === "at-limit") return false;
  return before.type === "forecast" || before.rule === "at-limit" || keptBy(event) >= keptBy(before);
}

function keptBy({ netPerMinute }: Told): number {
  return netPerMinute ?? 0;
}

function over(life: Life, to: string, end: EarlierLife["end"]): EarlierLife {
  const { from, pace, exhaustedAt } = life;
  const last = [...life.stands.values()].at(-1) ?? null;
  const told = pace ?? last;
  return {
    ...{ from, to, exhaustedAt, end },
    perMinute: pace?.netPerMinute ?? null,
    ...{ open: told?.open ?? null, limit: told?.limit ?? null },
    subject: (told?.type === "verdict" ? told.subject : last?.subject) ?? null,
  };
}

function apart(from: string, to: string): number {
  return Date.parse(to) - Date.parse(from);
}
