import type { Process } from "../census/processes.ts";
import { pastGrowth, type LastUse } from "../indicators/past.ts";
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
export function idleTimes({ census, now }: Ledger, processes: Iterable<Process>): Map<number, IdleTimes> {
  const byClass = new Map<number, IdleTimes>();
  const met = new Set<number>();
  const { descriptors, sockets } = census;
  for (const process of processes) {
    for (const slot of descriptors.ofProcess(process.index)) {
      const inode = descriptors.inode.get(slot);
      const classId = descriptors.classId[slot] as number;
      if (inode === 0 || classId < 0 || met.has(inode)) continue;
      const row = sockets.get(inode);
      if (row === undefined || row.usedAt === null || row.state === "LISTEN") continue;
      met.add(inode);
      const idle = Math.max(0, now - row.usedAt);
      let times = byClass.get(classId);
      if (times === undefined) byClass.set(classId, (times = { least: idle, most: idle, before: [] }));
      times.least = Math.min(times.least, idle);
      times.most = Math.max(times.most, idle);
      if (descriptors.openedAt.get(slot) === Number.NEGATIVE_INFINITY)
        times.before.push({ usedAt: row.usedAt, segments: row.segments });
    }
  }
  return byClass;
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
