import type { Attention, Fact } from "../../model/facts.ts";
import { type IdentityReader, sameProcess } from "./identity.ts";
import { hasEnded, leaderHasExited } from "./pidstat.ts";
import { ageOf, type WatchedProcess } from "./process.ts";

/** Who a process is may change without a sign in the pulse (exec, prlimit): looked at again after half its age ... */
const LOOK_AGE_SHARE = 2;
/** ... but at least this often, in seconds, */
export const LOOK_SECONDS = 60;
/** and, while its count moves or it has attention, this often. */
const ATTENTIVE_LOOK_SECONDS = 5;
/** In a short watch that has to miss nothing, after this share of its age: a command becomes another within milliseconds. */
const CLOSE_LOOK_AGE_SHARE = 1 / 4;
/** Command line and uid are read again this often, and with each look while the process is young or after exec. */
const DEEP_LOOK_SECONDS = 300;
const YOUNG_SECONDS = 60;
/** Looks in one tick at most: 1.5 ms, so that 10,000 processes take longer and not more. */
const MOST_LOOKS = 40;

/** What becomes of a process that was looked at. */
export interface Looked {
  exit(facts: Fact[], process: WatchedProcess): void;
  /** It has more than one thread. */
  threaded(facts: Fact[], process: WatchedProcess, uptime: number): void;
}

/** Looks again, now and then, at who the watched processes are. */
export class Looks {
  private readonly identity: IdentityReader;
  private readonly looked: Looked;

  constructor(identity: IdentityReader, looked: Looked) {
    this.identity = identity;
    this.looked = looked;
  }

  /** The process was just met: says when it is looked at next. */
  static begin(process: WatchedProcess, uptime: number): void {
    process.metAt = uptime;
    process.lookedAt = uptime;
    process.nextDeepLookAt = uptime + DEEP_LOOK_SECONDS;
    // Those found at the start are not all looked at again in one tick.
    process.nextLookAt = uptime + Math.min(lookAfter(process, uptime), 1 + (process.pid % LOOK_SECONDS));
  }

  /** Those that have waited longest are looked at first, when there are too many for one tick. */
  read(
    facts: Fact[],
    watched: ReadonlyMap<number, WatchedProcess>,
    attention: Attention,
    uptime: number,
  ): void {
    const due: WatchedProcess[] = [];
    for (const process of watched.values()) {
      const attentive = process.moved || attention.pids.has(process.pid);
      const rested = uptime - process.lookedAt;
      const least = attention.closely === true ? closeRest(process, uptime) : ATTENTIVE_LOOK_SECONDS;
      if (uptime >= process.nextLookAt || (attentive && rested >= least)) due.push(process);
    }
    if (due.length > MOST_LOOKS) due.sort((one, other) => one.lookedAt - other.lookedAt);
    for (const process of due.slice(0, MOST_LOOKS)) this.look(facts, process, uptime);
  }

  private look(facts: Fact[], process: WatchedProcess, uptime: number): void {
    const stat = this.identity.readStat(facts, process.pid);
    process.lookedAt = uptime;
    process.nextLookAt = uptime + lookAfter(process, uptime);
    // Gone or another one: the next tick sees it in the pulse. A zombie that had nothing open does not show there.
    if (typeof stat === "string" || stat.startTicks !== process.startTicks) return;
    const thread = process.fact.threadOf !== undefined;
    if (hasEnded(stat) || (thread && leaderHasExited(stat))) {
      this.looked.exit(facts, process);
      return;
    }
    const changed = stat.execMark !== process.execMark || stat.name !== process.fact.name;
    const deep = changed || ageOf(process, uptime) < YOUNG_SECONDS || uptime >= process.nextDeepLookAt;
    const fact = this.identity.readProcess(facts, stat, process.pid, process.fact, deep);
    process.execMark = stat.execMark;
    if (deep) process.nextDeepLookAt = uptime + DEEP_LOOK_SECONDS;
    if (!sameProcess(process.fact, fact)) {
      process.fact = fact;
      facts.push(fact);
    }
    if (stat.threads > 1 && !thread) this.looked.threaded(facts, process, uptime);
  }
}

function lookAfter(process: WatchedProcess, uptime: number): number {
  return Math.min(LOOK_SECONDS, Math.max(1, ageOf(process, uptime) / LOOK_AGE_SHARE));
}

function closeRest(process: WatchedProcess, uptime: number): number {
  return Math.min(ATTENTIVE_LOOK_SECONDS, ageOf(process, uptime) * CLOSE_LOOK_AGE_SHARE);
}
