import type { Holding, ServiceView } from "../../model/snapshot.ts";
import { count, exactRate, UNKNOWN_FIGURE } from "./figures.ts";
import type { Look } from "./look.ts";
import { markOf, toneOf } from "./standing.ts";
import { kindWords, subjectRow } from "./subject.ts";
import { cut, cutMiddle, hanging, harmless, left, right } from "./text.ts";
import { brief } from "./times.ts";

interface Column {
  readonly title: string;
  readonly width: number;
  readonly align: (text: string, columns: number) => string;
  readonly cell: (holding: Holding) => string;
  /** Shown on screens of at least so many columns. */
  readonly from: number;
}

const COLUMNS: readonly Column[] = [
  { title: "OPEN", width: 7, align: right, cell: (h) => count(h.open), from: 0 },
  { title: "OPENED", width: 7, align: right, cell: (h) => exactRate(h.rates.bornPerMinute, false), from: 96 },
  { title: "CLOSED", width: 7, align: right, cell: (h) => exactRate(h.rates.diedPerMinute, false), from: 96 },
  { title: "KEPT/MIN", width: 9, align: right, cell: (h) => exactRate(h.rates.netPerMinute, true), from: 0 },
  { title: "  UNUSED FOR", width: 17, align: left, cell: (h) => `  ${unusedCell(h)}`, from: 70 },
];

const STATE_COLUMNS = 12;
const WIDE_STATE_COLUMNS = 24;
/** Screens that have room for the other end. */
const WIDE = 110;
const LEAST_WHAT = 16;

/** "0 s - 22 min": from the least to the most idle of them. */
function unusedCell({ subject, unusedSeconds }: Holding): string {
  if (subject.kind !== "tcp" || subject.state === "LISTEN") return "";
  if (unusedSeconds === null) return UNKNOWN_FIGURE;
  const [least, most] = [brief(unusedSeconds.least), brief(unusedSeconds.most)];
  return least === most ? most : `${least} - ${most}`;
}

/** The state, that forked workers share some, and where there is room who holds the other end on this host. */
function stateCell(holding: Holding, look: Look): string {
  const parts: string[] = holding.subject.state === null ? [] : [holding.subject.state];
  if (holding.objects < holding.open) parts.push(`${count(holding.objects)} distinct`);
  if (holding.otherEnd !== null && look.columns >= WIDE) parts.push(`to ${harmless(holding.otherEnd)}`);
  return parts.join(", ");
}

function shownColumns(look: Look): { readonly shown: readonly Column[]; readonly what: number } {
  const shown = COLUMNS.filter(({ from }) => look.columns >= from);
  const state = look.columns >= WIDE ? WIDE_STATE_COLUMNS : STATE_COLUMNS;
  const taken = shown.reduce((sum, { width }) => sum + width + 1, 0);
  return { shown, what: Math.max(LEAST_WHAT, look.columns - 2 - taken - 2 - state) };
}

/** The more certain that it leaks, the higher. */
export function rankOf(holding: Holding): number {
  if (holding.standing === "confirmed") return 2;
  return holding.standing === "suspect" ? 1 : 0;
}

/** What was judged first, then what there is most of. */
export function byWeight(holdings: readonly Holding[]): Holding[] {
  return holdings.toSorted((a, b) => rankOf(b) - rankOf(a) || b.open - a.open);
}

/** The table of what a service holds, in at most `room` lines; what has no line of its own stands in the last. */
export function holdingLines(service: ServiceView, look: Look, room: number): string[] {
  const ordered = byWeight(service.holdings);
  if (ordered.length === 0) {
    const readable = service.processes.some((process) => process.readable);
    const words = readable
      ? "What it holds was not looked into yet."
      : "What it holds is not permitted; sudo descry inspect shows it.";
    return hanging("", words, look.columns, 2);
  }
  const { shown, what } = shownColumns(look);
  const titles = shown.map(({ title, width, align }) => align(title, width)).join(" ");
  const head = cut(`${left("WHAT", what + 2)} ${titles}  STATE`, look.columns);
  const rows = Math.max(1, ordered.length + 1 <= room ? ordered.length : room - 2);
  const rest = ordered.slice(rows);
  const lines = [
    look.paint("heading", head),
    ...ordered.slice(0, rows).map((holding) => holdingRow(holding, look)),
  ];
  return rest.length === 0 ? lines : [...lines, restLine(rest, look)];
}

function holdingRow(holding: Holding, look: Look): string {
  const { shown, what } = shownColumns(look);
  const cells = shown.map(({ cell, width, align }) => align(cell(holding), width)).join(" ");
  const mark = markOf(holding.standing);
  const name = left(cutMiddle(subjectRow(holding.subject), what), what);
  const line = cut(`${mark} ${name} ${cells}  ${stateCell(holding, look)}`.trimEnd(), look.columns);
  const tone = toneOf(mark);
  return tone === null
    ? line
    : look.paint(tone, line.slice(0, 2 + name.length)) + line.slice(2 + name.length);
}

/** "  and files 41   pipes 16" */
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
