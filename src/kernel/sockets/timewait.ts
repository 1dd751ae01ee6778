import type { Fact } from "../../model/facts.ts";
import type { Direction } from "../../model/socket-facts.ts";
import type { Listeners } from "./listeners.ts";
import type { Ends } from "./row.ts";

interface Count {
  readonly direction: Direction;
  readonly address: string;
  now: number;
  said: number;
}

/**
 * Counts TIME_WAIT rows: towards the remote address, or, where the local port is listened on, towards the listener.
 * Listening sockets stand first in each table, so one pass is enough. An address is printed when it is met for the
 * first time.
 */
export class TimeWaits {
  private readonly counts = new Map<string | number, Count>();
  private total = 0;

  get rows(): number {
    return this.total;
  }

  begin(): void {
    this.total = 0;
    for (const count of this.counts.values()) count.now = 0;
  }

  count(ends: Ends, listeners: Listeners): void {
    this.total++;
    const listener = listeners.find(ends);
    const key = listener === undefined ? ends.remoteKey() : `<${listener.address}`;
    const count = this.counts.get(key);
    if (count !== undefined) {
      count.now++;
      return;
    }
    const direction = listener === undefined ? "outbound" : "inbound";
    this.counts.set(key, { direction, address: listener?.address ?? ends.remote(), now: 1, said: 0 });
  }

  /** Says the counts that have changed; of an address without rows, 0 once. */
  say(facts: Fact[], netns: number): void {
    for (const [key, count] of this.counts) {
      const { direction, address, now, said } = count;
      if (now !== said) facts.push({ fact: "time-wait", netns, address, direction, count: now });
      count.said = now;
      if (now === 0) this.counts.delete(key);
    }
  }
}
