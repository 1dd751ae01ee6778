import type { ServiceAnswer } from "../../../../src/server/api.ts";
import { rate, UNKNOWN } from "../../words/figures.ts";
import { duration, moment, secondsUntil } from "../../words/times.ts";
import { subjectWords } from "./subject.ts";

export type Verdict = ServiceAnswer["verdicts"][number];
export type Forecast = ServiceAnswer["forecasts"][number];
export type Finding = Verdict | Forecast;
export type Action = Finding["actions"][number];

/**
 * What stands about a service, what presses most first: proofs, then what runs out sooner, then what grows faster. Of two
 * that are full the leak comes before its being full: it says why.
 */
export function findingsOf({
  verdicts,
  forecasts,
}: Pick<ServiceAnswer, "verdicts" | "forecasts">): Finding[] {
  return [...verdicts, ...forecasts].toSorted(
    (a, b) =>
      Number(b.standing === "confirmed") - Number(a.standing === "confirmed") ||
      // A forecast tells less than the verdict that stands about the same.
      Number(b.type === "verdict") - Number(a.type === "verdict") ||
      compared(endOf(a), endOf(b)) ||
      Number(isAtLimit(a)) - Number(isAtLimit(b)) ||
      (b.netPerMinute ?? 0) - (a.netPerMinute ?? 0),
  );
}

/** Unix milliseconds; 0: it is full now. */
function endOf(finding: Finding): number {
  const { runway } = finding;
  if (isAtLimit(finding) || (runway !== null && runway.headroom <= 0)) return 0;
  const at = runway?.exhaustedAt?.p50 ?? null;
  return at === null ? Number.POSITIVE_INFINITY : Date.parse(at);
}

function isAtLimit(finding: Finding): boolean {
  return finding.type === "verdict" && finding.rule === "at-limit";
}

/** Also of two that never end, whose difference is no number. */
function compared(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

/** "Confirmed, going on since 02:43", "Suspected, going on since 02:43", "Forecast": how sure it is, and since when it goes on; `now` in Unix milliseconds. */
export function standingWords(finding: Finding, now: number): string {
  const since =
    finding.type === "verdict" && finding.since !== null
      ? `, going on since ${moment(finding.since, now)}`
      : "";
  if (finding.type === "forecast") return "Forecast";
  return `${finding.standing === "confirmed" ? "Confirmed" : "Suspected"}${since}`;
}

/** One line that tells findings apart: "connections to 10.0.0.1:3306, +125 a minute". */
export function findingTitle(finding: Finding): string {
  const pace = finding.netPerMinute === null ? "" : `, ${rate(finding.netPerMinute, true)} a minute`;
  if (finding.type === "forecast") return `open files run out${pace}`;
  const words = subjectWords(finding.subject);
  return isAtLimit(finding) ? `at its limit of open files, most of them ${words}` : `${words}${pace}`;
}

const PURPOSES = [
  { when: "now", title: "Now", says: "buys time" },
  { when: "before-restart", title: "Keep", says: "before a restart erases it" },
  { when: "fix", title: "Fix", says: "mends it" },
  { when: "confirm", title: "Confirm", says: "by hand" },
] as const;

export interface ActionGroup {
  readonly when: Action["when"];
  readonly title: string;
  readonly says: string;
  readonly actions: readonly Action[];
}

/** What a person can do, in the order in which it is done. */
export function actionGroups(actions: readonly Action[]): ActionGroup[] {
  return PURPOSES.map((purpose) => ({
    ...purpose,
    actions: actions.filter(({ when }) => when === purpose.when),
  })).filter((group) => group.actions.length > 0);
}

/** How long is left: in words, with an interval where there is one, and in seconds; null: nothing runs out, or not known. */
export interface TimeLeft {
  readonly words: string;
  readonly interval: string | null;
  readonly seconds: number | null;
}

/** As it was when the host was read. */
export function timeLeft({
  runway,
  rates,
  processes,
  at,
}: Pick<ServiceAnswer, "runway" | "rates" | "processes" | "at">): TimeLeft {
  const headroom = Math.min(...[runway?.headroom, processes[0]?.headroom].map((free) => free ?? 1));
  if (headroom <= 0) return { words: "full now", interval: null, seconds: 0 };
  const now = Date.parse(at);
  const end = runway?.exhaustedAt ?? null;
  const [least, middle, most] = [end?.p05, end?.p50, end?.p95].map((when) => secondsUntil(when ?? null, now));
  if (middle != null) {
    const interval =
      least == null ? null : `${duration(least)} ${most == null ? "or more" : `to ${duration(most)}`}`;
    return { words: duration(middle), interval, seconds: middle };
  }
  if (least != null) return { words: `over ${duration(least)}`, interval: null, seconds: least };
  return { words: rates.netPerMinute === null ? UNKNOWN : "no end forecast", interval: null, seconds: null };
}
