import type { Holding, ProcessView, ServiceView, Snapshot } from "../../model/snapshot.ts";
import { actionLines, heading, HEADING_COLUMNS } from "./actions.ts";
import { count, exactRate, kept, ofLimit } from "./figures.ts";
import { clockWithZone, spread } from "./header.ts";
import { ladderLine } from "./ladder.ts";
import type { Look, Tone } from "./look.ts";
import { isFull, markOf, standingForecast, toneOf, worstLeak, worstVerdict } from "./standing.ts";
import { kindWords, subjectRow } from "./subject.ts";
import { cut, cutMiddle, hanging, harmless, left, right } from "./text.ts";
import { elapsed, failsAbout, timeLeft } from "./times.ts";

/** The most lines that one look takes, so that it fits a small terminal whole. */
const MOST_LINES = 25;

/**
 * One service: what it holds, how old that is, what was concluded, why, and what to do. At most `look.rows` lines, or
 * 25 where there is no screen.
 */
export function inspectLines(service: ServiceView, snapshot: Snapshot, look: Look): string[] {
  const top = [...headLines(service, snapshot, look), ""];
  const most = look.rows ?? MOST_LINES;
  const least = Math.min(service.holdings.length + 1, LEAST_TABLE);
  let why: string[] = [];
  for (const detail of DETAILS) {
    why = explanation(service, snapshot, look, detail);
    if (top.length + least + why.length <= most) break;
  }
  const room = Math.max(3, most - top.length - why.length);
  return [...top, ...holdingLines(service, look, room), ...why].slice(0, most);
}

/** How much is said beside the table: as much as fits with a table worth reading. */
interface Detail {
  readonly evidenceLines: number;
  /** Lines of each remark on a command; 0: none. */
  readonly remarkLines: number;
}

const DETAILS: readonly Detail[] = [
  { evidenceLines: 4, remarkLines: 3 },
  { evidenceLines: 3, remarkLines: 2 },
  { evidenceLines: 3, remarkLines: 1 },
  { evidenceLines: 2, remarkLines: 1 },
  { evidenceLines: 2, remarkLines: 0 },
  { evidenceLines: 1, remarkLines: 0 },
];
const LEAST_TABLE = 5;

interface Finding {
  readonly word: string;
  readonly tone: Tone | null;
}

function finding(service: ServiceView): Finding {
  const verdict = worstVerdict(service.verdicts);
  if (isFull(service) || verdict?.rule === "at-limit") return { word: "AT THE LIMIT", tone: "leak" };
  if (verdict?.standing === "confirmed") return { word: "LEAK", tone: "leak" };
  if (verdict !== null) return { word: "SUSPECT", tone: "suspect" };
  if (standingForecast(service.forecasts) !== null) return { word: "RUNNING OUT", tone: "suspect" };
  return { word: isFirstLook(service) ? "nothing found yet" : "nothing found", tone: null };
}

/** Rates need two readings; until then everything shown comes from one. */
function isFirstLook(service: ServiceView): boolean {
  return service.rates.netPerMinute === null;
}

function headLines(service: ServiceView, snapshot: Snapshot, look: Look): string[] {
  const process = service.processes[0];
  const { word, tone } = finding(service);
  const name = cutMiddle(harmless(service.service), 40);
  const parts = [word, name];
  if (process !== undefined) parts.push(...processParts(process, service, snapshot));
  const line = spread(parts.join("  "), clockWithZone(snapshot.at, look.zone), look.columns);
  const painted =
    tone === null ? line : look.paint(tone, line.slice(0, word.length)) + line.slice(word.length);
  return [painted, cut(figuresLine(service, process, snapshot, look), look.columns)];
}

function processParts(process: ProcessView, service: ServiceView, snapshot: Snapshot): string[] {
  const among = service.processes.length > 1 ? ` (worst of ${count(service.processes.length)})` : "";
  const command = harmless(process.command);
  const parts = command === harmless(service.service) ? [] : [cut(command, 36)];
  parts.push(`pid ${process.pid}${among}`);
  if (process.startedAt !== null) {
    parts.push(`up ${elapsed((Date.parse(snapshot.at) - Date.parse(process.startedAt)) / 1000)}`);
  }
  return parts;
}

function figuresLine(
  service: ServiceView,
  process: ProcessView | undefined,
  snapshot: Snapshot,
  look: Look,
): string {
  const open = process === undefined ? count(service.open) : ofLimit(process.open, process.softLimit);
  const parts = [`${open} open files`, `${kept(service.rates.netPerMinute)} a minute`];
  const when = failsAbout(service.runway, snapshot.at, look.zone);
  const rest = timeLeft(service.runway, snapshot.at);
  if (rest === "now" || isFull(service)) parts.push("opens are failing now");
  else if (rest !== null) parts.push(`${rest} left${when === null ? "" : `, opens fail about ${when}`}`);
  if (process?.limitFrom)
    parts.push(`limit: ${harmless(process.limitFrom.replace(` of ${service.service}`, ""))}`);
  return parts.join("   ");
}

const FIGURES: readonly (readonly [title: string, width: number])[] = [
  ["OPEN", 7],
  ["OPENED", 7],
  ["CLOSED", 7],
  ["KEPT/MIN", 9],
];
const FIGURES_COLUMNS = FIGURES.reduce((sum, [, width]) => sum + width + 1, 0);

/** The state is short; who holds the other end stands behind it where there is room. */
function whatColumns(look: Look): number {
  const stateColumns = look.columns >= 110 ? 32 : 12;
  return Math.max(16, look.columns - FIGURES_COLUMNS - stateColumns - 5);
}

/** The table of what it holds: what was judged first, then connections and the rest by size; small fry in one line. */
function holdingLines(service: ServiceView, look: Look, room: number): string[] {
  const ordered = service.holdings.toSorted((a, b) => rank(b) - rank(a) || b.open - a.open);
  if (ordered.length === 0) {
    const readable = service.processes.some((process) => process.readable);
    const words = readable
      ? "What it holds was not looked into yet."
      : "What it holds is not permitted; sudo descry inspect shows it.";
    return hanging("", words, look.columns, 2);
  }
  const titles = FIGURES.map(([title, width]) => right(title, width)).join(" ");
  const head = cut(`${left("WHAT", whatColumns(look) + 2)} ${titles}   STATE`, look.columns);
  const rows = Math.max(1, ordered.length + 1 <= room ? ordered.length : room - 2);
  const rest = ordered.slice(rows);
  const lines = [
    look.paint("heading", head),
    ...ordered.slice(0, rows).map((holding) => holdingRow(holding, look)),
  ];
  return rest.length === 0 ? lines : [...lines, restLine(rest, look)];
}

function rank(holding: Holding): number {
  if (holding.standing === "confirmed") return 2;
  return holding.standing === "suspect" ? 1 : 0;
}

function holdingRow(holding: Holding, look: Look): string {
  const { bornPerMinute, diedPerMinute, netPerMinute } = holding.rates;
  const cells = [
    count(holding.open),
    exactRate(bornPerMinute, false),
    exactRate(diedPerMinute, false),
    exactRate(netPerMinute, true),
  ];
  const figures = cells.map((cell, i) => right(cell, FIGURES[i]?.[1] ?? 8)).join(" ");
  const mark = markOf(holding.standing);
  const what = left(cutMiddle(subjectRow(holding.subject), whatColumns(look)), whatColumns(look));
  const line = cut(`${mark} ${what} ${figures}   ${stateCell(holding)}`.trimEnd(), look.columns);
  const tone = toneOf(mark);
  return tone === null
    ? line
    : look.paint(tone, line.slice(0, 2 + what.length)) + line.slice(2 + what.length);
}

/** The state, that forked workers share some, and who holds the other end on this host. */
function stateCell(holding: Holding): string {
  const parts: string[] = holding.subject.state === null ? [] : [holding.subject.state];
  if (holding.objects < holding.open) parts.push(`${count(holding.objects)} distinct`);
  if (holding.otherEnd !== null) parts.push(`to ${harmless(holding.otherEnd)}`);
  return parts.join(", ");
}

/** "  files 41   pipes 16   3 more" */
function restLine(rest: readonly Holding[], look: Look): string {
  const byKind = new Map<string, number>();
  for (const holding of rest) {
    const words = kindWords(holding.subject.kind);
    byKind.set(words, (byKind.get(words) ?? 0) + holding.open);
  }
  return cut(
    `  and ${[...byKind].map(([words, open]) => `${words} ${count(open)}`).join("   ")}`,
    look.columns,
  );
}

function explanation(service: ServiceView, snapshot: Snapshot, look: Look, detail: Detail): string[] {
  const sections = [
    ageSection(service, look),
    [...whySection(service, look, detail), ...notThisSection(service, snapshot, look)],
    actionSection(service, look, detail),
    stateOfWatch(service, snapshot, look),
  ];
  return sections.flatMap((section) => (section.length > 0 ? ["", ...section] : []));
}

function ageSection(service: ServiceView, look: Look): string[] {
  const judged = service.holdings.toSorted((a, b) => rank(b) - rank(a) || b.open - a.open)[0];
  const ladder = judged === undefined ? null : ladderLine(judged, look);
  if (ladder === null || judged === undefined) return [];
  const teach = rank(judged) > 0 ? "    a leak fills every rung and keeps climbing; a pool stops" : "";
  const whose = rank(judged) > 0 ? "" : `    ${subjectRow(judged.subject)}`;
  return [cut(`HOW OLD THEY ARE${whose}${teach}`, look.columns), ladder];
}

function whySection(service: ServiceView, look: Look, { evidenceLines }: Detail): string[] {
  const verdict = worstLeak(service.verdicts);
  const lines: string[] = [];
  if (verdict !== null && verdict.evidence.length > 0) {
    lines.push(...hanging(heading("WHY"), evidenceWords(verdict.evidence), look.columns, evidenceLines));
  }
  if (verdict === null && service.otherEndOf.length > 0) {
    const openers = service.otherEndOf.map(harmless).join(", ");
    lines.push(
      ...hanging(heading("WHY"), `it holds the other end of what ${openers} does not close`, look.columns, 2),
    );
  }
  return lines;
}

/** Findings as sentences, or as parts of one. */
function evidenceWords(evidence: readonly string[]): string {
  return evidence
    .map(harmless)
    .reduce((before, next) => `${before}${/[.!?]$/.test(before) ? "" : ";"} ${next}`);
}

/** TIME_WAIT looks alarming in every other tool and fills no table of open files: say so wherever it can be met. */
function notThisSection(service: ServiceView, snapshot: Snapshot, look: Look): string[] {
  const connected = service.holdings.some((holding) => holding.subject.kind === "tcp");
  if (!connected || snapshot.timeWait === null || snapshot.timeWait === 0) return [];
  const text = `${count(snapshot.timeWait)} TIME_WAIT on this host: they hold no open files (ports, not files)`;
  return hanging(heading("NOT THIS"), text, look.columns, 1);
}

function actionSection(service: ServiceView, look: Look, { remarkLines }: Detail): string[] {
  const judged = worstVerdict(service.verdicts) ?? standingForecast(service.forecasts);
  return judged === null ? [] : actionLines(judged.actions, look, remarkLines);
}

function stateOfWatch(service: ServiceView, snapshot: Snapshot, look: Look): string[] {
  if (!isFirstLook(service)) return [];
  const watched = snapshot.watchedSeconds < 1 ? "" : ` after ${elapsed(snapshot.watchedSeconds)}`;
  const text = `FIRST LOOK${watched}: rates and ages show as it is watched (--for 30s waits for them).`;
  return hanging("", text, Math.max(look.columns, HEADING_COLUMNS), 1);
}
