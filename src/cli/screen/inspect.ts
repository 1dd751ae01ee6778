import type { EarlierLife } from "../../server/lives.ts";
import type { ProcessView, ServiceView, Snapshot } from "../../model/snapshot.ts";
import { explanation, type Detail } from "./explanation.ts";
import { count, kept, ofLimit } from "./figures.ts";
import { clockWithZone, spread } from "./header.ts";
import { holdingLines } from "./holdings.ts";
import { leftOpenLines, readOfThePast } from "./left-open.ts";
import { livesLines } from "./lives.ts";
import type { Look, Tone } from "./look.ts";
import { isFull, standingForecast, worstVerdict } from "./standing.ts";
import { cut, cutMiddle, harmless, widthOf } from "./text.ts";
import { elapsed, failsAbout, timeLeft } from "./times.ts";

/** The most lines that one look takes, so that it fits a small terminal whole. */
const MOST_LINES = 25;
/** What is explained is worth more than the tenth kind of thing that is held. */
const MOST_TABLE = 9;
/** Lines of everything but the table; on a screen with more, the table grows. */
const FULL_LINES = MOST_LINES - MOST_TABLE + 4;
const LEAST_TABLE = 5;
const LIVES_BESIDE_PAST = 2;

/** How much is said beside the table: as much as fits with a table worth reading. */
const DETAILS: readonly Detail[] = [
  { evidenceLines: 4, remarkLines: 3, lifeLines: 5 },
  { evidenceLines: 3, remarkLines: 2, lifeLines: 5 },
  { evidenceLines: 3, remarkLines: 1, lifeLines: 4 },
  { evidenceLines: 2, remarkLines: 1, lifeLines: 3 },
  { evidenceLines: 2, remarkLines: 0, lifeLines: 2 },
  { evidenceLines: 1, remarkLines: 0, lifeLines: 1 },
];

/** What is known of a service beside the snapshot. */
export interface Beside {
  /** Who looked, where it was an agent. */
  readonly source: string | null;
  /** How it leaked before, latest first. */
  readonly lives: readonly EarlierLife[];
}

const NOTHING_BESIDE: Beside = { source: null, lives: [] };

/**
 * One service: what it holds, how old that is, what was concluded, why, and what to do. At most `look.rows` lines, or
 * 25 where there is no screen. Where nothing is opened any more and the kernel's idle times tell the past, that past
 * takes the place of the table.
 */
export function inspectLines(
  service: ServiceView,
  snapshot: Snapshot,
  look: Look,
  { source, lives }: Beside = NOTHING_BESIDE,
): string[] {
  const most = look.rows ?? MOST_LINES;
  const by = source === null ? "" : look.paint("muted", cut(source, look.columns));
  const top = [...headLines(service, snapshot, look), by];
  const past = readOfThePast(service);
  if (past !== null) {
    const before = livesLines(lives, snapshot.at, look, LIVES_BESIDE_PAST);
    return [...top, ...leftOpenLines(service, past, snapshot, look, most - top.length, before)];
  }
  const least = Math.min(service.holdings.length + 1, LEAST_TABLE);
  let why: string[] = [];
  for (const detail of DETAILS) {
    why = explanation(service, snapshot, look, detail, lives);
    if (top.length + least + why.length <= most) break;
  }
  const table = Math.max(MOST_TABLE, most - FULL_LINES);
  const room = Math.max(3, Math.min(table, most - top.length - why.length));
  return [...top, ...holdingLines(service, look, room), ...why].slice(0, most);
}

interface Finding {
  readonly word: string;
  readonly tone: Tone | null;
}

function finding(service: ServiceView): Finding {
  const verdict = worstVerdict(service.verdicts);
  if (isFull(service) || verdict?.rule === "at-limit") return { word: "AT THE LIMIT", tone: "leak" };
  if (verdict?.standing === "confirmed" && verdict.rule === "pool-bypass")
    return { word: "POOL BYPASSED", tone: "leak" };
  if (verdict?.standing === "confirmed" && verdict.rule === "port-exhaustion")
    return { word: "PORTS RUN OUT", tone: "leak" };
  if (verdict?.standing === "confirmed") return { word: "LEAK", tone: "leak" };
  if (verdict !== null) {
    return { word: verdict.partial ? "SUSPECT (partial)" : "SUSPECT", tone: "suspect" };
  }
  if (standingForecast(service.forecasts) !== null) return { word: "RUNNING OUT", tone: "suspect" };
  return { word: "QUIET", tone: null };
}

function headLines(service: ServiceView, snapshot: Snapshot, look: Look): string[] {
  const process = service.processes[0];
  const { word, tone } = finding(service);
  const name = cutMiddle(harmless(service.service), 40);
  const time = clockWithZone(snapshot.at, look.zone);
  const parts = process === undefined ? [] : processParts(process, service, snapshot);
  const room = look.columns - widthOf(time) - 2;
  // The pid is worth more than the command, which the service is named after.
  const short = [word, name, ...parts.slice(-2)].join("  ");
  const whole = [word, name, ...parts].join("  ");
  const fitting = widthOf(whole) <= room ? whole : short;
  const line = spread(fitting, time, look.columns);
  const painted =
    tone === null ? line : look.paint(tone, line.slice(0, word.length)) + line.slice(word.length);
  return [painted, cut(figuresLine(service, process, snapshot, look), look.columns)];
}

/** The command where it says more than the service, then the pid and how long it has been up. */
function processParts(process: ProcessView, service: ServiceView, snapshot: Snapshot): string[] {
  const among = service.processes.length > 1 ? ` (worst of ${count(service.processes.length)})` : "";
  // The folder of the program says the least of a long command.
  const command = harmless(process.command.replace(/^\S*\//, ""));
  const parts = command === harmless(service.service) ? [] : [cut(command, 36)];
  const up =
    process.startedAt === null
      ? "start unknown"
      : `up ${elapsed((Date.parse(snapshot.at) - Date.parse(process.startedAt)) / 1000)}`;
  parts.push(`pid ${process.pid}${among}`, up);
  return parts;
}

/** Narrow screens say the same in fewer words. */
const WIDE = 100;

function figuresLine(
  service: ServiceView,
  process: ProcessView | undefined,
  snapshot: Snapshot,
  look: Look,
): string {
  const open = process === undefined ? count(service.open) : ofLimit(process.open, process.softLimit);
  const wide = look.columns >= WIDE;
  const parts = [`${open} open${wide ? " files" : ""}`];
  const full = isFull(service);
  // A full table takes nothing more: its pace of zero would read as health.
  if (!full) parts.push(`${kept(service.rates.netPerMinute)} a minute`);
  const when = failsAbout(service.runway, snapshot.at, look.zone);
  const rest = timeLeft(service.runway, snapshot.at);
  if (rest === "now" || full) parts.push("opens are failing now");
  // The date carries the interval.
  else if (when !== null)
    parts.push(`${rest?.replace(/ \(.*/, "")} left, ${wide ? "opens fail about" : "fails"} ${when}`);
  else if (rest !== null) parts.push(`${rest} left`);
  if (process !== undefined) parts.push(...limitParts(process, service));
  return parts.join("   ");
}

/** Where the limit comes from, and whether the process could raise it by itself: limitOrigin() says both. */
function limitParts({ limitFrom }: ProcessView, service: ServiceView): string[] {
  if (!limitFrom) return [];
  const words = harmless(limitFrom.replace(` of ${service.service}`, ""));
  return [`limit: ${words}`];
}
