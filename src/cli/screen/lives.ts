import type { EarlierLife } from "../../server/lives.ts";
import { heading, HEADING_COLUMNS } from "./actions.ts";
import { counted, kept, ofLimit } from "./figures.ts";
import type { Look } from "./look.ts";
import { cut } from "./text.ts";
import { elapsed, moment } from "./times.ts";

/**
 * How a service leaked before, latest first, in at most `most` lines; the last says how many more there were.
 *
 *     BEFORE    18:20, 2h 45m          +121 a minute   full at 20:50, restarted
 *               11 Nov 15:31, 2h 48m   +118 a minute   restarted, told last at 2,914 of 4,096
 */
export function livesLines(lives: readonly EarlierLife[], now: string, look: Look, most: number): string[] {
  const shown = lives.slice(0, lives.length > most ? most - 1 : most);
  const spans = aligned(shown.map((life) => spanWords(life, now, look.zone)));
  const paces = aligned(shown.map(paceWords));
  const rows = shown.map((life, at) => `${spans[at]}   ${paces[at]}   ${endWords(life, now, look.zone)}`);
  const first = lives.at(-1);
  if (lives.length > most && first !== undefined) {
    const times = counted(lives.length - shown.length, "time");
    rows.push(`${times}${shown.length > 0 ? " more" : ""} since ${moment(first.from, now, look.zone)}`);
  }
  return rows.map((row, at) =>
    cut(`${at === 0 ? heading("BEFORE") : " ".repeat(HEADING_COLUMNS)}${row}`, look.columns),
  );
}

function aligned(words: readonly string[]): string[] {
  const widest = Math.max(0, ...words.map(({ length }) => length));
  return words.map((word) => word.padEnd(widest));
}

/** "11 Nov 15:31, 2h 48m" */
function spanWords({ from, to }: EarlierLife, now: string, zone: string): string {
  return `${moment(from, now, zone)}, ${elapsed((Date.parse(to) - Date.parse(from)) / 1000)}`;
}

function paceWords({ perMinute }: EarlierLife): string {
  return perMinute === null ? "pace not known" : `${kept(perMinute)} a minute`;
}

const ENDS: Readonly<Record<EarlierLife["end"], string>> = {
  restarted: "restarted",
  ended: "its process ended",
  cleared: "given back",
  unknown: "end not seen",
};

/** What it ran into goes before how it ended; else how far it had come when that was told last. */
function endWords({ end, exhaustedAt, open, limit }: EarlierLife, now: string, zone: string): string {
  if (exhaustedAt !== null) return `full at ${moment(exhaustedAt, now, zone)}, ${ENDS[end]}`;
  return open === null || limit === null ? ENDS[end] : `${ENDS[end]}, told last at ${ofLimit(open, limit)}`;
}
