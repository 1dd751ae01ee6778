import type { DescryEvent, ForecastEvent, GapEvent, SummaryEvent, VerdictEvent } from "../../model/events.ts";
import { RESOURCE_RULES } from "../../model/kinds.ts";
import { bundleWords } from "./bundle.ts";
import { count, counted, kept, ofLimit, rate } from "./figures.ts";
import { isFirstLook, pastPace } from "./past.ts";
import { portClaim, portFigures } from "./ports.ts";
import { poolFigures } from "./pool.ts";
import { sharedLimitClaim } from "./shared-limit.ts";
import { leakPhrase, subjectPhrase } from "./subject.ts";
import { harmless } from "./text.ts";
import { elapsed, failsAbout, moment, timeLeft } from "./times.ts";

/** One sentence for one event, on one line, without its time and mark. */
export function sentence(event: DescryEvent, zone: string): string {
  switch (event.type) {
    case "verdict":
      return verdictSentence(event, zone);
    case "forecast":
      return forecastSentence(event, zone);
    case "gap":
      return gapSentence(event);
    case "summary":
      return summarySentence(event);
  }
}

/** "gunicorn.service (pid 812)"; the pid of a service of one process is as useful as that of the worst of many. */
export function whose({ service, process }: VerdictEvent | ForecastEvent): string {
  if (service === null || process === null) return "an unknown service";
  return `${harmless(service)} (pid ${process.pid})`;
}

/** "gunicorn.service (pid 812) leaks connections to MySQL 127.0.0.1:3306"; nothing of figures yet. */
export function claim(event: VerdictEvent): string {
  if (event.rule === "at-limit") return atLimitClaim(event);
  if (event.rule === "pool-bypass") return poolClaim(event);
  const shared = sharedLimitClaim(event, whose(event)) ?? portClaim(event, whose(event));
  if (shared !== null) return shared;
  const bundle = bundleWords(event);
  const bare = leakPhrase(event.subject, event.rule) + (bundle === null ? "" : ` with ${bundle} each`);
  const phrase = bare + poolPassed(event);
  if (event.standing === "confirmed") return `${whose(event)} leaks ${phrase}`;
  if (event.standing === "suspect") return `${whose(event)} may leak ${phrase}`;
  return `${whose(event)} is no longer said to leak ${phrase}`;
}

/** " past its pool of 20" */
function poolPassed({ pool, standing }: VerdictEvent): string {
  const expected = pool?.expected ?? null;
  if (pool === null || expected === null || standing === "cleared" || pool.open <= expected) return "";
  return ` past its pool of ${count(expected)}`;
}

function poolClaim(event: VerdictEvent): string {
  const past = `${leakPhrase(event.subject, event.rule)} past its pool`;
  if (event.standing === "cleared") return `${whose(event)} is no longer said to open ${past}`;
  return `${whose(event)} ${event.standing === "confirmed" ? "opens" : "may open"} ${past}`;
}

function atLimitClaim(event: VerdictEvent): string {
  if (event.standing === "cleared") return `${whose(event)} is no longer at its limit of open files`;
  return `${whose(event)} is at its limit of open files and cannot open more`;
}

function verdictSentence(event: VerdictEvent, zone: string): string {
  if (event.standing === "cleared") {
    const reason = event.reason === null ? "withdrawn" : harmless(event.reason);
    return `${claim(event)}: ${reason}`;
  }
  if (event.subjectOpen === 0 && !event.partial && !RESOURCE_RULES.has(event.rule))
    return `${claim(event)}: ${event.reason === null ? "" : `${harmless(event.reason)}: `}none held now`;
  const full = event.rule === "at-limit";
  const left = timeLeft(event.runway, event.at);
  const figures = figuresOf(event);
  // The process may fill by something else; that is told for itself.
  const runsOut = RESOURCE_RULES.has(event.rule) || event.netPerMinute === null || event.netPerMinute > 0;
  if (left !== null && left !== "now" && !full && runsOut) figures.push(`${left} left`);
  figures.push(...pastWords(event, zone));
  if (event.partial) figures.push("partial: from counts and socket tables alone");
  const otherEnds = event.alsoAffected.filter((affected) => affected.as === "other end");
  if (otherEnds.length > 0)
    figures.push(`other end: ${otherEnds.map(({ service }) => harmless(service)).join(", ")}`);
  if (event.reason !== null) figures.push(harmless(event.reason));
  return `${claim(event)}: ${figures.join("; ")}`;
}

/** What the claim rests on, by its rule. */
function figuresOf(event: VerdictEvent): string[] {
  const open = `${ofLimit(event.open, event.limit)} open`;
  if (event.rule === "port-exhaustion") return [...portFigures(event), ...pace(event)];
  if (event.rule === "pool-bypass") return [...poolFigures(event.pool), open];
  const held = count(event.subjectOpen);
  if (event.rule === "at-limit") return [`${open}, ${held} of them ${subjectPhrase(event.subject)}`];
  // What is proven stands while it is held, though none may be kept at the moment.
  const rises = event.standing !== "confirmed" || (event.netPerMinute ?? 0) >= 0.05;
  return [`${held} kept`, ...(rises ? pace(event) : []), open];
}

/** "3,871 left open since 21:06, 10.9 a minute, steady; none since 03:01 (first look)" */
function pastWords({ past, at, open, limit, rule, netPerMinute }: VerdictEvent, zone: string): string[] {
  if (past === null) return [];
  const full = limit !== null && open !== null && open >= limit;
  // Other rules tell their pace beside it.
  const went = pastPace(past, at, zone, { full, netPerMinute: rule === "at-limit" ? netPerMinute : null });
  const source = isFirstLook(past, at) ? " (first look)" : "";
  return [`${count(past.left)} left open since ${moment(past.from, at, zone)}, ${went}${source}`];
}

/** "+125 a minute (131 opened, 6.1 closed)" */
function pace(event: VerdictEvent): string[] {
  if (event.netPerMinute === null) return [];
  const net = `${kept(event.netPerMinute)} a minute`;
  if (event.bornPerMinute === null || event.diedPerMinute === null) return [net];
  return [`${net} (${rate(event.bornPerMinute)} opened, ${rate(event.diedPerMinute)} closed)`];
}

function forecastSentence(event: ForecastEvent, zone: string): string {
  if (event.standing === "cleared") {
    const reason = event.reason === null ? "it no longer grows towards its limit" : harmless(event.reason);
    return `${whose(event)} will not run out of open files: ${reason}`;
  }
  const when = failsAbout(event.runway, event.at, zone);
  const left = timeLeft(event.runway, event.at);
  const head = `${whose(event)} will run out of open files${when === null ? "" : ` about ${when}`}`;
  const figures = [`${ofLimit(event.open, event.limit)} open`];
  if (event.netPerMinute !== null) figures.push(`${kept(event.netPerMinute)} a minute`);
  if (left !== null) figures.push(`${left} left`);
  return `${head}: ${figures.join("; ")}`;
}

const GAP_WORDS: Readonly<Record<string, string>> = {
  denied: "not permitted",
  unsupported: "not supported here",
  malformed: "not understood",
  overflow: "lost, too much at once",
  newer: "written by a newer descry",
  unwritable: "cannot be written",
  exited: "gone before it could be read",
};

/** The youngest leak that can be proven takes more than a minute. */
const TELLING_SECONDS = 60;

function nothingFound(watchedSeconds: number): string {
  return watchedSeconds < TELLING_SECONDS ? "nothing found yet, too short to tell a leak" : "nothing leaks";
}

function gapSentence(event: GapEvent): string {
  const why = GAP_WORDS[event.why] ?? harmless(event.why);
  const whom = event.processes === null ? "" : ` of ${counted(event.processes, "process", "processes")}`;
  const mend = event.mend === "" ? "" : `; ${harmless(event.mend)}`;
  return `${harmless(event.what)}${whom}: ${why}${mend}`;
}

/** "closings since 03:04: lost, too much at once", for a line that stays. */
export function gapWords(event: GapEvent, zone: string): string {
  const why = GAP_WORDS[event.why] ?? harmless(event.why);
  return `${harmless(event.what)} since ${moment(event.at, event.at, zone)}: ${why}`;
}

function summarySentence(event: SummaryEvent): string {
  const found = [];
  if (event.stories > 0)
    found.push(`${counted(event.stories, "finding")} ${event.stories === 1 ? "stands" : "stand"}`);
  if (event.forecasts > 0) found.push(counted(event.forecasts, "forecast"));
  const what = found.length > 0 ? found.join(", ") : nothingFound(event.coverage.watchedSeconds);
  const unseen = event.coverage.denied > 0 ? ` (${count(event.coverage.denied)} not permitted)` : "";
  const among = `${counted(event.watchedProcesses, "process", "processes")}${unseen}`;
  return `${what}; watched ${among} for ${elapsed(event.coverage.watchedSeconds)}`;
}
