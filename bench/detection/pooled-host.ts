import { LIFETIMES, REUSED_AFTER, type Lives } from "../../src/model/closings.ts";
import type { Fact, Facts } from "../../src/model/facts.ts";
import { factsAt, NETNS, ownEnd, processOf, rowOf, STARTED_UPTIME } from "./simulated-facts.ts";

/** Ten steps are a second, at whose end the tables are read. */
export const STEP = 0.1;
const STEPS_A_TICK = 10;
/** As the kernel side tells uses: after five seconds, or an eighth of the age. */
const USE_SECONDS = 5;
const USE_SHARE = 1 / 8;

/** An outbound connection of a simulated service. Times in seconds since the simulation began. */
export interface Connection {
  readonly service: string;
  readonly peer: string;
  readonly inode: number;
  readonly number: number;
  readonly openedAt: number;
  usedAt: number;
  exchanges: number;
  /** An answer is awaited until then. */
  busyUntil: number;
  /** When the tables showed it first; null: they have not. */
  seenAt: number | null;
  toldAt: number;
}

interface Service {
  readonly pid: number;
  netns: number;
  numbers: number;
}

/**
 * A host with services that connect to others, in steps of a tenth of a second: it tells what the kernel side of descry
 * would, so that it matters when within a second a connection was opened, used and closed.
 */
export class PooledHost {
  time = 0;
  #steps = 0;
  readonly #services = new Map<string, Service>();
  readonly #open = new Set<Connection>();
  #facts: Fact[] = [];
  #closed: { readonly connection: Connection; readonly at: number }[] = [];
  #openedTo = new Set<string>();
  #inode = 1000;
  #lastTick = 0;

  /** A process of a service that the user did not ask about is told too: the analysis knows its targets. */
  service(name: string, netns = NETNS): void {
    const pid = 4000 + this.#services.size;
    this.#services.set(name, { pid, netns, numbers: 0 });
    const process = processOf(name, pid, 65_536, { name: "app", netns });
    this.#facts.push(process, { fact: "listing", pid, first: true, opened: [], closed: [] });
  }

  open(service: string, peer: string): Connection {
    const of = this.#services.get(service) as Service;
    const { time } = this;
    const connection: Connection = {
      ...{ service, peer, inode: this.#inode++, number: of.numbers++, openedAt: time, usedAt: time },
      ...{ exchanges: 0, busyUntil: time, seenAt: null, toldAt: time },
    };
    this.#open.add(connection);
    return connection;
  }

  /** Asks over a connection; the answer comes after so many seconds. */
  ask(connection: Connection, seconds = 0): void {
    connection.exchanges++;
    connection.busyUntil = this.time + seconds;
    connection.usedAt = connection.busyUntil;
  }

  close(connection: Connection): void {
    if (this.#open.delete(connection)) this.#closed.push({ connection, at: this.time });
  }

  closeAll(peer: string): void {
    for (const connection of this.#open) if (connection.peer === peer) this.close(connection);
  }

  /** A step is over; at the end of a second what a look would show, else null. */
  step(): Facts | null {
    this.#steps++;
    this.time = this.#steps * STEP;
    return this.#steps % STEPS_A_TICK === 0 ? this.#tick() : null;
  }

  #tick(): Facts {
    const { time } = this;
    const facts = this.#facts;
    this.#facts = [];
    this.#tellClosed(facts);
    const resting = new Map<string, (readonly [number, number])[]>();
    const uses = new Map<number, (readonly [number, number, number])[]>();
    for (const connection of this.#open) {
      const { netns } = this.#services.get(connection.service) as Service;
      if (connection.seenAt === null) this.#tellOpened(facts, connection, netns);
      else if (this.#isNews(connection)) {
        connection.toldAt = this.#shownUse(connection);
        uses.set(netns, [...(uses.get(netns) ?? []), useOf(connection)]);
      }
      const rest = time - connection.usedAt;
      const rests = rest >= 1 && connection.usedAt < this.#lastTick && connection.busyUntil <= time;
      if (rests && connection.usedAt - (connection.seenAt ?? time) >= REUSED_AFTER) {
        const key = `${netns} ${connection.peer}`;
        resting.set(key, [...(resting.get(key) ?? []), [connection.inode, rest] as const]);
      }
    }
    for (const [netns, sockets] of uses) facts.push({ fact: "use", netns, sockets });
    for (const key of this.#openedTo) {
      const [netns = "", address = ""] = key.split(" ");
      const sockets = resting.get(key);
      if (sockets !== undefined) facts.push({ fact: "resting", netns: Number(netns), address, sockets });
    }
    this.#openedTo = new Set();
    for (const netns of new Set([...this.#services.values()].map((one) => one.netns)))
      facts.push({ fact: "tables", netns, timeWait: 0, unaccepted: 0 });
    this.#lastTick = time;
    return factsAt(STARTED_UPTIME + time, facts);
  }

  #shownUse({ usedAt }: Connection): number {
    return Math.min(usedAt, this.time);
  }

  #isNews(connection: Connection): boolean {
    const age = this.time - (connection.seenAt ?? 0);
    return this.#shownUse(connection) - connection.toldAt >= Math.max(USE_SECONDS, age * USE_SHARE);
  }

  #tellOpened(facts: Fact[], connection: Connection, netns: number): void {
    const { inode, number, peer } = connection;
    const { pid } = this.#services.get(connection.service) as Service;
    connection.seenAt = this.time;
    this.#openedTo.add(`${netns} ${peer}`);
    facts.push({ fact: "listing", pid, first: false, opened: [[number, `socket:[${inode}]`]], closed: [] });
    const [, usedAt, segments] = useOf(connection);
    const ends = { state: "ESTABLISHED", local: ownEnd(inode), remote: peer } as const;
    facts.push(rowOf(inode, ends, { netns, usedAt, segments }));
  }

  #tellClosed(facts: Fact[]): void {
    const sums = new Map<string, { count: number; unseen: number; lives: [number, number][] }>();
    for (const { connection } of this.#closed) {
      const { seenAt, inode, number, peer, service, exchanges } = connection;
      const { pid, netns } = this.#services.get(service) as Service;
      const key = `${netns} ${peer}`;
      const sum = sums.get(key) ?? { count: 0, unseen: 0, lives: LIFETIMES.map(() => [0, 0]) };
      sums.set(key, sum);
      sum.count++;
      if (seenAt === null) {
        sum.unseen++;
        this.#openedTo.add(key);
      } else {
        facts.push({ fact: "listing", pid, first: false, opened: [], closed: [number] });
        facts.push({ fact: "socket-gone", inode });
      }
      const lived = seenAt === null ? 0 : Math.max(0.001, this.time - seenAt);
      const place = sum.lives[LIFETIMES.findIndex((end) => lived <= end)] as [number, number];
      if (exchanges > 0) [place[0], place[1]] = [place[0] + 1, place[1] + exchanges];
    }
    this.#closed = [];
    for (const [key, { count, unseen, lives }] of sums) {
      const [netns = "", address = ""] = key.split(" ");
      const head = {
        fact: "closings",
        netns: Number(netns),
        protocol: "tcp",
        direction: "outbound",
      } as const;
      facts.push({ ...head, address, count, unseen, lives: lives as unknown as Lives });
    }
  }
}

function useOf({ inode, usedAt, exchanges }: Connection): readonly [number, number, number] {
  return [inode, STARTED_UPTIME + usedAt, 2 * exchanges];
}
