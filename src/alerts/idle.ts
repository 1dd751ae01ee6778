import type { Process } from "../census/processes.ts";
import type { LastUse } from "../census/row-columns.ts";
import { pastGrowth } from "../indicators/past.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { PastGrowth } from "../model/events.ts";

/** When the connections of a class last carried data, as far as the kernel tells. */
export interface IdleTimes {
  /** Seconds for which the least and the most idle of them have carried no data. */
  least: number;
  most: number;
  /** Those that were there before anybody looked: what the past is read from. */
  readonly before: LastUse[];
}

/** By class, of the connections that these processes hold; a socket that several hold counts once. */
export function idleTimes(ledger: Ledger, processes: Iterable<Process>): ReadonlyMap<number, IdleTimes> {
  const walk = new IdleWalk(ledger);
  for (const process of processes)
    for (const slot of ledger.census.descriptors.ofProcess(process.index)) walk.meet(slot);
  return walk.byClass;
}

/**
 * What is done for each descriptor stands apart from the loop: V8 compiles a long loop while it runs, and throws that away
 * when it is over. Drawn every 20 s over 100,000 descriptors, compiling took as long as the walk.
 */
class IdleWalk {
  readonly byClass = new Map<number, IdleTimes>();
  readonly #met = new Set<number>();
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  meet(slot: number): void {
    const { census, now } = this.#ledger;
    const { descriptors } = census;
    const inode = descriptors.inode.get(slot);
    const classId = descriptors.classId[slot] as number;
    if (inode === 0 || classId < 0 || this.#met.has(inode)) return;
    const use = census.sockets.lastUse(inode);
    if (use === null) return;
    this.#met.add(inode);
    const times = this.#timesOf(classId, Math.max(0, now - use.usedAt));
    if (descriptors.openedAt.get(slot) === Number.NEGATIVE_INFINITY) times.before.push(use);
  }

  #timesOf(classId: number, idle: number): IdleTimes {
    let times = this.byClass.get(classId);
    if (times === undefined) this.byClass.set(classId, (times = { least: idle, most: idle, before: [] }));
    times.least = Math.min(times.least, idle);
    times.most = Math.max(times.most, idle);
    return times;
  }
}

/** The past of those connections with dates; `at` is now, in Unix milliseconds. Null: it tells nothing. */
export function datedPast(
  times: IdleTimes | undefined,
  { now, startedAt }: Ledger,
  at: number,
): PastGrowth | null {
  const past = times === undefined ? null : pastGrowth(times.before, now);
  if (past === null) return null;
  const dateOf = (uptime: number): string => new Date(at - (now - uptime) * 1000).toISOString();
  const { from, to, bins, left } = past;
  return {
    ...{ from: dateOf(from), to: dateOf(to), watchedFrom: dateOf(startedAt ?? now), bins, left },
    binSeconds: Math.round(past.binSeconds * 10) / 10,
    perMinute: Math.round(past.perMinute * 10) / 10,
  };
}
