import type { Fact } from "../../model/facts.ts";
import type { CountersFact, SocketFact, SocketProtocol, Use } from "../../model/socket-facts.ts";
import type { ToldGaps } from "../procfs/gaps.ts";
import type { ProcFiles } from "../procfs/reading.ts";
import { parseSnmp } from "../procfs/sockets/snmp.ts";
import type { NamespaceDiag } from "../sockdiag/sockdiag.ts";
import { ClosedFirst } from "./closed-first.ts";
import { KnownCookies } from "./cookies.ts";
import { Listeners } from "./listeners.ts";
import { PortUse } from "./ports.ts";
import type { Ends, SocketRow, TableRows } from "./row.ts";
import { RestingConnections } from "./rests.ts";
import { RowStore } from "./rowstore.ts";
import type { Effort } from "./effort.ts";
import type { NetworkSettings } from "./settings.ts";
import { isNetFolder, TableSource } from "./tablesource.ts";
import { TimeWaits } from "./timewait.ts";

/** Sockets in one fact at most. */
const MOST_USES = 1000;

/** Tells when a socket was missed in its table. */
export type Missed = (inode: number) => void;

/**
 * The socket tables of one network namespace: says what is new, changed, used and gone since they were read before.
 *
 * 20,000 TCP rows of which nothing is new: through sock_diag, with idle times, 22 ms in another thread and 4 ms on the
 * main one; through /proc/PID/net, without them, 53 ms on the main one; `ss -tani` takes 180 ms (Linux 6.18, one core).
 */
export class NamespaceTables {
  readonly netns: number;
  /** Sockets that were missing in the last reading: a second one says whether they are gone. */
  waiting = 0;
  /** When all of them were last read, in seconds of uptime. */
  completeAt = -Infinity;
  /** The sockets that listened in the last reading. */
  listeners = new Listeners();
  readonly cookies = new KnownCookies();
  readonly rests = new RestingConnections();
  /** A short watch that has to miss nothing: each use is told. */
  closely = false;
  private readonly rows = new RowStore();
  private readonly timeWaits = new TimeWaits();
  private readonly ports: PortUse;
  private readonly closedFirst = new ClosedFirst();
  private readonly gaps: ToldGaps;
  private readonly files: ProcFiles;
  private readonly owner: string;
  private readonly source: TableSource;
  private listening = new Listeners();
  private allCookies = false;
  private uptime = 0;
  private unaccepted = 0;
  private uses: Use[] = [];
  private counters: CountersFact | null = null;

  constructor(netns: number, gaps: ToldGaps, files: ProcFiles, settings: NetworkSettings) {
    this.netns = netns;
    this.ports = new PortUse(netns, settings);
    this.gaps = gaps;
    this.files = files;
    this.owner = `netns ${netns}`;
    this.source = new TableSource(this.owner, gaps, files);
  }

  /** Seconds that the last reading took off the main thread. */
  get costElsewhere(): number {
    return this.source.cost;
  }

  /** Local ports towards some address run short: reading cannot wait until something moves. */
  get pressing(): boolean {
    return this.ports.pressing;
  }

  /** Whether a socket stood in a table in the last reading or the one before. */
  has(inode: number): boolean {
    return this.rows.has(inode);
  }

  /**
   * Reads every table, through `diag` as far as that can; `folder` is the /proc/PID/net of a process in this
   * namespace. False when that process is gone: nothing has been said then that needs another.
   */
  async read(
    facts: Fact[],
    folder: string,
    diag: NamespaceDiag | null,
    uptime: number,
    effort: Effort,
    missed: Missed,
  ): Promise<boolean> {
    if (!isNetFolder(this.files, folder)) return false;
    this.begin(uptime);
    for await (const { protocol, rows } of this.source.parts(facts, folder, diag, effort))
      await this.take(facts, protocol, rows, effort);
    if (this.source.exited) return false;
    this.sayUses(facts);
    this.sayCounters(facts, folder);
    this.listeners = this.listening;
    // Where a table is missing nothing can be said to have left.
    if (!this.source.complete) return true;
    this.completeAt = uptime;
    this.cookies.end(this.rows.size);
    this.waiting = this.rows.end((inode) => facts.push({ fact: "socket-gone", inode }), missed);
    this.timeWaits.say(facts, this.netns);
    this.ports.say(facts);
    this.closedFirst.say(facts, this.netns, this.rows.size, (inode) => this.rows.has(inode));
    this.rests.say(facts, this.netns);
    facts.push({
      fact: "tables",
      netns: this.netns,
      timeWait: this.timeWaits.rows,
      unaccepted: this.unaccepted,
    });
    return true;
  }

  /** No process is left in the namespace: all that was said of it is over. */
  end(facts: Fact[]): void {
    for (const inode of this.rows.inodesNow()) facts.push({ fact: "socket-gone", inode });
    this.timeWaits.begin();
    this.timeWaits.say(facts, this.netns);
    this.ports.end(facts);
    this.gaps.forget(this.owner);
  }

  private begin(uptime: number): void {
    this.uptime = uptime;
    this.rows.begin(uptime, this.closely);
    this.timeWaits.begin();
    this.ports.begin();
    this.listening = new Listeners();
    this.allCookies = this.cookies.begin(uptime);
    this.rests.begin(uptime);
    this.unaccepted = 0;
    this.uses = [];
  }

  private async take(
    facts: Fact[],
    protocol: SocketProtocol,
    rows: TableRows,
    effort: Effort,
  ): Promise<void> {
    while (rows.next()) {
      this.takeRow(facts, protocol, rows.row, rows.ends);
      if (effort.over()) await effort.rest();
    }
  }

  private takeRow(facts: Fact[], protocol: SocketProtocol, row: SocketRow, ends: Ends | null): void {
    if (protocol === "tcp" && ends !== null) this.takeTcp(row, ends);
    if (row.inode !== 0) this.takeOpen(facts, protocol, row, ends);
  }

  private takeTcp(row: SocketRow, ends: Ends): void {
    if (row.state === "LISTEN") {
      this.listening.add(ends);
      return;
    }
    this.ports.count(row, ends, this.listening);
    if (row.state === "TIME_WAIT") {
      this.timeWaits.count(ends, this.listening);
      this.closedFirst.take(row.cookie);
    } else if (row.inode === 0) {
      if (row.state === "ESTABLISHED") this.unaccepted++;
      this.cookies.add(row.cookie);
    }
  }

  /** A row that a descriptor may belong to. */
  private takeOpen(facts: Fact[], protocol: SocketProtocol, row: SocketRow, ends: Ends | null): void {
    const { inode } = row;
    const { low, high } = row.print();
    const news = this.rows.see(inode, low, high, row.usedAt);
    if (this.allCookies || news === "row") this.cookies.add(row.cookie);
    if (news === "row" && protocol === "tcp") this.closedFirst.see(row.cookie, inode);
    // Linux before 4.6 does not count segments with data.
    if (news === "use" && !Number.isNaN(row.segments)) this.uses.push(useOf(row));
    if (protocol === "tcp" && ends !== null) this.takeRest(row, ends);
    const fact = news === "row" ? socketFact(this.netns, protocol, row) : null;
    if (fact !== null) facts.push(fact);
  }

  /** A row that is new was opened since the last reading; one that was there may have rested meanwhile. */
  private takeRest(row: SocketRow, ends: Ends): void {
    const { firstSeen } = this.rows;
    if (firstSeen < this.uptime) this.rests.take(row, ends, firstSeen);
    else if (row.state !== "LISTEN" && this.listening.find(ends) === undefined)
      this.rests.note(ends.remoteKey(), ends.remote());
  }

  private sayUses(facts: Fact[]): void {
    for (let at = 0; at < this.uses.length; at += MOST_USES)
      facts.push({ fact: "use", netns: this.netns, sockets: this.uses.slice(at, at + MOST_USES) });
  }

  private sayCounters(facts: Fact[], folder: string): void {
    const bytes = this.files.read(`${folder}/snmp`);
    if (typeof bytes === "string") return;
    const openings = parseSnmp(bytes.toString("latin1"));
    if (openings === null) return;
    const { activeOpens, passiveOpens } = openings;
    const before = this.counters;
    if (before?.activeOpens === activeOpens && before.passiveOpens === passiveOpens) return;
    this.counters = { fact: "counters", netns: this.netns, activeOpens, passiveOpens };
    facts.push(this.counters);
  }
}

function socketFact(netns: number, protocol: SocketProtocol, row: SocketRow): SocketFact | null {
  const { state } = row;
  if (state === null) return null;
  return {
    fact: "socket",
    netns,
    inode: row.inode,
    protocol,
    state,
    local: row.local(),
    remote: row.remote(),
    receiveQueue: row.receiveQueue,
    ...(row.uid === null ? {} : { uid: row.uid }),
    ...(Number.isNaN(row.usedAt) ? {} : { usedAt: milliseconds(row.usedAt) }),
    ...(Number.isNaN(row.segments) ? {} : { segments: row.segments }),
    ...(Number.isNaN(row.exchanges) ? {} : { exchanges: row.exchanges }),
  };
}

function useOf({ inode, usedAt, segments, exchanges }: SocketRow): Use {
  const use = [inode, milliseconds(usedAt), segments] as const;
  return Number.isNaN(exchanges) ? use : [...use, exchanges];
}

/** The kernel says it in jiffies, of 1 to 10 ms. */
function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
