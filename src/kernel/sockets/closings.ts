import type { ClosingsFact, Direction, Fact } from "../../model/facts.ts";
import type { PackedRows } from "../sockdiag/packed.ts";
import type { KnownCookies } from "./cookies.ts";
import type { Listeners } from "./listeners.ts";

const UDP = 17;
/** Addresses told one by one in a tick. */
const MOST_ADDRESSES = 100;

interface Count {
  readonly protocol: ClosingsFact["protocol"];
  readonly direction: Direction;
  readonly address: string;
  count: number;
  unseen: number;
}

/** Sums the closings of one tick by where the connections led. */
export class Closings {
  private readonly counts = new Map<string | number, Count>();

  take(rows: PackedRows, listeners: Listeners, cookies: KnownCookies): void {
    while (rows.next()) {
      const unseen = cookies.take(rows.cookie) ? 0 : 1;
      const protocol = rows.transport === UDP ? "udp" : "tcp";
      // A TCP socket without a peer listened, was never connected, or was reset by its own process: nobody can tell.
      if (rows.remotePort === 0 && protocol === "tcp") continue;
      const count = this.countOf(rows, protocol, listeners);
      count.count++;
      count.unseen += unseen;
    }
  }

  /** Says the sums, the largest addresses one by one and the others together, and begins anew. */
  say(facts: Fact[], netns: number): void {
    const counts = [...this.counts.values()].toSorted((one, other) => other.count - one.count);
    const others = new Map<string, Count>();
    for (const [place, count] of counts.entries()) {
      if (place < MOST_ADDRESSES) facts.push({ fact: "closings", netns, ...count });
      else addTo(others, count);
    }
    for (const count of others.values()) facts.push({ fact: "closings", netns, ...count });
    this.counts.clear();
  }

  private countOf(rows: PackedRows, protocol: Count["protocol"], listeners: Listeners): Count {
    const listener = protocol === "tcp" ? listeners.find(rows) : undefined;
    const key = keyOf(rows, protocol, listener?.address);
    const known = this.counts.get(key);
    if (known !== undefined) return known;
    const address = listener?.address ?? (rows.remotePort === 0 ? "" : rows.remote());
    const direction = listener === undefined ? "outbound" : "inbound";
    const count = { protocol, direction, address, count: 0, unseen: 0 } as const satisfies Count;
    this.counts.set(key, count);
    return count;
  }
}

function keyOf(rows: PackedRows, protocol: Count["protocol"], listener: string | undefined): string | number {
  if (listener !== undefined) return `<${listener}`;
  if (protocol === "tcp") return rows.remoteKey();
  return rows.remotePort === 0 ? "udp" : `udp ${rows.remoteKey()}`;
}

function addTo(others: Map<string, Count>, { protocol, direction, count, unseen }: Count): void {
  const key = `${protocol} ${direction}`;
  const sum = others.get(key) ?? { protocol, direction, address: "", count: 0, unseen: 0 };
  sum.count += count;
  sum.unseen += unseen;
  others.set(key, sum);
}
