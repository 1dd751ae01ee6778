/** From what was told of a service, the times in which it leaked. */
import type { DescryEvent, Subject, VerdictEvent } from "../model/events.ts";
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

/** Within so many milliseconds after a restart its other verdicts say the same; as long a leak may take to change its class. */
const TOGETHER = 60_000;

interface Life {
  readonly from: string;
  /** Proven at some time: a suspicion that was withdrawn was no leak. */
  proven: boolean;
  /** What stands, by fingerprint, as it was told last. */
  readonly stands: Map<string, VerdictEvent>;
  /** What was told last with a rate, of what kept most. */
  leak: VerdictEvent | null;
  exhaustedAt: string | null;
  lastAt: string;
  /** Withdrawn because it goes by another name since: over, unless that name comes. */
  changedAt: string | null;
}

/**
 * The lives of a service that are over, latest first; `events` oldest first, `leaks`: something of it stands now.
 *
 *     suspect .. confirmed .. "restarted, not fixed"     over by a restart; the next one begins with it
 *     ........ confirmed .. cleared                      over when nothing else of it stands
 */
export function earlierLives(events: readonly DescryEvent[], leaks: boolean): EarlierLife[] {
  const lives: EarlierLife[] = [];
  let life: Life | null = null;
  const close = (to: string, end: EarlierLife["end"]) => {
    if (life?.proven === true) lives.push(over(life, to, end));
    life = null;
  };
  for (const event of events.filter(isLeak)) {
    if (life?.changedAt && apart(life.changedAt, event.at) > TOGETHER) close(life.changedAt, "cleared");
    if (event.standing === "cleared") {
      if (life === null) continue;
      if (!withdraw(life, event)) continue;
      if (event.reason?.startsWith(CHANGED_STATE) === true) life.changedAt = event.at;
      // Where the successor kept nothing, the life was over with the restart.
      else if (event.reason?.endsWith(NOT_COME_BACK) === true) life = null;
      else close(event.at, event.reason === PROCESS_ENDED ? "ended" : "cleared");
      continue;
    }
    if (event.reason === RESTARTED) {
      if (life !== null && apart(life.from, event.at) <= TOGETHER) {
        life.stands.set(event.fingerprint, event);
        continue;
      }
      // Only what is proven is said to have gone with a restart.
      if (life !== null) life.proven = true;
      close(event.at, "restarted");
      life = begun(event.at, event);
      continue;
    }
    const from = event.since ?? event.at;
    if (life !== null && isSucceeded(life, event)) close(from < life.lastAt ? event.at : from, "restarted");
    const before = lives.at(-1)?.to ?? from;
    life ??= begun(from < before ? before : from, event);
    tell(life, event);
  }
  if (life !== null && !leaks)
    close(life.changedAt ?? life.lastAt, life.changedAt === null ? "unknown" : "cleared");
  return lives.toReversed();
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

function begun(from: string, event: VerdictEvent): Life {
  return {
    ...{ from, proven: false, stands: new Map([[event.fingerprint, event]]), leak: null, exhaustedAt: null },
    ...{ lastAt: event.at, changedAt: null },
  };
}

function tell(life: Life, event: VerdictEvent): void {
  life.stands.set(event.fingerprint, event);
  life.lastAt = event.at;
  life.changedAt = null;
  life.proven ||= event.standing === "confirmed" || event.rule === "at-limit";
  if (event.rule === "at-limit") life.exhaustedAt ??= event.at;
  const before = life.leak;
  // Of what fills the table its own verdict tells more.
  const isMore =
    before === null ||
    before.fingerprint === event.fingerprint ||
    (event.rule !== "at-limit" && (before.rule === "at-limit" || keptBy(event) >= keptBy(before)));
  if (event.netPerMinute !== null && event.netPerMinute > 0 && isMore) life.leak = event;
}

function keptBy({ netPerMinute }: VerdictEvent): number {
  return netPerMinute ?? 0;
}

/** True: nothing of it stands any more. */
function withdraw(life: Life, event: VerdictEvent): boolean {
  life.lastAt = event.at;
  return life.stands.delete(event.fingerprint) && life.stands.size === 0;
}

function over(life: Life, to: string, end: EarlierLife["end"]): EarlierLife {
  const { from, leak, exhaustedAt } = life;
  const told = leak ?? [...life.stands.values()].at(-1) ?? null;
  return {
    ...{ from, to, exhaustedAt, end },
    perMinute: leak?.netPerMinute ?? null,
    ...{ open: told?.open ?? null, limit: told?.limit ?? null, subject: told?.subject ?? null },
  };
}

function apart(from: string, to: string): number {
  return Date.parse(to) - Date.parse(from);
}
