import type { Process } from "../census/processes.ts";
import type { DescriptorListing, NoListing, OpenDescriptor } from "../model/open-descriptor.ts";
import type { Analysis } from "./analysis.ts";

/** Of one process; of more, those with the lowest numbers. */
export const MOST_DESCRIPTORS = 20_000;
/** So many are told together: a fraction of a millisecond of work. */
export const AT_ONCE = 100;

/** The first that is told: everything but the descriptors themselves. */
export type ListingHead = Omit<DescriptorListing, "descriptors">;

export type ListingPart =
  | { readonly head: ListingHead }
  | { readonly descriptors: readonly OpenDescriptor[] }
  | { readonly none: NoListing };

/** What a process has open, in parts, each of which is little work. Not to be asked for while facts are taken. */
export function* drawListing(analysis: Analysis, pid: number): Generator<ListingPart> {
  const { ledger } = analysis;
  const process = ledger.census.processes.byPid(pid);
  const refusal = refusalOf(process);
  if (process === undefined || refusal !== null) {
    yield { none: refusal ?? "gone" };
    return;
  }
  const slots = ledger.census.descriptors.ofProcess(process.index);
  const { fact, service } = process;
  const instant = instants(analysis);
  yield {
    head: {
      ...{ at: instant(ledger.now), watchedFrom: instant(ledger.startedAt ?? ledger.now) },
      ...{ pid, startTicks: fact.startTicks, command: fact.command.join(" ") || fact.name, service },
      open: process.open ?? slots.length,
      leftOut: Math.max(0, slots.length - MOST_DESCRIPTORS),
    },
  };
  const told = slots.slice(0, MOST_DESCRIPTORS);
  for (let from = 0; from < told.length; from += AT_ONCE)
    yield {
      descriptors: told.slice(from, from + AT_ONCE).map((slot) => descriptorIn(analysis, slot, instant)),
    };
}

function refusalOf(process: Process | undefined): NoListing | null {
  if (process === undefined) return "gone";
  if (process.denied) return "denied";
  return process.listed ? null : "unlisted";
}

/** Seconds since boot as a date; by the clock of the last tick, so that one that was set moves them all. */
function instants({ ledger, at }: Analysis): (uptime: number) => string {
  return (uptime) => new Date(at - (ledger.now - uptime) * 1000).toISOString();
}

function descriptorIn(
  { ledger: { census, now } }: Analysis,
  slot: number,
  instant: (uptime: number) => string,
): OpenDescriptor {
  const { descriptors, links, sockets, classes } = census;
  const target = links.target(descriptors.link[slot] as number);
  const classId = descriptors.classId[slot] as number;
  const traits = classId < 0 ? null : classes.get(classId);
  const found = target.kind === "socket-other" ? sockets.get(descriptors.inode.get(slot)) : undefined;
  const row = found === undefined || found.gone ? null : found;
  const isUnix = row?.protocol === "unix";
  const openedAt = descriptors.openedAt.get(slot);
  return {
    number: descriptors.number[slot] as number,
    kind: traits?.subject.kind ?? target.kind,
    path: isUnix ? (orNone(row.local) ?? orNone(row.remote)) : target.path,
    local: row === null || isUnix ? null : orNone(row.local),
    peer: row === null || isUnix || row.state === "LISTEN" ? null : orNone(row.remote),
    direction: row?.direction ?? null,
    state: row?.state ?? null,
    openedAt: openedAt === Number.NEGATIVE_INFINITY ? null : instant(Math.min(openedAt, now)),
    unusedSeconds:
      row === null || row.usedAt === null || row.state === "LISTEN" ? null : tenths(now - row.usedAt),
    unread: row?.protocol === "tcp" && row.state === "ESTABLISHED" ? row.unreadSince !== null : null,
    ghost: traits?.group === "no-row",
  };
}

function orNone(text: string): string | null {
  return text === "" ? null : text;
}

function tenths(seconds: number): number {
  return Math.max(0, Math.round(seconds * 10) / 10);
}
