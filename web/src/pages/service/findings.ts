import type { ServiceAnswer } from "../../../../src/server/api.ts";
import { rate } from "../../words/figures.ts";
import { duration, moment, secondsUntil } from "../../words/times.ts";
import { subjectWords } from "./subject.ts";

export type Verdict = ServiceAnswer["verdicts"][number];
export type Forecast = ServiceAnswer["forecasts"][number];
export type Finding = Verdict | Forecast;
export type Action = Finding["actions"][number];
type Runway = NonNullable<ServiceAnswer["runway"]>;

/** What stands about a service, what presses most first: proofs, then what runs out sooner, then what grows faster. */
export function findingsOf({
  verdicts,
  forecasts,
}: Pick<ServiceAnswer, "verdicts" | "forecasts">): Finding[] {
  return [...verdicts, ...forecasts].toSorted(
    (a, b) =>
      Number(b.standing === "confirmed") - Number(a.standing === "confirmed") ||
      // A forecast tells less than the verdict that stands about the same.
      Number(b.type === "verdict") - Number(a.type === "verdict") ||
      endOf(a) - endOf(b) ||
      (b.netPerMinute ?? 0) - (a.netPerMinute ?? 0),
  );
}

function endOf({ runway }: Finding): number {
  const at = runway?.exhaustedAt?.p50 ?? null;
  return at === null ? Number.POSITIVE_INFINITY : Date.parse(at);
}

/** "Leak since 02:43", "Suspected since 02:43", "Forecast": how sure it is, and since when; `now` in Unix milliseconds. */
export function standingWords(finding: Finding, now: number): string {
  const since =
    finding.type === "verdict" && finding.since !== null ? ` since ${moment(finding.since, now)}` : "";
  if (finding.type === "forecast") return "Forecast";
  return `${finding.standing === "confirmed" ? "Confirmed" : "Suspected"}${since}`;
}

/** One line that tells findings apart: "connections to 10.0.0.1:3306, +125 a minute". */
export function findingTitle(finding: Finding): string {
  const pace = finding.netPerMinute === null ? "" : `, ${rate(finding.netPerMinute, true)} a minute`;
  return finding.type === "forecast"
    ? `open files run out${pace}`
    : `${subjectWords(finding.subject)}${pace}`;
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

/** How long is left, as it was when the host was read (`at`); with its interval. Null: no end in sight, or not known. */
export function timeLeft(
  runway: Runway | null,
  at: string,
): { readonly words: string; readonly interval: string | null; readonly seconds: number } | null {
  const end = runway?.exhaustedAt ?? null;
  const now = Date.parse(at);
  const seconds = secondsUntil(end?.p50 ?? null, now);
  if (end === null || seconds === null) return null;
  const words = seconds <= 0 ? "full now" : duration(seconds);
  const [least, most] = [secondsUntil(end.p05, now), secondsUntil(end.p95, now)];
  if (seconds <= 0 || least === null) return { words, interval: null, seconds };
  return { words, interval: `${duration(least)} to ${most === null ? "?" : duration(most)}`, seconds };
}
