import type { VerdictEvent } from "../../model/events.ts";
import type { ServiceView, Snapshot } from "../../model/snapshot.ts";
import { count, kept, ofLimit } from "./figures.ts";
import { headerLines, type OwnCost } from "./header.ts";
import { type LeftOpen, readOfThePast } from "./left-open.ts";
import type { Look } from "./look.ts";
import { leftOpenWords, pastPace } from "./past.ts";
import { portFigures } from "./ports.ts";
import { claim } from "./sentence.ts";
import { isFull, type Mark, markOf, standingForecast, toneOf, worstVerdict } from "./standing.ts";
import { tableOf } from "./table.ts";
import { cut, hanging, harmless } from "./text.ts";
import { failsAbout, moment } from "./times.ts";

/** What stands around the services' rows, and which of them are shown. */
export interface TopParts {
  /** Filtered and in the order chosen. */
  readonly services: readonly ServiceView[];
  /** Place of the selected one among them; null where nothing can be selected. */
  readonly cursor: number | null;
  /** What could not be read and is not in the header, in a few words. */
  readonly gap: string | null;
  /** Who looked, where it was an agent. */
  readonly source: string | null;
  /** Lines below all: what can be pressed, what is being done. */
  readonly foot: readonly string[];
}

/**
 * The table of `descry top`: header, services most at risk first, the worst verdict. With `look.rows` it takes at
 * most so many lines.
 */
export function topLines(
  snapshot: Snapshot,
  own: OwnCost | null,
  look: Look,
  parts: Partial<TopParts> = {},
): string[] {
  const { services = snapshot.services, cursor = null, gap = null, source = null, foot = [] } = parts;
  const rows = look.rows ?? Number.MAX_SAFE_INTEGER;
  const table = tableOf(snapshot, look);
  const quiet = [source, gap === null ? null : `not seen: ${gap}`]
    .filter((words) => words !== null)
    .join("   ");
  const remark = look.paint("muted", cut(quiet, look.columns));
  const head = [...headerLines(snapshot, own, look), remark, table.head];
  const least = Math.min(services.length, LEAST_ROWS);
  const said = worstLines(
    snapshot,
    selectedOf(services, cursor),
    look,
    rows - head.length - foot.length - least,
  );
  const room = Math.max(0, rows - head.length - said.length - foot.length);
  const body = window(services, cursor, room).map((part) =>
    typeof part === "string" ? cut(part, look.columns) : table.row(part.service, part.selected),
  );
  // Where even the head does not fit, what can be pressed still shows.
  return [...[...head, ...body, ...said].slice(0, Math.max(0, rows - foot.length)), ...foot].slice(0, rows);
}

const LEAST_ROWS = 3;

function selectedOf(services: readonly ServiceView[], cursor: number | null): ServiceView | null {
  return cursor === null ? null : (services[cursor] ?? null);
}

type Row = { readonly service: ServiceView; readonly selected: boolean } | string;

/** As many services as there is room for, around the cursor; the last line says how many are not shown. */
function window(services: readonly ServiceView[], cursor: number | null, room: number): Row[] {
  const row = (service: ServiceView, at: number): Row => ({ service, selected: at === cursor });
  if (services.length <= room) return services.map(row);
  const shown = Math.max(0, room - 1);
  const from = Math.max(0, Math.min((cursor ?? 0) - Math.floor(shown / 2), services.length - shown));
  const rows = services.map(row).slice(from, from + shown);
  return [...rows, moreLine(services.slice(0, from), services.slice(from + shown))];
}

/** "... 306 more, none growing", "... 12 above, 294 below, none growing" */
function moreLine(above: readonly ServiceView[], below: readonly ServiceView[]): string {
  const hidden = [...above, ...below];
  const where =
    above.length === 0
      ? `${count(below.length)} more`
      : `${count(above.length)} above, ${count(below.length)} below`;
  if (hidden.some((service) => service.rates.netPerMinute === null)) return `  ... ${where}`;
  const growing = hidden.filter((service) => (service.rates.netPerMinute ?? 0) >= 0.05).length;
  return `  ... ${where}, ${growing === 0 ? "none" : count(growing)} growing`;
}

const MOST_SAID = 5;

/** The verdict on the selected service, else the riskiest, in two sentences, below a blank line. */
function worstLines(snapshot: Snapshot, selected: ServiceView | null, look: Look, room: number): string[] {
  if (room < 2) return [];
  const verdict =
    worstVerdict(selected?.verdicts ?? []) ??
    worstVerdict(snapshot.services.flatMap((service) => service.verdicts));
  const said = verdict === null ? forecastLines(snapshot, look) : verdictLines(verdict, snapshot, look);
  return said.length === 0 ? [] : ["", ...said.slice(0, Math.min(MOST_SAID, room - 1))];
}

function verdictLines(verdict: VerdictEvent, snapshot: Snapshot, look: Look): string[] {
  const mark = markOf(verdict.standing);
  const since = verdict.since === null ? "" : ` since ${moment(verdict.since, snapshot.at, look.zone)}`;
  const partial = verdict.partial ? " (partial: from counts and socket tables alone)" : "";
  const first = hanging(`${mark} `, `${claim(verdict)}${since}${partial}.`, look.columns, 2);
  const second = hanging("  ", consequence(verdict, snapshot, look), look.columns, 3);
  return [...paintFirst(first, mark, look), ...second];
}

/** When opens start to fail, or at least how far it has come; and what the first look reads of the time before. */
function consequence(verdict: VerdictEvent, snapshot: Snapshot, look: Look): string {
  const service = snapshot.services.find(({ service: name }) => name === verdict.service) ?? null;
  const full = verdict.rule === "at-limit" || (service !== null && isFull(service));
  const read = service === null ? null : readOfThePast(service);
  const past = read === null ? "" : ` First look: ${pastSentence(read, full, snapshot, look)}`;
  if (verdict.rule === "port-exhaustion") return portConsequence(verdict, snapshot, look);
  if (full) return `Opens are failing now.${past}`;
  const when = failsAbout(verdict.runway, snapshot.at, look.zone);
  if (when !== null) return `Opens start to fail about ${when}.${past}`;
  const pace = verdict.netPerMinute === null ? "" : `, ${kept(verdict.netPerMinute)} a minute`;
  return `It holds ${ofLimit(verdict.open, verdict.limit)} open files${pace}.${past}`;
}

function portConsequence(verdict: VerdictEvent, { at }: Snapshot, { zone }: Look): string {
  const [left = "ports left unknown"] = portFigures(verdict);
  const when = failsAbout(verdict.runway, at, zone);
  return when === null ? `${left}.` : `${left}; connects there start to fail about ${when}.`;
}

function pastSentence({ holding, past }: LeftOpen, full: boolean, { at }: Snapshot, { zone }: Look): string {
  const { netPerMinute } = holding.rates;
  return `${leftOpenWords(holding.subject, past, at)}; ${pastPace(past, at, zone, { full, netPerMinute })}.`;
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
