import type { Ends } from "./row.ts";

/** A socket that listens. */
export interface Listener {
  readonly key: string | number;
  readonly anyAddress: boolean;
  readonly address: string;
}

/** The listening sockets of one reading. They tell which connections came in: those with a listener's local port. */
export class Listeners {
  private readonly byPort = new Map<number, Listener[]>();
  private readonly ports = new Set<number>();

  add(ends: Ends): void {
    this.ports.add(ends.localPort);
    const listener = { key: ends.sourceKey(), anyAddress: ends.isAnyLocal(), address: ends.local() };
    const same = this.byPort.get(place(ends));
    if (same === undefined) this.byPort.set(place(ends), [listener]);
    else same.push(listener);
  }

  /** Whether somebody listens on the port, of whichever address: connect(2) takes none of those by itself. */
  hasPort(port: number): boolean {
    return this.ports.has(port);
  }

  /** The listener that a connection came in by: one of its local address, else one of all; undefined: it went out. */
  find(ends: Ends): Listener | undefined {
    const listeners = this.byPort.get(place(ends));
    if (listeners === undefined || listeners.length === 1) return listeners?.[0];
    const key = ends.sourceKey();
    return (
      listeners.find((one) => one.key === key) ?? listeners.find((one) => one.anyAddress) ?? listeners[0]
    );
  }
}

function place(ends: Ends): number {
  return ends.localPort * 8 + ends.family;
}
