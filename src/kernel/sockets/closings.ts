import { type ClosingsFact, LIFETIMES, type Lives } from "../../model/closings.ts";
import type { Fact } from "../../model/facts.ts";
import type { Direction } from "../../model/socket-facts.ts";
import type { PackedRows } from "../sockdiag/packed.ts";
import type { KnownCookies } from "./cookies.ts";
import type { Listeners } from "./listeners.ts";
import type { RestingConnections } from "./rests.ts";

const UDP = 17;
/** Addresses told one by one in a tick. */
const MOST_ADDRESSES = 100;

/** What the readings of a namespace's tables have shown, and what they want to know of its closings. */
export interface KnownSockets {
  readonly listeners: Listeners;
  readonly cookies: KnownCookies;
  readonly rests: RestingConnections;
}

interface Count {
  readonly protocol: ClosingsFact["protocol"];
  readonly direction: Direction;
  readonly address: string;
  count: number;
  unseen: number;
  /** Connections and exchanges in turn, for each of LIFETIMES. */
  readonly lives: Float64Array;
}

/** Sums the closings of one tick by where the connections led. */
export class Closings {
  private readonly counts = new Map<string | number, Count>();

  take(rows: PackedRows, { listeners, cookies, rests }: KnownSockets, uptime: number): void {
    while (rows.next()) {
      const firstSeen = cookies.take(rows.cookie);
      const protocol = rows.transport === UDP ? "udp" : "tcp";
      // A TCP socket without a peer listened, was never connected, or was reset by its own process: nobody can tell.
      if (rows.remotePort === 0 && protocol === "tcp") continue;
      const count = this.countOf(rows, protocol, listeners);
      count.count++;
      if (firstSeen === null) count.unseen++;
      if (protocol === "udp") continue;
      // One that was never answered was refused, or only knocked: it did no work that a pool could have done.
      if (rows.exchanges > 0) addLife(count.lives, firstSeen, uptime, rows.exchanges);
      if (firstSeen === null && count.direction === "outbound") rests.note(rows.remoteKey(), count.address);
    }
  }

  /** Says the sums, the largest addresses one by one and the others together, and begins anew. */
  say(facts: Fact[], netns: number): void {
    const counts = [...this.counts.values()].toSorted((one, other) => other.count - one.count);
    const others = new Map<string, Count>();
    for (const [place, count] of counts.entries()) {
      if (place < MOST_ADDRESSES) facts.push(closingsFact(netns, count));
      else addTo(others, count);
    }
    for (const count of others.values()) facts.push(closingsFact(netns, count));
    this.counts.clear();
  }

  private countOf(rows: PackedRows, protocol: Count["protocol"], listeners: Listeners): Count {
    const listener = protocol === "tcp" ? listeners.find(rows) : undefined;
    const key = keyOf(rows, protocol, listener?.address);
    const known = this.counts.get(key);
    if (known !== undefined) return known;
    const address = listener?.address ?? (rows.remotePort === 0 ? "" : rows.remote());
    const count = blank(protocol, listener === undefined ? "outbound" : "inbound", address);
    this.counts.set(key, count);
    return count;
  }
}

function blank(protocol: Count["protocol"], direction: Direction, address: string): Count {
  return { protocol, direction, address, count: 0, unseen: 0, lives: new Float64Array(2 * LIFETIMES.length) };
}

function addLife(lives: Float64Array, firstSeen: number | null, uptime: number, exchanges: number): void {
  if (Number.isNaN(firstSeen)) return;
  const seconds = firstSeen === null ? 0 : Math.max(0.001, uptime - firstSeen);
  const place = 2 * LIFETIMES.findIndex((end) => seconds <= end);
  lives[place] = (lives[place] as number) + 1;
  lives[place + 1] = (lives[place + 1] as number) + exchanges;
}

function closingsFact(netns: number, { lives, ...count }: Count): ClosingsFact {
  const fact: ClosingsFact = { fact: "closings", netns, ...count };
  return lives.every((figure) => figure === 0) ? fact : { ...fact, lives: livesOf(lives) };
}

function livesOf(lives: Float64Array): Lives {
  const at = (place: number) => [lives[2 * place] as number, lives[2 * place + 1] as number] as const;
  return [at(0), at(1), at(2), at(3)];
}

function keyOf(rows: PackedRows, protocol: Count["protocol"], listener: string | undefined): string | number {
  if (listener !== undefined) return `<${listener}`;
  if (protocol === "tcp") return rows.remoteKey();
  return rows.remotePort === 0 ? "udp" : `udp ${rows.remoteKey()}`;
}

function addTo(others: Map<string, Count>, { protocol, direction, count, unseen, lives }: Count): void {
  const key = `${protocol} ${direction}`;
  const sum = others.get(key) ?? blank(protocol, direction, "");
  sum.count += count;
  sum.unseen += unseen;
  for (const [place, figure] of lives.entries()) sum.lives[place] = (sum.lives[place] as number) + figure;
  others.set(key, sum);
}
