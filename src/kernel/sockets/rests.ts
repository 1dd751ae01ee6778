import { REUSED_AFTER, type Resting } from "../../model/closings.ts";
import type { Fact } from "../../model/facts.ts";
import type { Ends, SocketRow } from "./row.ts";

/** Less than this without data, in seconds, is the time between two requests. */
const LEAST_REST = 1;
/** Connections told of one address. */
const MOST_TOLD = 100;

/**
 * Which connections of a pool stood idle while others were opened beside them. Whoever takes a connection from a pool
 * makes it carry data, or awaits an answer; so one that has carried none since before the last reading, and awaits
 * none, could have been taken instead of each that was opened since then.
 */
export class RestingConnections {
  /** By the key of the remote address: those to which something was opened since the last reading. */
  private readonly opened = new Map<string | number, string>();
  private readonly resting = new Map<string | number, Resting[]>();
  private lastAt = Infinity;
  private uptime = 0;

  /** Whether a reading would tell something of an opening that was heard of. */
  get asked(): boolean {
    return this.opened.size > 0;
  }

  begin(uptime: number): void {
    this.uptime = uptime;
    this.resting.clear();
  }

  /** Something was opened towards that address since the last reading. */
  note(key: string | number, address: string): void {
    if (!this.opened.has(key)) this.opened.set(key, address);
  }

  /** A row that was there before, first seen at `firstSeenAt`. */
  take(row: SocketRow, ends: Ends, firstSeenAt: number): void {
    const { usedAt, awaits } = row;
    // NaN, not known, is in no order.
    if (!(usedAt - firstSeenAt >= REUSED_AFTER) || awaits) return;
    const rest = this.uptime - usedAt;
    if (rest < LEAST_REST || !(usedAt < this.lastAt)) return;
    const key = ends.remoteKey();
    const known = this.resting.get(key);
    const one: Resting = [row.inode, Math.round(rest * 10) / 10];
    if (known === undefined) this.resting.set(key, [one]);
    else if (known.length < MOST_TOLD) known.push(one);
  }

  /** The reading is over. */
  say(facts: Fact[], netns: number): void {
    this.lastAt = this.uptime;
    for (const [key, address] of this.opened) {
      const sockets = this.resting.get(key);
      if (sockets !== undefined) facts.push({ fact: "resting", netns, address, sockets });
    }
    this.opened.clear();
    this.resting.clear();
  }
}
