import type { Attention, Fact, GapReason, Openings } from "../../model/facts.ts";
import { Allowance } from "./allowance.ts";
import type { Changes, MissedSockets } from "./descriptors.ts";
import { noteHolders } from "./fdinfo/holders.ts";
import type { ToldGaps } from "./gaps.ts";
import type { Listed, Lister } from "./lister.ts";
import type { WatchedProcess } from "./process.ts";
import type { Slices } from "./slices.ts";

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
/** A process whose count does not move can have closed one and opened another: listed all the same within these seconds. */
const QUIET_SECONDS = 600;
/** A process whose descriptors may not be listed is tried again this often, in seconds. */
const DENIED_SECONDS = 60;
/** Openings in one fact at most. */
const MOST_OPENINGS = 1000;

/**
 * Lists descriptors: those of a process seen for the first time, of those whose count moved, of those under
 * suspicion, and of all others within ten minutes. Never opens a descriptor or follows a link.
 */
export class Listings {
  private readonly attentive = new Allowance(ATTENTIVE_SHARE);
  private readonly other = new Allowance(SHARE);
  private readonly lister: Lister;
  private readonly gaps: ToldGaps;
  private readonly missed: MissedSockets;
  private lastAt: number | null = null;

  constructor(lister: Lister, gaps: ToldGaps, missed: MissedSockets) {
    this.lister = lister;
    this.gaps = gaps;
    this.missed = missed;
  }

  async read(
    facts: Fact[],
    processes: Iterable<WatchedProcess>,
    attention: Attention,
    uptime: number,
    slices: Slices,
  ): Promise<void> {
    const start = this.lastAt === null;
    const lastTickAt = this.lastAt ?? uptime;
    const elapsed = start ? 1 : uptime - lastTickAt;
    this.lastAt = uptime;
    const { stretch = 1 } = attention;
    this.attentive.earn(elapsed / stretch);
    this.other.earn(elapsed / stretch);
    const due: WatchedProcess[] = [];
    for (const process of processes) {
      if (start && attention.closely === true && !attention.pids.has(process.pid)) {
        process.nextListingAt = Infinity;
      } else if (isDue(process, attention, uptime)) due.push(process);
      else if (!process.moved) process.restedAt = uptime;
    }
    due.sort((one, other) => one.listedAt - other.listedAt || one.pid - other.pid);
    // The first look at the host is complete whatever it costs.
    const chosen = start ? due : this.affordable(due, attention);
    for await (const listed of this.lister.list(chosen, uptime, this.missed, slices)) {
      const { process, seconds } = listed;
      if (!start) this.allowanceOf(process, attention).spend(seconds - process.listingCost);
      this.take(facts, listed, uptime, lastTickAt);
      if (slices.over()) await slices.rest();
    }
  }

  /** Those that there is an allowance for. What a listing cost last time is spent now, the rest when it is known. */
  private *affordable(due: readonly WatchedProcess[], attention: Attention): Generator<WatchedProcess> {
    for (const process of due) {
      const allowance = this.allowanceOf(process, attention);
      if (attention.closely !== true && !allowance.left()) continue;
      allowance.spend(process.listingCost);
      yield process;
    }
  }

  private allowanceOf(process: WatchedProcess, attention: Attention): Allowance {
    return attention.pids.has(process.pid) ? this.attentive : this.other;
  }

  private take(facts: Fact[], listed: Listed, uptime: number, lastTickAt: number): void {
    const { process, outcome, seconds } = listed;
    const first = !process.listed;
    if (!("reason" in outcome)) {
      process.moved = false;
      process.listed = true;
      noteHolders(process, outcome);
      sayListing(facts, process.pid, first, process.restedAt < lastTickAt ? process.restedAt : null, outcome);
      process.restedAt = uptime;
    } else if (outcome.reason !== "exited") {
      this.deny(facts, process, outcome.reason, uptime);
    }
    process.listedAt = uptime;
    process.listingCost = first ? seconds / FIRST_LISTING : seconds;
  }

  private deny(facts: Fact[], process: WatchedProcess, reason: GapReason, uptime: number): void {
    this.gaps.tell(facts, `pid ${process.pid}`, process.pid, "descriptors", reason);
    process.nextListingAt = uptime + DENIED_SECONDS;
  }
}

function isDue(process: WatchedProcess, attention: Attention, uptime: number): boolean {
  if (uptime < process.nextListingAt) return false;
  const attentive = attention.pids.has(process.pid);
  const rested = uptime - process.listedAt;
  const rest = attention.closely === true ? CLOSE_REST : attentive ? ATTENTIVE_REST : REST;
  if (rested < process.listingCost * rest * (attention.stretch ?? 1)) return false;
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
  const names = renamed.length > 0 ? { renamed } : {};
  const [most, ...others] = pieces(opened);
  facts.push({ ...head, opened: most, closed, ...names });
  for (const piece of others) facts.push({ ...head, opened: piece, closed: [] });
}

/** At least one, and as many as one fact may have in each. */
function pieces(openings: Changes["opened"]): [Openings, ...Openings[]] {
  const first = openings.length > MOST_OPENINGS ? openings.slice(0, MOST_OPENINGS) : openings;
  const others: Openings[] = [];
  for (let at = MOST_OPENINGS; at < openings.length; at += MOST_OPENINGS)
    others.push(openings.slice(at, at + MOST_OPENINGS));
  return [first, ...others];
}
