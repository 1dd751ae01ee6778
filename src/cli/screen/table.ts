import type { ServiceView, Snapshot } from "../../model/snapshot.ts";
import { count, kept, limit, NOT_APPLICABLE, rate, UNKNOWN_FIGURE } from "./figures.ts";
import { shapeWords } from "./habits.ts";
import type { Look, Tone } from "./look.ts";
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
import { cut, cutMiddle, left, right, widthOf } from "./text.ts";
import { timeLeft } from "./times.ts";

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
/** Most peers and paths fit into so many. */
const EASY_LAST = 24;

const SERVICE_COLUMNS = 18;
const TIME_LEFT_COLUMNS = 14;
const MOST_SERVICE_COLUMNS = 36;

const SERVICE: Column = {
  title: "SERVICE",
  width: SERVICE_COLUMNS,
  align: (text, columns) => left(cutMiddle(text, columns), columns),
  cell: (s) => shortService(s.service),
  spare: 0,
};

const COLUMNS: readonly Column[] = [
  SERVICE,
  { title: "OPEN", width: 7, align: right, cell: (s) => count(s.processes[0]?.open ?? s.open), spare: 0 },
  { title: "LIMIT", width: 7, align: right, cell: (s) => limit(s.processes[0]?.softLimit ?? null), spare: 1 },
  { title: "OPENED", width: 6, align: right, cell: (s) => rate(s.rates.bornPerMinute), spare: 3 },
  { title: "CLOSED", width: 6, align: right, cell: (s) => rate(s.rates.diedPerMinute), spare: 3 },
  { title: "KEPT/MIN", width: 8, align: right, cell: keptCell, spare: 0 },
  { title: "TIME LEFT", width: TIME_LEFT_COLUMNS, align: left, cell: timeLeftCell, spare: 0 },
  {
    title: "LAST 10 MIN",
    width: SPARK_COLUMNS,
    align: left,
    cell: (s) => sparkline(s.history, SPARK_COLUMNS),
    spare: 4,
  },
];

/** The other end of a leak holds what somebody else does not close: its own pace judges nothing. */
export function isOtherEnd(service: ServiceView): boolean {
  return service.otherEndOf.length > 0 && worstVerdict(service.verdicts) === null;
}

function keptCell(service: ServiceView): string {
  return isOtherEnd(service) ? NOT_APPLICABLE : kept(service.rates.netPerMinute);
}

function timeLeftCell(service: ServiceView, snapshot: Snapshot): string {
  if (isOtherEnd(service)) return NOT_APPLICABLE;
  const words = isFull(service) ? "now" : timeLeft(service.runway, snapshot.at);
  // Half an interval would be read as a whole one.
  if (words !== null) return widthOf(words) > TIME_LEFT_COLUMNS ? words.replace(/ \(.*/, "") : words;
  return service.rates.netPerMinute === null ? UNKNOWN_FIGURE : NOT_APPLICABLE;
}

/** The last column: what is not closed, or why nothing is said, its shape, or what most of it is. */
export function whatCell(service: ServiceView): string {
  const verdict = worstLeak(service.verdicts);
  if (verdict !== null) {
    const what =
      verdict.rule === "at-limit" ? fullestHolding(service) : subjectShort(verdict.subject, verdict.rule);
    return verdict.partial ? `partial: ${what}` : what;
  }
  if (standingForecast(service.forecasts) !== null) return "grows towards its limit";
  if (service.otherEndOf.length > 0)
    return `other end of ${shortService(service.otherEndOf[0] ?? "")}'s leak`;
  if (serviceMark(service) === "-") return "not permitted";
  return shapeWords(service) ?? fullestHolding(service);
}

function fullestHolding(service: ServiceView): string {
  const fullest = service.holdings.toSorted((a, b) => b.open - a.open)[0];
  if (fullest === undefined) return service.open > 0 ? "not looked into yet" : "";
  return `mostly ${subjectShort(fullest.subject, null)}`;
}

/** The columns that fit, and the width that is left for the last one, "WHAT IS NOT CLOSED". */
function fitColumns(columns: number): { readonly shown: readonly Column[]; readonly last: number } {
  for (let sparing = 5; sparing > 0; sparing--) {
    const shown = COLUMNS.filter((column) => column.spare < sparing);
    const taken = shown.reduce((sum, column) => sum + column.width + GAP.length, 0);
    const last = columns - taken - GAP.length;
    if (last >= LEAST_LAST || sparing === 1) return roomier(shown, Math.max(0, last));
  }
  return { shown: COLUMNS, last: 0 };
}

/** What the last column has to spare goes to the names, half and half. */
function roomier(shown: readonly Column[], last: number): { shown: readonly Column[]; last: number } {
  const more = Math.max(
    0,
    Math.min(MOST_SERVICE_COLUMNS - SERVICE_COLUMNS, Math.floor((last - EASY_LAST) / 2)),
  );
  const wider = shown.map((column) =>
    column === SERVICE ? { ...SERVICE, width: SERVICE.width + more } : column,
  );
  return { shown: wider, last: last - more };
}

/** Titles and rows of the table of services, as wide as the screen. */
export interface Table {
  readonly head: string;
  row(service: ServiceView, selected: boolean): string;
}

export function tableOf(snapshot: Snapshot, look: Look): Table {
  const { shown, last } = fitColumns(look.columns);
  const titles = shown.map((column) => column.align(column.title, column.width));
  const line = `  ${titles.join(GAP)}${GAP}${cut("WHAT IS NOT CLOSED", last)}`;
  return {
    head: look.paint("heading", cut(line.trimEnd(), look.columns)),
    row(service, selected) {
      const mark = serviceMark(service);
      const cells = shown.map((column) => column.align(column.cell(service, snapshot), column.width));
      const sign = selected ? CURSOR : " ";
      const text = `${mark}${sign}${cells.join(GAP)}${GAP}${cut(whatCell(service), last)}`;
      const named = 2 + (shown[0]?.width ?? 0);
      return paintRow(cut(text.trimEnd(), look.columns), mark, selected ? "selected" : null, named, look);
    },
  };
}

/** Stands between the mark and the name, so that the selected row is seen without colours as well. */
const CURSOR = ">";

/** The mark and the service's name, the first `named` characters, carry the colour; figures stay easy to read. */
function paintRow(line: string, mark: Mark, rest: Tone | null, named: number, look: Look): string {
  const tone = toneOf(mark);
  const end = tone === null ? 0 : Math.min(line.length, named);
  const head = tone === null ? "" : look.paint(tone, line.slice(0, end));
  return head + (rest === null ? line.slice(end) : look.paint(rest, line.slice(end)));
}
