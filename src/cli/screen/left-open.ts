import type { Action, PastGrowth, VerdictEvent } from "../../model/events.ts";
import type { Holding, ServiceView, Snapshot } from "../../model/snapshot.ts";
import { actionLines, breakCommand, ownerLines } from "./actions.ts";
import { notThisWords } from "./explanation.ts";
import { count } from "./figures.ts";
import { byWeight } from "./holdings.ts";
import type { Look } from "./look.ts";
import { leftOpenWords, pastBar, pastPace } from "./past.ts";
import { isFull, worstVerdict } from "./standing.ts";
import { subjectShort } from "./subject.ts";
import { cut, hanging, harmless, left, widthOf, wrap } from "./text.ts";
import { elapsed } from "./times.ts";

/** What a first look reads of the past of one thing that a service holds. */
export interface LeftOpen {
  readonly holding: Holding;
  readonly past: PastGrowth;
}

/** Left open a minute below which nothing is being left open any more. */
const SILENT = 0.05;

/**
 * The past of what is held most, where the past says more than the watch: nothing is kept any more, or nothing was
 * watched yet. null where the watch itself has a proof or sees it grow.
 */
export function readOfThePast(service: ServiceView): LeftOpen | null {
  const ordered = byWeight(service.holdings);
  if (ordered.some(({ standing }) => standing === "confirmed")) return null;
  const full = service.verdicts.find(({ rule }) => rule === "at-limit");
  if (full !== undefined && service.processes.length > 1) return whatFills(full, ordered);
  const holding = ordered.find(({ past }) => past !== null);
  if (holding === undefined || holding.past === null) return null;
  const net = holding.rates.netPerMinute;
  return net === null || Math.abs(net) < SILENT ? { holding, past: holding.past } : null;
}

/** Of a service of several processes another may hold more than the one that is full: what fills that one is in its verdict. */
function whatFills({ subject, past }: VerdictEvent, holdings: readonly Holding[]): LeftOpen | null {
  if (past === null) return null;
  const holding = holdings.find(
    (one) => one.subject.peer === subject.peer && one.subject.kind === subject.kind,
  );
  return holding === undefined ? null : { holding, past };
}

const TITLE_COLUMNS = 14;
const BAR_COLUMNS = 24;
const MOST_ALSO_HELD = 4;

/** The part of `inspect` below its head, in at most `most` lines; `before`: how it leaked in earlier lives. */
export function leftOpenLines(
  service: ServiceView,
  leftOpen: LeftOpen,
  snapshot: Snapshot,
  look: Look,
  most: number,
  before: readonly string[] = [],
): string[] {
  const { holding, past } = leftOpen;
  const leak = worstVerdict(service.verdicts.filter(({ rule }) => rule !== "port-exhaustion"));
  const title = leak === null && !isFull(service) ? "LEFT OPEN" : "LIKELY LEAK";
  const bar = pastBar(past, snapshot.at, look.zone, BAR_COLUMNS);
  const pace = pastPace(past, snapshot.at, look.zone, {
    full: isFull(service),
    netPerMinute: holding.rates.netPerMinute,
  });
  const said = [
    ...hanging(
      left(title, TITLE_COLUMNS),
      leftOpenWords(holding.subject, past, snapshot.at),
      look.columns,
      2,
    ),
    ...barLines(bar, pace, look),
    ...alsoHeldLines(service, holding, past, look),
    ...notThisLines(service, snapshot, look),
    ...before,
  ];
  const footer = ["", cut(firstLookFooter(snapshot, look), look.columns)];
  const room = most - said.length - footer.length;
  return [...said, ...actions(service, look, room), ...footer].slice(0, Math.max(1, most));
}

/** Beside each other where that fits. */
function barLines(bar: string, pace: string, look: Look): string[] {
  const title = left("  left open", TITLE_COLUMNS);
  const line = `${title}${bar}   ${pace}`;
  if (widthOf(line) <= look.columns) return [line];
  return [
    ...hanging(title, bar, look.columns, 2),
    ...hanging(left("", TITLE_COLUMNS), pace, look.columns, 2),
  ];
}

/** What of the same was used within the last minute or lies outside of what was read, and the rest by size. */
function alsoHeldLines(service: ServiceView, holding: Holding, past: PastGrowth, look: Look): string[] {
  const others = byWeight(service.holdings).filter((other) => other !== holding);
  const used = holding.open - past.left;
  const parts = used > 0 ? [`${count(used)} more of these, used lately`] : [];
  parts.push(...others.slice(0, MOST_ALSO_HELD).map(heldWords));
  const rest = others.slice(MOST_ALSO_HELD).reduce((sum, { open }) => sum + open, 0);
  if (rest > 0) parts.push(`${count(rest)} other`);
  if (parts.length === 0) return [];
  return hanging(left("  also held", TITLE_COLUMNS), parts.join(" · "), look.columns, 2);
}

function heldWords({ subject, open }: Holding): string {
  return `${count(open)} ${subjectShort(subject, null)}`;
}

function notThisLines(service: ServiceView, snapshot: Snapshot, look: Look): string[] {
  const text = notThisWords(service, snapshot);
  return text === null ? [] : hanging(left("  not this", TITLE_COLUMNS), text, look.columns, 1);
}

/** First what a restart would erase, then what helps; a blank line before each where there is room. */
function actions(service: ServiceView, look: Look, room: number): string[] {
  const all = worstVerdict(service.verdicts)?.actions ?? [];
  const keep = all.filter(({ when }) => when === "before-restart");
  const others = all.filter(({ when }) => when !== "before-restart");
  const lines = [
    ...(all.length > 0 ? ownerLines(service.owner, look) : []),
    ...(keep.length > 0 ? ["", cut("BEFORE A RESTART   it erases the evidence", look.columns)] : []),
    ...keep.flatMap((action) => keepLines(action, look)),
  ];
  for (const remarkLines of [2, 1, 0]) {
    const more = actionLines(others, look, remarkLines);
    const whole = more.length > 0 ? [...lines, "", ...more] : lines;
    if (whole.length <= room || remarkLines === 0) return whole.slice(0, Math.max(0, room));
  }
  return lines;
}

function keepLines({ command, text }: Action, look: Look): string[] {
  const room = Math.max(10, look.columns - 2);
  const lines = command === null ? wrap(harmless(text), room) : breakCommand(harmless(command), room, room);
  return lines.map((line) => `  ${line}`);
}

function firstLookFooter(snapshot: Snapshot, look: Look): string {
  const source = "FIRST LOOK, from the kernel's idle times.";
  return look.rows === null
    ? `${source} --for 30s watches whether it goes on.`
    : `${source} Watching to confirm ... ${elapsed(snapshot.watchedSeconds)}`;
}
