import type { Attention, Fact, Opening } from "../../model/facts.ts";
import type { Clock } from "./clock.ts";
import { type Changes, mergeListing, type MissedAt, parseNumbers } from "./descriptors.ts";
import type { ToldGaps } from "./gaps.ts";
import type { WatchedProcess } from "./process.ts";
import { readLink, readNames } from "./reading.ts";

/** A listing that cost c seconds is not made again before c times this: 4 % of a core for a process under suspicion ... */
const ATTENTIVE_REST = 25;
/** (half of a core in a short watch that has to miss nothing) */
const CLOSE_REST = 1;
/** ... and 1 % for any other. */
const REST = 100;
/** A first listing reads every link and costs about this many times what the next ones do. */
const FIRST_LISTING = 4;
/** All processes together may take these shares of a core; what is due beyond them waits, the longest waiting first. */
const ATTENTIVE_SHARE = 0.04;
const SHARE = 0.01;
/** Unused share is kept for this many seconds. */
const SHARE_KEPT_SECONDS = 2;
/** A process whose count does not move can have closed one and opened another: listed all the same within these seconds. */
const QUIET_SECONDS = 600;
/** A process whose descriptors may not be listed is tried again this often, in seconds. */
const DENIED_SECONDS = 60;
/** Openings in one fact at most. */
const MOST_OPENINGS = 1000;

/** A share of a core, as seconds of work that may be done. */
class Allowance {
  private seconds = 0;
  private readonly share: number;

  constructor(share: number) {
    this.share = share;
  }

  earn(elapsed: number): void {
    this.seconds = Math.min(this.share * SHARE_KEPT_SECONDS, this.seconds + elapsed * this.share);
  }

  left(): boolean {
    return this.seconds > 0;
  }

  /** May go below zero: the next ticks make up for it. */
  spend(seconds: number): void {
    this.seconds -= seconds;
  }
}

/**
 * Lists descriptors: those of a process seen for the first time, of those whose count moved, of those under
 * suspicion, and of all others within ten minutes. 100,000 descriptors: 130 ms to list, 400 ms more to read every
 * link (Linux 6.18, one core). Never opens a descriptor or follows a link.
 */
export class Listings {
  private readonly attentive = new Allowance(ATTENTIVE_SHARE);
  private readonly other = new Allowance(SHARE);
  private readonly gaps: ToldGaps;
  private readonly missedAt: MissedAt;
  private readonly clock: Clock;
  private lastAt: number | null = null;

  constructor(gaps: ToldGaps, clock: Clock, missedAt: MissedAt) {
    this.clock = clock;
    this.gaps = gaps;
    this.missedAt = missedAt;
  }

  read(facts: Fact[], processes: Iterable<WatchedProcess>, attention: Attention, uptime: number): void {
    const start = this.lastAt === null;
    const lastTickAt = this.lastAt ?? uptime;
    const elapsed = start ? 1 : uptime - lastTickAt;
    this.lastAt = uptime;
    this.attentive.earn(elapsed);
    this.other.earn(elapsed);
    const due: WatchedProcess[] = [];
    for (const process of processes) {
      if (start && attention.closely === true && !attention.pids.has(process.pid)) {
        process.nextListingAt = Infinity;
      } else if (isDue(process, attention, uptime)) due.push(process);
      else if (!process.moved) process.restedAt = uptime;
    }
    due.sort((one, other) => one.listedAt - other.listedAt || one.pid - other.pid);
    for (const process of due) {
      const allowance = attention.pids.has(process.pid) ? this.attentive : this.other;
      // The first look at the host is complete whatever it costs.
      if (!start && attention.closely !== true && !allowance.left()) continue;
      const seconds = this.list(facts, process, uptime, lastTickAt);
      if (!start) allowance.spend(seconds);
    }
  }

  /** Lists one process and gives the seconds it took. */
  private list(facts: Fact[], process: WatchedProcess, uptime: number, lastTickAt: number): number {
    const from = this.clock.stopwatch();
    const first = !process.listed;
    const names = readNames(process.folder);
    const changes = Array.isArray(names) ? this.merge(facts, process, parseNumbers(names), uptime) : null;
    if (!Array.isArray(names) && names.reason !== "exited") this.deny(facts, process, names.reason, uptime);
    if (changes !== null) {
      process.moved = false;
      process.listed = true;
      sayListing(facts, process.pid, first, process.restedAt < lastTickAt ? process.restedAt : null, changes);
      process.restedAt = uptime;
    }
    const seconds = this.clock.stopwatch() - from;
    process.listedAt = uptime;
    process.listingCost = first ? seconds / FIRST_LISTING : seconds;
    return seconds;
  }

  private merge(facts: Fact[], process: WatchedProcess, numbers: Int32Array, uptime: number): Changes | null {
    const prefix = `${process.folder}/`;
    const own = process.pid === globalThis.process.pid ? `/${process.pid}/fd` : null;
    let reason: "denied" | "unsupported" | null = null;
    const lookAt = (number: number): string | null => {
      const link = readLink(prefix + number);
      // The folder that is just being listed is open while it is.
      if (typeof link === "string") return own !== null && link.endsWith(own) ? null : link;
      if (link === null) return null;
      reason = link.reason === "denied" ? "denied" : "unsupported";
      throw new LinkRefused();
    };
    try {
      return mergeListing(process.descriptors, numbers, uptime, lookAt, this.missedAt);
    } catch (error) {
      if (!(error instanceof LinkRefused)) throw error;
      this.deny(facts, process, reason ?? "unsupported", uptime);
      return null;
    }
  }

  private deny(
    facts: Fact[],
    process: WatchedProcess,
    reason: "denied" | "unsupported" | "overflow" | "malformed",
    uptime: number,
  ): void {
    this.gaps.tell(facts, `pid ${process.pid}`, process.pid, "descriptors", reason);
    process.nextListingAt = uptime + DENIED_SECONDS;
  }
}

/** A link may not be read although the folder may be listed: nothing of the process can be known. */
class LinkRefused extends Error {}

function isDue(process: WatchedProcess, attention: Attention, uptime: number): boolean {
  if (uptime < process.nextListingAt) return false;
  const attentive = attention.pids.has(process.pid);
  const rested = uptime - process.listedAt;
  const rest = attention.closely === true ? CLOSE_REST : attentive ? ATTENTIVE_REST : REST;
  if (rested < process.listingCost * rest) return false;
  return attentive || process.moved || rested >= quietSeconds(process.pid);
}

/** Between half of the ten minutes and all of them, so that processes found together are not listed together again. */
function quietSeconds(pid: number): number {
  return QUIET_SECONDS / 2 + (pid % (QUIET_SECONDS / 2));
}

function sayListing(
  facts: Fact[],
  pid: number,
  first: boolean,
  since: number | null,
  changes: Changes,
): void {
  const { opened, closed, renamed } = changes;
  if (!first && opened.length + closed.length + renamed.length === 0) return;
  const head = { fact: "listing", pid, first, ...(since === null || first ? {} : { since }) } as const;
  const names: { renamed?: Opening[] } = renamed.length > 0 ? { renamed } : {};
  facts.push({ ...head, opened: opened.slice(0, MOST_OPENINGS), closed, ...names });
  for (let at = MOST_OPENINGS; at < opened.length; at += MOST_OPENINGS) {
    facts.push({ ...head, opened: opened.slice(at, at + MOST_OPENINGS), closed: [] });
  }
}
