import type {
  ListedForecast,
  ListedVerdict,
  ServicesAnswer,
  ServiceSummary,
} from "../../../../src/server/api.ts";
import {
  endsOf,
  intervalWords,
  type TimeLeft,
  timeLeftOf,
  timeLeftWords,
  URGENT_SECONDS,
} from "../../parts/time-left.ts";
import { count, rate } from "../../words/figures.ts";
import { shortService, subjectPhrase } from "../../words/subject.ts";
import { moment } from "../../words/times.ts";

/** What matters most on this host, as one sentence at display size, and what is to be known with it. */
export interface Headline {
  readonly tone: "leak" | "suspect" | "calm";
  /** A name that the host chose; null: the sentence names none. */
  readonly name: string | null;
  /** Of the service named, or of the one that it is about. */
  readonly serviceId: string | null;
  /** After the name. */
  readonly says: string;
  /** "9 min", at the end of the sentence; null: there is no time to count. */
  readonly countdown: string | null;
  /** Sentences below. */
  readonly more: readonly string[];
}

/** How much of the host is seen, and since when. */
export interface Watch {
  readonly processes: number;
  readonly denied: number;
  readonly watchedSeconds: number;
}

/** A leak of 60 a minute is suspected within this time: sooner, nothing found means little. */
const TELLING_SECONDS = 60;
const RESOURCES: ReadonlySet<string> = new Set(["port-exhaustion", "host-file-limit", "inotify-exhaustion"]);

interface Candidate {
  readonly standing: "suspect" | "confirmed" | null;
  readonly left: TimeLeft;
  readonly headline: () => Headline;
}

/** `now` in Unix milliseconds by the agent's clock; `watch` null: not known yet. */
export function headlineOf(
  answer: ServicesAnswer,
  standing: readonly (ListedVerdict | ListedForecast)[],
  watch: Watch | null,
  now: number,
): Headline {
  const candidates = [
    ...answer.services.flatMap((row) => serviceCandidate(row, now)),
    ...standing.flatMap((event) => resourceCandidate(event, now)),
  ].toSorted((a, b) => weightOf(a) - weightOf(b));
  const [first] = candidates;
  if (first === undefined) return calm(watch, now);
  const others = othersWords(candidates.slice(1));
  const headline = first.headline();
  return others === null ? headline : { ...headline, more: [...headline.more, others] };
}

/** The smaller, the more urgent: what fails now or soon, then proofs, then suspicions; each by its time left. */
function weightOf({ standing, left }: Candidate): number {
  if (left.kind === "full") return -1;
  const seconds = left.kind === "ends" ? (left.p50 ?? Infinity) : Infinity;
  if (seconds < URGENT_SECONDS) return seconds;
  const late = Math.min(seconds, 1e9);
  return standing === "confirmed" ? 1e10 + late : 1e11 + late;
}

function othersWords(others: readonly Candidate[]): string | null {
  const leaks = others.filter(({ standing }) => standing === "confirmed").length;
  const suspects = others.filter(({ standing }) => standing === "suspect").length;
  const words = [];
  if (leaks > 0) words.push(`${leaks} more ${leaks === 1 ? "finding" : "findings"}`);
  if (suspects > 0) words.push(`${suspects} ${suspects === 1 ? "suspect" : "suspects"}`);
  return words.length === 0 ? null : `Also: ${words.join(", ")}.`;
}

function serviceCandidate(row: ServiceSummary, now: number): readonly Candidate[] {
  const left = timeLeftOf(row, now);
  if (row.standing === null && left.kind !== "full") return [];
  return [{ standing: row.standing, left, headline: () => serviceHeadline(row, left, now) }];
}

function serviceHeadline(row: ServiceSummary, left: TimeLeft, now: number): Headline {
  const sure = row.standing === "confirmed" || left.kind === "full";
  const soon = left.kind === "ends" && left.p50 !== null && left.p50 < URGENT_SECONDS;
  const head = {
    tone: sure || soon ? ("leak" as const) : ("suspect" as const),
    ...{ name: shortService(row.service), serviceId: row.id },
    more: [leakSentence(row, now), fillSentence(row, left, now)].filter((words) => words !== null),
  };
  if (left.kind === "full") return { ...head, says: "cannot open files", countdown: "now" };
  if (left.kind === "ends" && left.p50 !== null)
    return { ...head, says: sure ? "fails in" : "may fail in", countdown: timeLeftWords(left) };
  const what = row.notClosed === null ? "descriptors" : subjectPhrase(row.notClosed.subject);
  return { ...head, says: `${sure ? "leaks" : "may leak"} ${what}`, countdown: null };
}

/** "It leaks connections to MySQL 127.0.0.1:3306, +125 a minute, since 02:43."; full of what, where that is all known. */
function leakSentence({ notClosed, standing, mostly }: ServiceSummary, now: number): string | null {
  if (notClosed === null || notClosed.rule === "at-limit")
    return standing === null || mostly === null ? null : `It holds mostly ${subjectPhrase(mostly)}.`;
  const verb = notClosed.standing === "confirmed" ? "leaks" : "may leak";
  const pace = notClosed.netPerMinute === null ? "" : `, ${rate(notClosed.netPerMinute, true)} a minute`;
  const since = notClosed.since === null ? "" : `, since ${moment(notClosed.since, now)}`;
  return `It ${verb} ${subjectPhrase(notClosed.subject)}${pace}${since}.`;
}

/** "2,914 of 4,096 open files; opens start to fail about 03:14 (8 min to 11 min)." */
function fillSentence({ fullest, runway }: ServiceSummary, left: TimeLeft, now: number): string | null {
  const p50 = runway?.exhaustedAt?.p50 ?? null;
  const interval = intervalWords(left);
  const held =
    fullest === null || fullest.softLimit === null
      ? null
      : `${count(fullest.open)} of ${count(fullest.softLimit)} open files`;
  if (left.kind !== "ends" || p50 === null) return held === null ? null : `${held}.`;
  const when = `opens start to fail about ${moment(p50, now)}${interval === null ? "" : ` (${interval})`}`;
  return held === null ? `O${when.slice(1)}.` : `${held}; ${when}.`;
}

/** What all services have in common: ports, the host's open files, inotify. */
function resourceCandidate(event: ListedVerdict | ListedForecast, now: number): readonly Candidate[] {
  if (event.type !== "verdict" || !RESOURCES.has(event.rule) || event.standing === "cleared") return [];
  const { standing } = event;
  const left = endsOf(event.runway, now) ?? { kind: "unknown" };
  const headline = (): Headline => {
    const end = left.kind === "ends" && left.p50 !== null;
    const full = left.kind === "full";
    return {
      tone: standing === "confirmed" || full ? "leak" : "suspect",
      ...{ name: null, serviceId: event.serviceId },
      says: `${resourceWords(event)} ${full ? "have run out" : end ? "run out in" : "run low"}`,
      countdown: end ? timeLeftWords(left) : null,
      more: [event.summary],
    };
  };
  return [{ standing, left, headline }];
}

function resourceWords({ rule, subject }: ListedVerdict): string {
  if (rule === "port-exhaustion") return `Local ports to ${subject.peer ?? "?"}`;
  return rule === "host-file-limit" ? "The host's open files" : "inotify instances or watches";
}

function calm(watch: Watch | null, now: number): Headline {
  const head = { tone: "calm" as const, name: null, serviceId: null, countdown: null };
  if (watch === null) return { ...head, says: "Nothing found.", more: [] };
  const { processes, denied, watchedSeconds } = watch;
  const seen = denied === 0 ? "all readable" : `${count(denied)} not permitted`;
  const watched = `${count(processes)} ${processes === 1 ? "process" : "processes"}, ${seen}`;
  if (watchedSeconds < TELLING_SECONDS)
    return {
      ...head,
      says: "Nothing found yet.",
      more: [`${watched}. Watched for too short a time to tell a leak.`],
    };
  const since = moment(new Date(now - watchedSeconds * 1000).toISOString(), now);
  return { ...head, says: "Nothing leaks.", more: [`${watched}, since ${since}.`] };
}
