/** Facts as lines that the reader takes. */
import type { Fact, ListingFact, Opening, ProcessFact } from "../model/facts.ts";
import { checkFact, LineFault } from "./check.ts";
import { LISTED_PER_LINE, MAX_ARGUMENT, MAX_ARGUMENTS, MAX_LINE_BYTES } from "./limits.ts";

/** Bytes that JSON may need for one UTF-16 unit: \u001f. */
const JSON_BYTES = 6;
/** Bytes of a line for what stands around a list or a command. */
const ROOM_AROUND = 64 * 1024;

/**
 * The fact as JSON, without newlines: one line as a rule, several for a long listing, which says the same (see
 * ListingFact). A command line that is longer than a line may be loses its end, which is marked by an ellipsis.
 * Throws a TypeError for a fact that no recording can hold: that is a bug where it was read.
 */
export function toLines(fact: Fact): string[] {
  const plain = asArrays(fact);
  const line = JSON.stringify(plain);
  return fits(plain, line) ? [line] : cut(plain).map(toFittingLine);
}

/** Openings may come packed. */
function asArrays(fact: Fact): Fact {
  return fact.fact === "listing" ? { ...fact, opened: [...fact.opened] } : fact;
}

function fits(fact: Fact, line: string): boolean {
  // Three bytes is the most that UTF-8 needs for one UTF-16 unit.
  if (line.length * 3 > MAX_LINE_BYTES && Buffer.byteLength(line) > MAX_LINE_BYTES) return false;
  try {
    checkFact(fact);
    return true;
  } catch (error) {
    if (error instanceof LineFault) return false;
    throw error;
  }
}

function toFittingLine(fact: Fact): string {
  const line = JSON.stringify(fact);
  if (Buffer.byteLength(line) > MAX_LINE_BYTES)
    throw new TypeError(`a "${fact.fact}" fact is too long for a line`);
  try {
    checkFact(fact);
  } catch (error) {
    throw new TypeError(`a fact for a recording ${error instanceof Error ? error.message : ""}`, {
      cause: error,
    });
  }
  return line;
}

function cut(fact: Fact): Fact[] {
  if (fact.fact === "listing") return cutListing(fact);
  if (fact.fact === "process") return [cutCommand(fact)];
  if (fact.fact === "use") return groups(fact.sockets, () => 64).map((sockets) => ({ ...fact, sockets }));
  return [fact];
}

/** Closings come first, since a number that is given out again stands in both; renamings last. */
function cutListing(fact: ListingFact): ListingFact[] {
  const { pid, first, since } = fact;
  const piece = (part: Partial<ListingFact>): ListingFact => {
    const head = { fact: "listing", pid, first, ...(since === undefined ? {} : { since }) } as const;
    return { ...head, opened: [], closed: [], ...part };
  };
  return [
    ...groups(fact.closed, () => 16).map((closed) => piece({ closed })),
    ...groups([...fact.opened], openingBytes).map((opened) => piece({ opened })),
    ...groups(fact.renamed ?? [], openingBytes).map((renamed) => piece({ renamed })),
  ];
}

function openingBytes([, link]: Opening): number {
  return link.length * JSON_BYTES + 32;
}

function groups<T>(items: readonly T[], costOf: (item: T) => number): T[][] {
  const all: T[][] = [];
  let group: T[] = [];
  let room = MAX_LINE_BYTES - ROOM_AROUND;
  for (const item of items) {
    const cost = costOf(item);
    if (group.length === 0 || group.length >= LISTED_PER_LINE || cost > room) {
      group = [];
      all.push(group);
      room = MAX_LINE_BYTES - ROOM_AROUND;
    }
    group.push(item);
    room -= cost;
  }
  return all;
}

function cutCommand(fact: ProcessFact): ProcessFact {
  const command: string[] = [];
  let room = Math.floor((MAX_LINE_BYTES - ROOM_AROUND) / JSON_BYTES);
  for (const argument of fact.command) {
    const most = Math.min(room, MAX_ARGUMENT) - 1;
    if (most < 1 || command.length === MAX_ARGUMENTS - 1) {
      command.push("…");
      break;
    }
    const kept = argument.length <= most ? argument : `${argument.slice(0, most)}…`;
    command.push(kept);
    room -= kept.length + 1;
  }
  return { ...fact, command };
}
