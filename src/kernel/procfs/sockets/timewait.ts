import type { Direction, Fact } from "../../../model/facts.ts";
import { formatEndpoint, IPV4_DIGITS, isMappedAt, parseHex } from "./address.ts";
import type { InetRow } from "./inetrow.ts";

/** A socket that listens in the table being read. */
interface Listener {
  readonly key: string;
  readonly anyAddress: boolean;
  readonly address: string;
}

interface Count {
  readonly direction: Direction;
  readonly address: string;
  now: number;
  said: number;
}

/**
 * Counts TIME_WAIT rows: towards the remote address, or, where the local port is listened on, towards the listener.
 * Listening sockets stand first in each table, so one pass is enough. Rows are counted under a key of their bytes; an
 * address is printed when it is met for the first time.
 */
export class TimeWaits {
  private readonly counts = new Map<string | number, Count>();
  private readonly listeners = new Map<number, Listener[]>();
  private total = 0;

  get rows(): number {
    return this.total;
  }

  begin(): void {
    this.total = 0;
    for (const count of this.counts.values()) count.now = 0;
  }

  beginTable(): void {
    this.listeners.clear();
  }

  listen(bytes: Buffer, row: InetRow, digits: number): void {
    const key = bytes.toString("latin1", row.local, row.local + digits);
    const listener = { key, anyAddress: /^0+$/.test(key), address: formatEndpoint(bytes, row.local, digits) };
    const same = this.listeners.get(row.localPort);
    if (same === undefined) this.listeners.set(row.localPort, [listener]);
    else same.push(listener);
  }

  count(bytes: Buffer, row: InetRow, digits: number): void {
    this.total++;
    const listeners = this.listeners.get(row.localPort);
    if (listeners !== undefined) this.countInbound(bytes, row, digits, listeners);
    else this.countOutbound(bytes, row, digits);
  }

  /** Says the counts that have changed; of an address without rows, 0 once. */
  say(facts: Fact[], netns: number): void {
    for (const [key, count] of this.counts) {
      if (count.now !== count.said) {
        facts.push({
          fact: "time-wait",
          netns,
          address: count.address,
          direction: count.direction,
          count: count.now,
        });
        count.said = count.now;
      }
      if (count.now === 0) this.counts.delete(key);
    }
  }

  private countInbound(bytes: Buffer, row: InetRow, digits: number, listeners: readonly Listener[]): void {
    const key = bytes.toString("latin1", row.local, row.local + digits);
    const listener =
      listeners.find((one) => one.key === key) ?? listeners.find((one) => one.anyAddress) ?? listeners[0];
    if (listener !== undefined) this.add(listener.address, "inbound", () => listener.address);
  }

  private countOutbound(bytes: Buffer, row: InetRow, digits: number): void {
    const key = remoteKey(bytes, row.remote, digits);
    this.add(key, "outbound", () => formatEndpoint(bytes, row.remote, digits));
  }

  private add(key: string | number, direction: Direction, address: () => string): void {
    const count = this.counts.get(key);
    if (count !== undefined) count.now++;
    else this.counts.set(key, { direction, address: address(), now: 1, said: 0 });
  }
}

/** One key for one address: an IPv4 address and its port in one number, mapped into IPv6 or not; else the digits. */
function remoteKey(bytes: Buffer, start: number, digits: number): string | number {
  const last = start + digits - IPV4_DIGITS;
  if (digits === IPV4_DIGITS || isMappedAt(bytes, start))
    return parseHex(bytes, last, 8) * 65536 + parseHex(bytes, last + 9, 4);
  return `>${bytes.toString("latin1", start, start + digits + 5)}`;
}
