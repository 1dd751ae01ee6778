import type { Coverage } from "../../model/events.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { bytes, count, counted, percent } from "./figures.ts";
import type { Look } from "./look.ts";
import { causes } from "./standing.ts";
import { portWords } from "./ports.ts";
import { cut, harmless, widthOf } from "./text.ts";
import { clock, day, elapsed, zoneName } from "./times.ts";

/** A leak of 60 a minute is suspected within this time: sooner, nothing found means little. */
const TELLING_SECONDS = 60;
export const TOO_SHORT = "too short to tell a leak";
export const LONG_ENOUGH = "give --for 2m";

/** Whether that nothing was found means little; a watch asked for so many seconds may end just before. */
export function isTooShort(watchedSeconds: number): boolean {
  return watchedSeconds < TELLING_SECONDS - 1;
}

/** What this program itself costs; null where it has not run long enough to tell. */
export interface OwnCost {
  readonly cpuPercent: number | null;
  readonly residentBytes: number;
}

/** "312 processes, all readable", "312 processes, 198 not permitted" */
export function coverageWords(coverage: Coverage): string {
  const processes = counted(coverage.processes, "process", "processes");
  return coverage.denied === 0
    ? `${processes}, all readable`
    : `${processes}, ${count(coverage.denied)} not permitted`;
}

/** "4,198 of 4,210 connections seen"; null where the kernel's counters or its feed of closings could not be read. */
export function connectionsSeen({ tcpOpened, tcpSeen }: Coverage): string | null {
  if (tcpOpened === null || tcpSeen === null || tcpOpened === 0) return null;
  return `${count(tcpSeen)} of ${counted(tcpOpened, "connection")} seen`;
}

function causeWords(snapshot: Snapshot, look: Look): { readonly text: string; readonly painted: string } {
  const { leaks, ports, suspects } = causes(snapshot);
  if (leaks + ports + suspects === 0) {
    const nothing = snapshot.watchedSeconds < TELLING_SECONDS ? "nothing found yet" : "nothing found";
    return { text: nothing, painted: nothing };
  }
  const words: string[] = [];
  const painted: string[] = [];
  if (leaks > 0) {
    words.push(counted(leaks, "leak"));
    painted.push(look.paint("leak", counted(leaks, "leak")));
  }
  if (ports > 0) {
    words.push("ports run out");
    painted.push(look.paint("leak", "ports run out"));
  }
  if (suspects > 0) {
    words.push(counted(suspects, "suspect"));
    painted.push(look.paint("suspect", counted(suspects, "suspect")));
  }
  return { text: words.join("  "), painted: painted.join("  ") };
}

/** "03:04:51 CET": the one place where a screen names its zone. */
export function clockWithZone(at: string, zone: string): string {
  return `${clock(at, zone)} ${zoneName(at, zone)}`;
}

/** Text on the left and on the right of a line of `columns`; what does not fit goes from the left one's end. */
export function spread(start: string, end: string, columns: number): string {
  const room = columns - widthOf(end) - 2;
  if (room < 10) return cut(start, columns);
  const fitting = cut(start, room);
  return fitting + " ".repeat(columns - widthOf(fitting) - widthOf(end)) + end;
}

/** The two lines above every table. */
export function headerLines(snapshot: Snapshot, own: OwnCost | null, look: Look): string[] {
  return [firstLine(snapshot, look), hostLine(snapshot, own, look.columns)];
}

function firstLine(snapshot: Snapshot, look: Look): string {
  const found = causeWords(snapshot, look);
  const host = cut(harmless(snapshot.host), 30);
  const watched = snapshot.watchedSeconds < 1 ? "first look" : `watched ${elapsed(snapshot.watchedSeconds)}`;
  const rest = `   ${coverageWords(snapshot.coverage)}   ${watched}`;
  const line = spread(
    `descry  ${host}   ${found.text}${rest}`,
    clockWithZone(snapshot.at, look.zone),
    look.columns,
  );
  // Painted last, so that cutting and spreading never meet an escape sequence.
  const from = `descry  ${host}   `.length;
  const whole = line.slice(from).startsWith(found.text);
  return whole ? line.slice(0, from) + found.painted + line.slice(from + found.text.length) : line;
}

function hostLine(snapshot: Snapshot, own: OwnCost | null, columns: number): string {
  const parts: string[] = [];
  const { openFiles, fileMax, timeWait } = snapshot;
  if (openFiles !== null) {
    parts.push(
      fileMax === null || fileMax <= 0
        ? `host files ${count(openFiles)}`
        : `host files ${count(openFiles)} (${percent(openFiles / fileMax)})`,
    );
  }
  const fullest = portWords(snapshot);
  if (fullest !== null) parts.push(fullest);
  parts.push(`${count(timeWait)} TIME_WAIT (ports, not files)`);
  const cost = own === null ? [] : [costWords(own)];
  // What could be seen matters least where there is no room.
  const whole = [...parts, ...seenWords(snapshot), ...cost].join("   ");
  return widthOf(whole) <= columns ? whole : cut([...parts, ...cost].join("   "), columns);
}

function seenWords({ coverage }: Snapshot): string[] {
  const seen = connectionsSeen(coverage);
  return seen === null ? [] : [seen];
}

function costWords({ cpuPercent, residentBytes }: OwnCost): string {
  return `descry ${cpuPercent === null ? "" : `${cpuPercent.toFixed(1)}% CPU `}${bytes(residentBytes)}`;
}

/** The line above a list of events: what is watched, and the day and zone of the times that follow. */
export function watchHeading(doing: string, snapshot: Snapshot, look: Look): string {
  const when = `${day(snapshot.at, look.zone)} ${clockWithZone(snapshot.at, look.zone)}`;
  return `descry  ${doing} ${cut(harmless(snapshot.host), 60)}   ${coverageWords(snapshot.coverage)}   ${when}`;
}
