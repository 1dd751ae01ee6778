import { setTimeout as wait } from "node:timers/promises";
import { countOpen, readDescent } from "../../kernel/probe/descent.ts";
import { SYSTEM_CLOCK } from "../../kernel/procfs/clock.ts";
import { DescryError } from "../../model/error.ts";
import type { FactSource } from "../../model/facts.ts";
import { Family } from "./family.ts";
import { type Kept, keptBy, withoutOtherEnds } from "./kept.ts";
import { Watcher } from "./watcher.ts";

/** Looks before the command when processes are named: a socket is in no table only after two readings of the tables. */
const LOOKS_BEFORE = 3;
const BETWEEN_LOOKS_BEFORE = 60;
/** Milliseconds between two counts of every process of the family: 3 us each, and one that moved asks for a look. */
const BEAT = 5;
/** Milliseconds between two looks: an eighth of the time that the run lasts, within these. */
const LEAST_BETWEEN = 25;
const MOST_BETWEEN = 150;
const SHARE_BETWEEN = 8;
/** A look that cost c is not made again before c times this: a fifth of a core at most, while much moves. */
const REST = 4;
const LONGEST_REST = 500;
/** In the first second of a run (in milliseconds) half a core: it may be all of it. */
const SHORT_RUN = 1000;

export interface RunOptions {
  readonly procfs: string;
  /** Processes that the user named, with their descendants. */
  readonly pids: readonly number[];
  /** "NAME=value" in the environment of the command: tells its descendants wherever they went. */
  readonly mark: string;
}

/** What came of a run. Times are seconds. */
export interface RunOutcome {
  readonly kept: readonly Kept[];
  readonly processes: number;
  /** Processes of other users, of which nothing could be read. */
  readonly unreadable: readonly { readonly pid: number; readonly command: string }[];
  /** Processes of the command that go on after it. */
  readonly leftRunning: readonly { readonly pid: number; readonly command: string }[];
  readonly ranSeconds: number;
}

/** Watches one command from before its start until what it left has settled. */
export class Run {
  readonly #source: FactSource;
  readonly #options: RunOptions;
  readonly #family: Family;
  readonly #watcher: Watcher;
  /** By pid: the count at the last beat. */
  readonly #counts = new Map<number, number>();
  #uptime = 0;
  #cost = 0;
  #lookedAt = 0;
  #startedAt = 0;
  #endedAt = 0;

  constructor(source: FactSource, options: RunOptions) {
    this.#source = source;
    this.#options = options;
    this.#family = new Family(options.pids, process.pid, (pid) =>
      readDescent(options.procfs, pid, options.mark),
    );
    this.#watcher = new Watcher(this.#family);
  }

  /** The counts before. Throws a DescryError when a named process is not there or may not be read. */
  async before(): Promise<void> {
    await this.#look();
    if (this.#options.pids.length > 0) this.#expectNamed();
    for (let looks = 1; this.#options.pids.length > 0 && looks < LOOKS_BEFORE; looks++) {
      await wait(BETWEEN_LOOKS_BEFORE);
      await this.#look();
    }
  }

  /** The command runs as this process; looks until it has ended. */
  async during(pid: number, ended: Promise<unknown>): Promise<void> {
    this.#family.commandIs(pid);
    this.#startedAt = SYSTEM_CLOCK.uptime();
    let over = false;
    const end = new AbortController();
    const stop = (): void => {
      this.#endedAt = SYSTEM_CLOCK.uptime();
      over = true;
      end.abort();
    };
    void ended.then(stop, stop);
    // Beside the looks, not between them: what a process gives back just before it ends is seen here or nowhere.
    const beat = setInterval(() => this.#beat(), BEAT);
    try {
      while (!over) {
        await this.#look();
        await this.#rest(end.signal);
      }
      await this.#look();
    } finally {
      clearInterval(beat);
    }
  }

  /** Looks on for that long, unless nothing is left to look at. */
  async settle(milliseconds: number, signal: AbortSignal): Promise<void> {
    const until = performance.now() + milliseconds;
    while (!signal.aborted && performance.now() < until && [...this.#family.living()].length > 0) {
      await wait(Math.min(MOST_BETWEEN, until - performance.now()), undefined, { signal }).catch(() => {});
      await this.#look();
    }
  }

  outcome(): RunOutcome {
    const { records } = this.#watcher;
    const of = (record: (typeof records)[number]) => ({
      pid: record.member.pid,
      command: commandOf(record.member.fact),
    });
    return {
      kept: withoutOtherEnds(
        records.flatMap((record) =>
          keptBy(record, { from: this.#startedAt, to: this.#endedAt, settled: this.#uptime }),
        ),
      ),
      processes: records.length,
      unreadable: records.filter(({ denied }) => denied).map(of),
      leftRunning: records
        .filter(({ member }) => member.origin === "command" && member.endedAt === null)
        .map(of),
      ranSeconds: Math.max(0, this.#endedAt - this.#startedAt),
    };
  }

  async #look(): Promise<void> {
    const from = performance.now();
    // This program itself too: what the command inherits is known by who gave it.
    const pids = new Set([process.pid, ...this.#options.pids]);
    for (const { pid } of this.#family.living()) pids.add(pid);
    const facts = await this.#source.read({ pids, closely: true });
    if (facts === null) throw new DescryError("Nothing can be read any more.", "");
    this.#uptime = facts.uptime;
    for (const member of this.#family.take(facts.facts, facts.uptime)) {
      this.#watcher.end(member);
      this.#counts.delete(member.pid);
    }
    this.#watcher.take(facts);
    this.#lookedAt = performance.now();
    this.#cost = this.#lookedAt - from;
  }

  /** Waits until a look is due, or a count has moved since the last one. */
  async #rest(signal: AbortSignal): Promise<void> {
    const ran = (this.#uptime - this.#startedAt) * 1000;
    const asked = Math.max(LEAST_BETWEEN, Math.min(MOST_BETWEEN, ran / SHARE_BETWEEN));
    const least = Math.min(LONGEST_REST, this.#cost * (ran < SHORT_RUN ? 1 : REST));
    for (;;) {
      await wait(BEAT, undefined, { signal }).catch(() => {});
      const rested = performance.now() - this.#lookedAt;
      if (signal.aborted || (rested >= least && (rested >= asked || this.#hasMoved()))) return;
    }
  }

  /** Counts everybody. None open: it is just ending, and what it held was seen before. */
  #beat(): void {
    for (const { pid } of this.#family.living()) {
      const open = countOpen(this.#options.procfs, pid);
      if (open !== null && open > 0) this.#counts.set(pid, open);
    }
  }

  /** One that has more than at the last look; one that has fewer may be ending, and is seen at the next look in its turn. */
  #hasMoved(): boolean {
    for (const member of this.#family.living()) {
      const counted = this.#counts.get(member.pid) ?? 0;
      if (counted > (this.#watcher.recordOf(member)?.open ?? 0)) return true;
    }
    return false;
  }

  #expectNamed(): void {
    for (const pid of this.#options.pids) {
      const record = this.#watcher.records.find(({ member }) => member.pid === pid);
      if (record === undefined) {
        throw new DescryError(
          `There is no process ${pid}.`,
          "Name one that runs; descry top --once lists them.",
        );
      }
      if (record.denied) {
        throw new DescryError(
          `What process ${pid} holds may not be read.`,
          "Run as its user, or as root; descry doctor says what is missing.",
        );
      }
    }
  }
}

function commandOf({
  name,
  command,
}: {
  readonly name: string;
  readonly command: readonly string[];
}): string {
  return command.join(" ") || name;
}
