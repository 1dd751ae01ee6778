import type { ServiceView, Snapshot } from "../../model/snapshot.ts";
import { count, kept, limit, NOT_APPLICABLE, rate, UNKNOWN_FIGURE } from "./figures.ts";
import { headerLines, type OwnCost } from "./header.ts";
import type { Look } from "./look.ts";
import { claim } from "./sentence.ts";
import { sparkline } from "./sparkline.ts";
import {
  isFull,
  type Mark,
  serviceMark,
  standingForecast,
  toneOf,
  worstLeak,
  worstVerdict,
} from "./standing.ts";
import { shortService, subjectShort } from "./subject.ts";
import { cut, cutMiddle, hanging, harmless, left, right } from "./text.ts";
import { failsAbout, timeLeft } from "./times.ts";

interface Column {
  readonly title: string;
  /** Columns on screen, without the two blanks before it. */
  readonly width: number;
  readonly align: (text: string, columns: number) => string;
  readonly cell: (service: ServiceView, snapshot: Snapshot) => string;
  /** The higher, the sooner it is left out of a narrow screen; 0 stays. */
  readonly spare: number;
}

const SPARK_COLUMNS = 11;
const GAP = "  ";
const LEAST_LAST = 18;

const COLUMNS: readonly Column[] = [
  { title: "SERVICE", width: 16, align: left, cell: (s) => cutMiddle(shortService(s.service), 16), spare: 0 },
  { title: "OPEN", width: 7, align: right, cell: (s) => count(s.processes[0]?.open ?? s.open), spare: 0 },
  { title: "LIMIT", width: 7, align: right, cell: (s) => limit(s.processes[0]?.softLimit ?? null), spare: 1 },
  { title: "OPENED", width: 6, align: right, cell: (s) => rate(s.rates.bornPerMinute), spare: 3 },
  { title: "CLOSED", width: 6, align: right, cell: (s) => rate(s.rates.diedPerMinute), spare: 3 },
  { title: "KEPT/MIN", width: 8, align: right, cell: keptCell, spare: 0 },
  { title: "TIME LEFT", width: 14, align: left, cell: timeLeftCell, spare: 0 },
  {
    title: "LAST 10 MIN",
    width: SPARK_COLUMNS,
    align: left,
    cell: (s) => sparkline(s.history, SPARK_COLUMNS),
    spare: 4,
  },
];

/** The other end of a leak holds what somebody else does not close: its own pace judges nothing. */
function isOtherEnd(service: ServiceView): boolean {
  return service.otherEndOf.length > 0 && worstVerdict(service.verdicts) === null;
}

function keptCell(service: ServiceView): string {
  return isOtherEnd(service) ? NOT_APPLICABLE : kept(service.rates.netPerMinute);
}

function timeLeftCell(service: ServiceView, snapshot: Snapshot): string {
  if (isOtherEnd(service)) return NOT_APPLICABLE;
  const words = isFull(service) ? "now" : timeLeft(service.runway, snapshot.at);
  if (words !== null) return words;
  return service.rates.netPerMinute === null ? UNKNOWN_FIGURE : NOT_APPLICABLE;
}

/** The last column: what is not closed, or why nothing is said, or what most of it is. */
export function whatCell(service: ServiceView): string {
  const verdict = worstLeak(service.verdicts);
  if (verdict !== null) {
    return verdict.rule === "at-limit"
      ? fullestHolding(service)
      : subjectShort(verdict.subject, verdict.rule);
  }
  if (standingForecast(service.forecasts) !== null) return "grows towards its limit";
  if (service.otherEndOf.length > 0)
    return `other end of ${shortService(service.otherEndOf[0] ?? "")}'s leak`;
  if (serviceMark(service) === "-") return "not permitted";
  return fullestHolding(service);
}

function fullestHolding(service: ServiceView): string {
  const fullest = service.holdings.toSorted((a, b) => b.open - a.open)[0];
  return fullest === undefined ? "" : `mostly ${subjectShort(fullest.subject, null)}`;
}

/** The columns that fit, and the width that is left for the last one, "WHAT IS NOT CLOSED". */
function fitColumns(columns: number): { readonly shown: readonly Column[]; readonly last: number } {
  for (let sparing = 5; sparing > 0; sparing--) {
    const shown = COLUMNS.filter((column) => column.spare < sparing);
    const taken = shown.reduce((sum, column) => sum + column.width + GAP.length, 0);
    const last = columns - taken - GAP.length;
    if (last >= LEAST_LAST || sparing === 1) return { shown, last: Math.max(0, last) };
  }
  return { shown: COLUMNS, last: 0 };
}

function tableHead(shown: readonly Column[], look: Look, last: number): string {
  const titles = shown.map((column) => column.align(column.title, column.width));
  const line = `  ${titles.join(GAP)}${GAP}${cut("WHAT IS NOT CLOSED", last)}`;
  return look.paint("heading", cut(line.trimEnd(), look.columns));
}

function tableRow(
  service: ServiceView,
  snapshot: Snapshot,
  look: Look,
  shown: readonly Column[],
  last: number,
): string {
  const mark = serviceMark(service);
  const cells = shown.map((column) => column.align(column.cell(service, snapshot), column.width));
  const what = cut(whatCell(service), last);
  const line = cut(`${mark} ${cells.join(GAP)}${GAP}${what}`.trimEnd(), look.columns);
  return paintRow(line, mark, look);
}

/** The mark and the service's name carry the colour; figures stay easy to read. */
function paintRow(line: string, mark: Mark, look: Look): string {
  const tone = toneOf(mark);
  if (tone === null) return line;
  const end = Math.min(line.length, 2 + (COLUMNS[0]?.width ?? 0));
  return look.paint(tone, line.slice(0, end)) + line.slice(end);
}

/** "... 306 more, none growing" */
function moreLine(hidden: readonly ServiceView[]): string {
  if (hidden.some((service) => service.rates.netPerMinute === null))
    return `  ... ${count(hidden.length)} more`;
  const growing = hidden.filter((service) => (service.rates.netPerMinute ?? 0) >= 0.05).length;
  return `  ... ${count(hidden.length)} more, ${growing === 0 ? "none" : count(growing)} growing`;
}

/** The worst verdict in full, and when opens start to fail. */
function worstLines(snapshot: Snapshot, look: Look, mostLines: number): string[] {
  if (mostLines < 1) return [];
  const worst = worstVerdict(snapshot.services.flatMap((service) => service.verdicts));
  if (worst === null) return forecastLines(snapshot, look);
  const mark = worst.standing === "confirmed" ? "x" : "?";
  const text = worst.summary === "" ? `${claim(worst)}.` : harmless(worst.summary);
  return paintFirst(hanging(`${mark} `, text, look.columns, mostLines), mark, look);
}

function forecastLines(snapshot: Snapshot, look: Look): string[] {
  const forecast = standingForecast(snapshot.services.flatMap((service) => service.forecasts));
  if (forecast === null) return [];
  const when = failsAbout(forecast.runway, snapshot.at, look.zone);
  const text = `${harmless(forecast.service)} runs out of open files${when === null ? "" : ` about ${when}`}.`;
  return paintFirst(hanging("? ", text, look.columns, 2), "?", look);
}

function paintFirst(lines: string[], mark: Mark, look: Look): string[] {
  const tone = toneOf(mark);
  if (tone === null) return lines;
  return lines.map((line, i) => (i === 0 ? look.paint(tone, line.slice(0, 1)) + line.slice(1) : line));
}

/**
 * The table of `descry top`: header, services most at risk first, the worst verdict. With `look.rows` it takes at
 * most so many lines; `keys` is the line that says what can be pressed, null where nothing can.
 */
export function topLines(snapshot: Snapshot, own: OwnCost | null, look: Look, keys: string | null): string[] {
  const { shown, last } = fitColumns(look.columns);
  const rows = look.rows ?? Number.MAX_SAFE_INTEGER;
  const head = [...headerLines(snapshot, own, look), "", tableHead(shown, look, last)];
  const foot = footLines(snapshot, look, keys, rows - head.length - 2);
  const room = Math.max(0, rows - head.length - foot.length);
  const all = snapshot.services;
  const listed = all.length <= room ? all : all.slice(0, Math.max(0, room - 1));
  const table = listed.map((service) => tableRow(service, snapshot, look, shown, last));
  if (listed.length < all.length) table.push(cut(moreLine(all.slice(listed.length)), look.columns));
  return [...head, ...table, ...foot].slice(0, rows);
}

function footLines(snapshot: Snapshot, look: Look, keys: string | null, room: number): string[] {
  const worst = worstLines(snapshot, look, Math.min(4, room - 2));
  const lines = worst.length > 0 ? ["", ...worst] : [];
  return keys === null ? lines : [...lines, look.paint("muted", cut(keys, look.columns))];
}
