import type { Subject } from "../../model/events.ts";

/** A descriptor that a process opened and that is open at the last look at it. */
export interface Birth {
  /** Seconds since boot of the look that first saw it, and of the last one that did not. */
  readonly at: number;
  readonly notBefore: number;
  /** It carried data well after it was opened, as one of a pool does; null: nobody can tell. */
  readonly usedAgain: boolean | null;
}

/** Why what a process held at its end counts as kept. */
export type Accumulation = "kept growing" | "left unused" | "held to its end";

/** Of a process that has ended fewer than these say nothing: a log file, a client, a cache. */
const LEAST = 4;
/** Opened in this many quarters of its life at least: what is set up comes in one go. */
const QUARTERS = 3;
/** And this share of them in the second half: a pool, a cache or a class path fills up more and more slowly. */
const LATE_SHARE = 1 / 4;
/** Connections opened in one go and never used again: no pool in common use keeps more than ten idle of its own accord. */
const MOST_IDLE = 10;
/** The first second of a process is its start: what is opened then and is no connection is no sign of anything. */
const START_SECONDS = 1;

/**
 * Whether a process that was started by the run piled up what it held at its end, rather than set it up: every process
 * has something open when it ends, and a program need not close its pool before it exits.
 *
 *   +5 +5 +5 +5   kept growing: a leak
 *   +20 0 0 0     connections, more than ten, never used again: left unused, a leak (also where nobody can tell)
 *   +5 0 0 0      set-up
 *   +30 +9 +2 +1  fills up more and more slowly: set-up
 *
 * `from` and `to` are its life in seconds since boot. Null: set-up.
 */
export function accumulationOf(
  subject: Subject,
  births: readonly Birth[],
  from: number,
  to: number,
): { readonly why: Accumulation; readonly count: number } | null {
  const connection = isConnection(subject);
  const counted = births.filter(({ usedAgain }) => usedAgain !== true);
  const count = counted.length;
  const afterStart = counted.filter(({ at }) => connection || at - from >= START_SECONDS).length;
  if (afterStart < LEAST) return null;
  if (keptGrowing(counted, from, to)) return { why: "kept growing", count };
  if (!connection || count <= MOST_IDLE) return null;
  const unknown = counted.some(({ usedAgain }) => usedAgain === null);
  return { why: unknown ? "held to its end" : "left unused", count };
}

/** Opened towards somebody, over a network. Unix sockets are as often pipes to a program's own children. */
function isConnection({ kind, direction }: Subject): boolean {
  return (kind === "tcp" || kind === "udp") && direction === "outbound";
}

function keptGrowing(births: readonly Birth[], from: number, to: number): boolean {
  const quarters = [0, 0, 0, 0];
  for (const { at } of births) {
    const quarter = Math.min(3, Math.max(0, Math.floor((4 * (at - from)) / Math.max(to - from, 1e-3))));
    quarters[quarter] = (quarters[quarter] ?? 0) + 1;
  }
  const late = (quarters[2] ?? 0) + (quarters[3] ?? 0);
  return quarters.filter((born) => born > 0).length >= QUARTERS && late >= births.length * LATE_SHARE;
}
