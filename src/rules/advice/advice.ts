import { UNLIMITED } from "../../model/facts.ts";
import type { Action } from "../../model/events.ts";
import { RESOURCE_RULES, type RuleName } from "../../model/kinds.ts";
import type { Advice, Case } from "../case.ts";
import { clock, count, momentsOf, nounOf, perMinute, shareWords } from "../words.ts";
import { acceptedPileup } from "./accepted-pileup.ts";
import { atLimit, exhaustion } from "./at-limit.ts";
import { closeWait } from "./close-wait.ts";
import { companySentence, followingAction, followingSentence } from "./companions.ts";
import { descriptorLeak } from "./descriptor-leak.ts";
import { ghostSocket } from "./ghost-socket.ts";
import { hostExhaustion, hostFileLimit } from "./host-file-limit.ts";
import { inotifyExhaustion } from "./inotify-exhaustion.ts";
import { partialSentence } from "./partial.ts";
import { otherSocketLeak, udpSocketLeak, unixSocketLeak } from "./socket-leak.ts";
import { poolBypass, poolSentence } from "./pool-bypass.ts";
import { stalledConnect } from "./stalled-connect.ts";
import { workersSentence } from "../worker-words.ts";
import { deviationSentence, loadSentence } from "../load-words.ts";
import { keepEvidence, raiseLimit, rateSentence } from "./steps.ts";
import { unclosedConnection } from "./unclosed-connection.ts";
import { unreadResponse } from "./unread-response.ts";

const ADVICE: Partial<Record<RuleName, Advice>> = {
  "close-wait": closeWait,
  "unclosed-connection": unclosedConnection,
  "unread-response": unreadResponse,
  "ghost-socket": ghostSocket,
  "accepted-pileup": acceptedPileup,
  "stalled-connect": stalledConnect,
  "descriptor-leak": descriptorLeak,
  "unix-socket-leak": unixSocketLeak,
  "udp-socket-leak": udpSocketLeak,
  "socket-leak": otherSocketLeak,
  "inotify-exhaustion": inotifyExhaustion,
  "host-file-limit": hostFileLimit,
  "pool-bypass": poolBypass,
  "at-limit": atLimit,
};

function adviceFor(of: Case): Advice {
  return ADVICE[of.rule] ?? descriptorLeak;
}

/** All four kinds of action, in the order in which they are done; what follows another leak is mended where that is. */
export function actionsFor(of: Case): Action[] {
  const advice = adviceFor(of);
  const fix = of.leader === null ? advice.fix(of) : followingAction(of.leader);
  const actions = [advice.now?.(of) ?? raiseLimit(of), keepEvidence(of), fix, advice.confirm(of)];
  return of.otherNetwork ? actions.map((action) => inItsNetwork(action, of.pid)) : actions;
}

/** ss(8) shows the sockets of the network namespace that it runs in. */
function inItsNetwork(action: Action, pid: number): Action {
  const command = action.command?.replace(/^(sudo )?ss /, `$1nsenter -t ${pid} -n ss `) ?? null;
  return { ...action, command };
}

/** What is said when a verdict is withdrawn: what it was, why it is withdrawn, and how things stand. */
export function summarizeWithdrawn(of: Case, reason: string | null): string {
  if (of.rule === "pool-bypass")
    return `Withdrawn: ${of.service} was said to open ${nounOf(of)} past its pool; ${reason ?? "it no longer does"}.`;
  const held = of.subjectOpen === 1 ? "1 of them is" : `${count(of.subjectOpen)} of them are`;
  return paragraph([
    `Withdrawn: ${of.service} was said to keep ${nounOf(of)}; ${reason ?? "the evidence is gone"}.`,
    `${held} open now.`,
    openSentence(of),
  ]);
}

/** One paragraph for a person: what, since when, how fast, how long is left, what it likely is, and what it is not. */
export function summarize(of: Case, tentative: boolean): string {
  if (isNoneHeld(of)) return summarizeNoneHeld(of);
  const advice = adviceFor(of);
  return paragraph([
    `${of.service} ${tentative ? tentatively(advice.headline(of)) : advice.headline(of)}.`,
    partialSentence(of),
    followingSentence(of),
    companySentence(of),
    sinceSentence(of),
    poolSentence(of),
    survivorSentence(of),
    workersSentence(of),
    loadSentence(of),
    deviationSentence(of),
    openSentence(of),
    endSentence(of),
    pastSentence(of),
    of.leader === null ? advice.cause(of) : "",
    timeWaitSentence(of),
    withdrawalSentence(of),
  ]);
}

/** What was kept went with its processes; nothing in those that took their place is accused. */
function isNoneHeld(of: Case): boolean {
  const { rule, subjectOpen, partial } = of;
  return subjectOpen === 0 && partial === null && rule !== "pool-bypass" && !RESOURCE_RULES.has(rule);
}

function summarizeNoneHeld(of: Case): string {
  return paragraph([
    `${of.service} was found to keep ${nounOf(of)}; the processes that did have ended, and none is held now.`,
    "That mends no leak: it is withdrawn when none has come back for ten minutes.",
    openSentence(of),
  ]);
}

/** "may leak" of "leaks". */
function tentatively(headline: string): string {
  return headline
    .replace(/^leaks /, "may leak ")
    .replace(/^piles up /, "may be piling up ")
    .replace(/^opens /, "may be opening ")
    .replace(/^uses up /, "may be using up ");
}

/** It says that something is full now: no rate is needed, and closing a few is no reason to take it back. */
function isFull({ rule, shared }: Case): boolean {
  return rule === "at-limit" || rule === "host-file-limit" || (shared !== null && shared.used >= shared.most);
}

function withdrawalSentence(of: Case): string {
  if (isFull(of)) return "";
  return of.rule === "pool-bypass"
    ? "This is withdrawn when they come from the pool."
    : "This is withdrawn if they begin to close.";
}

export function summarizeForecast(of: Case): string {
  return paragraph([
    of.shared === null ? `${of.service} ${exhaustion.headline(of)}.` : `${hostExhaustion(of)}.`,
    partialSentence(of),
    endSentence(of),
    `A forecast from how fast it grew (${rateSentence(of) || "rate not known"}), whatever the cause.`,
  ]);
}

/** The numbers that the verdict rests on, one sentence each. */
export function evidenceFor(of: Case): string[] {
  return [
    partialSentence(of),
    followingSentence(of),
    companySentence(of),
    sharedSentence(of),
    survivorSentence(of),
    sinceSentence(of),
    poolSentence(of),
    workersSentence(of),
    loadSentence(of),
    deviationSentence(of),
    openSentence(of),
    pastSentence(of),
    otherEndSentence(of),
  ].filter((line) => line !== "");
}

function sinceSentence(of: Case): string {
  const rate = rateSentence(of);
  if (rate === "" || of.rule === "at-limit" || of.rule === "host-file-limit") return "";
  return of.since === null
    ? `${rate[0]?.toUpperCase()}${rate.slice(1)}.`
    : `Since ${clock(of.since)} ${rate}.`;
}

function survivorSentence({ survivors, since }: Case): string {
  if (survivors === null || survivors.count === 0) return "";
  const { count: passed, olderThanSeconds, departed, baselineSurvival } = survivors;
  const closed =
    departed === 0
      ? "none was closed since"
      : `${count(departed)} ${departed === 1 ? "was" : "were"} ever closed`;
  const before = since === null ? "before" : `before ${clock(since)}`;
  const normal =
    baselineSurvival === null ? "" : `; ${before} ${shareWords(baselineSurvival)} lived that long`;
  return `Of ${count(passed)} that passed ${olderThanSeconds} seconds, ${closed}${normal}.`;
}

function sharedSentence({ shared }: Case): string {
  if (shared === null) return "";
  const { of, used, most, uid } = shared;
  return `${uid === null ? "The host" : `User ${uid}`} has ${count(used)} of ${count(most)} ${of}.`;
}

/** Read from the idle times of one dump: likely, since a pool that rests leaves such times as well. */
function pastSentence({ past }: Case): string {
  if (past === null) return "";
  const [from, to] = [clock(Date.parse(past.from)), clock(Date.parse(past.to))];
  const figures = `${perMinute(past.perMinute)} a minute from ${from} to ${to}`;
  return `First look: ${count(past.left)} of them were likely left open at ${figures}: they carried no data since, by the kernel's idle times.`;
}

function openSentence({ open, limit, rule }: Case): string {
  if (rule === "at-limit") return "";
  const unlimited = limit === null || limit === UNLIMITED;
  return unlimited
    ? `It holds ${count(open)} open files.`
    : `It holds ${count(open)} of ${count(limit)} open files.`;
}

function endSentence({ at, exhaustedAt, shared }: Case): string {
  if (exhaustedAt === null) return "";
  const { middle, range } = momentsOf(exhaustedAt, at);
  return `At this rate ${shared?.uid == null ? "opens" : "they"} will start to fail about ${middle}${range}.`;
}

function timeWaitSentence({ rule, subject, timeWait }: Case): string {
  // There they are what follows from it.
  if (rule === "pool-bypass") return "";
  if (subject.kind !== "tcp" || timeWait === null || timeWait < 100) return "";
  return `The ${count(timeWait)} TIME_WAIT sockets hold no open files and are not the cause.`;
}

function otherEndSentence({ otherEnd, subject }: Case): string {
  if (otherEnd !== null && subject.direction === "inbound")
    return `They come from ${otherEnd} on this host: likely it is what opens them and does not close them.`;
  return otherEnd === null ? "" : `The other end on this host is ${otherEnd}: it is affected, not the cause.`;
}

function paragraph(sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== "").join(" ");
}
