import { count, counted } from "../screen/figures.ts";
import { subjectPhrase } from "../screen/subject.ts";
import { cut, harmless } from "../screen/text.ts";
import { span } from "../screen/times.ts";
import { allowanceWord } from "./allow.ts";
import type { Case, Verdict } from "./verdict.ts";

const LONGEST_COMMAND = 80;
/** Leaks told in full; a run with more is broken in one way. */
const MOST_TOLD = 20;

/** What a run kept, for people: standard error in a CI log. One line when it kept nothing. */
export function reportLines(verdict: Verdict, settleMilliseconds: number): string[] {
  const { leaks, outcome } = verdict;
  const lines = leaks.slice(0, MOST_TOLD).flatMap((leak) => leakLines(leak, settleMilliseconds));
  if (leaks.length > MOST_TOLD) lines.push(`descry: and ${counted(leaks.length - MOST_TOLD, "leak")} more`);
  if (leaks.length === 0) lines.push(passedLine(verdict));
  const { unreadable, leftRunning } = outcome;
  if (unreadable.length > 0) {
    lines.push(
      `descry: not seen: ${counted(unreadable.length, "process", "processes")} that may not be read, as ${processWords(unreadable[0])}; descry doctor says why`,
    );
  }
  if (leftRunning.length > 0) {
    const more = leftRunning.length > 1 ? ` and ${count(leftRunning.length - 1)} more` : "";
    lines.push(`descry: left running: ${processWords(leftRunning[0])}${more}`);
  }
  return lines;
}

function passedLine({ cases, outcome }: Verdict): string {
  const allowed = cases.filter(({ kept }) => kept > 0);
  const what = `${counted(outcome.processes, "process", "processes")} watched for ${seconds(outcome.ranSeconds)}`;
  if (allowed.length === 0) return `descry: nothing kept: ${what}`;
  const parts = allowed.map(({ kept, subject }) => `${count(kept)} ${subjectPhrase(subject)}`);
  return `descry: nothing kept but what is allowed (${parts.slice(0, 3).join(", ")}${parts.length > 3 ? ", ..." : ""}): ${what}`;
}

/** A leak as a person reads it: who, what, how it came to it, and how to allow it. */
export function leakLines(leak: Case, settleMilliseconds: number): string[] {
  return [
    `descry: ${leakSentence(leak)}`,
    `  before ${count(leak.before)} · peak ${count(leak.peak)} · ${afterWords(leak, settleMilliseconds)} ${count(leak.after)} · kept ${count(leak.kept)} · allowed ${count(leak.allowed)}`,
    `  by quarter of ${leak.origin === "command" ? "its life" : "the run"}   ${quarterWords(leak.quarters)}     ${shapeWords(leak)}`,
    `  intended?               --allow ${shellWord(`${allowanceWord(leak.subject)}=${roundUp(leak.kept)}`)}`,
  ];
}

export function leakSentence(leak: Case): string {
  return `LEAK: ${processWords(leak)} kept ${count(leak.kept)} ${subjectPhrase(leak.subject)}`;
}

function afterWords({ ended }: Case, settleMilliseconds: number): string {
  if (ended) return "at its end";
  return settleMilliseconds === 0
    ? "after the command"
    : `${span(settleMilliseconds / 1000)} after the command`;
}

function quarterWords(quarters: readonly number[]): string {
  return quarters.map((grown) => (grown < 0 ? `-${count(-grown)}` : `+${count(grown)}`)).join(" ");
}

/** What the growth by quarter means: a pool fills up and stops. */
function shapeWords({ quarters, why }: Case): string {
  if (why === "left unused") return "opened in one go and never used again";
  if (why === "held to its end")
    return "opened in one go, held to the end; whether it was used cannot be seen";
  const late = (quarters[2] ?? 0) + (quarters[3] ?? 0);
  const all = quarters.reduce((sum, grown) => sum + Math.max(0, grown), 0);
  if (all > 0 && late <= 0) return "it stopped growing: if this is a pool, allow it";
  return late * 4 >= all ? "a pool would have stopped growing" : "it grew more and more slowly";
}

function processWords(process: { readonly pid: number; readonly command: string } | undefined): string {
  if (process === undefined) return "";
  return `${cut(harmless(process.command), LONGEST_COMMAND)} (pid ${process.pid})`;
}

/** 284 -> 300: the next run keeps a few more or less. Up to ten it is exact. */
function roundUp(kept: number): number {
  if (kept <= 10) return kept;
  const step = 10 ** Math.floor(Math.log10(kept)) / 2;
  return Math.ceil(kept / step) * step;
}

/** As it has to be written in a shell. */
function shellWord(word: string): string {
  const safe = harmless(word);
  return /^[\w./@%+:,=-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", "'\\''")}'`;
}

function seconds(ran: number): string {
  return ran < 10 ? `${ran.toFixed(1)} s` : span(ran);
}
