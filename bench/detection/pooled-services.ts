import { poisson } from "./simulated-host.ts";
import { STEP, type Connection, type PooledHost } from "./pooled-host.ts";

/** What a simulated service does in each step. */
export type Conduct = (host: PooledHost, random: () => number) => void;

export const SERVICE = "shop";
export const DATABASE = "10.0.0.2:3306";

export interface PoolTraits {
  readonly size: number;
  /** Beyond the size, closed when they come back to a full pool: SQLAlchemy's max_overflow. */
  readonly overflow?: number;
  /** Hands out the one that was given back last. */
  readonly lifo?: boolean;
  /** A connection that is older than this is replaced when it is handed out: pool_recycle, maxLifetime. */
  readonly lifetime?: number;
}

/** Connections kept to be used again, as SQLAlchemy's QueuePool and HikariCP keep them. */
export class SimulatedPool {
  readonly #host: PooledHost;
  readonly #traits: PoolTraits;
  #idle: Connection[] = [];
  #out = 0;

  constructor(host: PooledHost, traits: PoolTraits, full: boolean) {
    this.#host = host;
    this.#traits = traits;
    while (full && this.#idle.length < traits.size) this.#idle.push(this.#open());
  }

  take(): Connection | null {
    const { size, overflow = 0, lifo, lifetime = Infinity } = this.#traits;
    const idle = lifo === true ? this.#idle.pop() : this.#idle.shift();
    if (idle === undefined && this.#out >= size + overflow) return null;
    this.#out++;
    if (idle !== undefined && this.#host.time - idle.openedAt < lifetime) return idle;
    if (idle !== undefined) this.#host.close(idle);
    return this.#open();
  }

  giveBack(connection: Connection): void {
    this.#out--;
    if (this.#idle.length >= this.#traits.size) this.#host.close(connection);
    else this.#idle.push(connection);
  }

  /** The other end was started again: every connection is made anew, all at once. */
  reconnect(): void {
    for (const connection of this.#idle) this.#host.close(connection);
    this.#idle = this.#idle.map(() => this.#open());
  }

  #open(): Connection {
    const connection = this.#host.open(SERVICE, DATABASE);
    this.#host.ask(connection);
    return connection;
  }
}

export interface Requests {
  /** A second, at that second. */
  readonly perSecond: (second: number) => number;
  /** Queries over the connection while it is taken, how long each takes, and what the program does after each. */
  readonly queries: number;
  readonly querySeconds: number;
  readonly pauseSeconds?: number;
}

/** Requests that are served with connections of a pool; one that gets none waits. */
export function servedFrom(traits: PoolTraits, requests: Requests, full = true): Conduct {
  const { perSecond, queries, querySeconds, pauseSeconds = 0 } = requests;
  let pool: SimulatedPool | null = null;
  let waiting = 0;
  const working = new Set<{ readonly connection: Connection; left: number; nextAt: number }>();
  return (host, random) => {
    pool ??= new SimulatedPool(host, traits, full);
    for (const work of working) {
      if (host.time < work.nextAt) continue;
      if (work.left === 0) {
        working.delete(work);
        pool.giveBack(work.connection);
        continue;
      }
      work.left--;
      host.ask(work.connection, querySeconds);
      work.nextAt = host.time + querySeconds + pauseSeconds;
    }
    waiting += poisson(perSecond(host.time) * STEP, random);
    for (; waiting > 0; waiting--) {
      const connection = pool.take();
      if (connection === null) return;
      working.add({ connection, left: queries, nextAt: host.time });
    }
  };
}

/** Opens connections of its own beside all else; the share of them that is kept is never closed. */
export function beside(perMinute: number, kept = 0, exchanges = 4, service = SERVICE): Conduct {
  let [owed, leaks] = [0, 0];
  return (host) => {
    for (owed += (perMinute / 60) * STEP; owed >= 1; owed--) {
      const connection = host.open(service, DATABASE);
      for (let times = 0; times < exchanges; times++) host.ask(connection);
      leaks += kept;
      if (leaks >= 1) leaks--;
      else host.close(connection);
    }
  };
}

export function together(...conducts: readonly Conduct[]): Conduct {
  return (host, random) => {
    for (const conduct of conducts) conduct(host, random);
  };
}

/** Only from a second on, and until another. */
export function between(from: number, to: number, conduct: Conduct): Conduct {
  return (host, random) => {
    if (host.time >= from && host.time < to) conduct(host, random);
  };
}
