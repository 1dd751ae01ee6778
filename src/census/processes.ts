import type { ProcessFact } from "../model/facts.ts";
import type { Targets } from "../model/targets.ts";
import { isNamed, serviceName } from "./service.ts";
import { findUnit } from "./unit.ts";

/** Clock ticks a second in /proc/PID/stat: fixed in the kernel's interface (USER_HZ). */
const USER_HZ = 100;

/** A process that is there, and what is known of it. */
export interface Process {
  readonly index: number;
  fact: ProcessFact;
  service: string;
  /** Whether the user asked for it to be judged. */
  judged: boolean;
  /** Open descriptors as the kernel counts them; null before the first count. */
  open: number | null;
  /** Its descriptors were listed at least once. */
  listed: boolean;
  /** Why its descriptors may not be listed. */
  denied: boolean;
}

/** The processes that are there now, by pid and by a small index that never changes while one lives. */
export class ProcessTable {
  readonly #targets: Targets;
  #byPid = new Map<number, Process>();
  #byIndex: (Process | undefined)[] = [];
  #free: number[] = [];
  /** Start of the processes that the user named, by pid. */
  readonly #named = new Map<number, number>();

  constructor(targets: Targets) {
    this.#targets = targets;
  }

  get size(): number {
    return this.#byPid.size;
  }

  all(): Iterable<Process> {
    return this.#byPid.values();
  }

  byPid(pid: number): Process | undefined {
    return this.#byPid.get(pid);
  }

  byIndex(index: number): Process {
    const found = this.#byIndex[index];
    if (found === undefined) throw new RangeError(`no process has the index ${index}`);
    return found;
  }

  add(fact: ProcessFact): Process {
    const index = this.#free.pop() ?? this.#byIndex.length;
    const service = serviceName(fact);
    const made: Process = {
      index,
      fact,
      service,
      judged: this.#isJudged(fact, service),
      open: null,
      listed: false,
      denied: false,
    };
    this.#byIndex[index] = made;
    this.#byPid.set(fact.pid, made);
    return made;
  }

  /** Whether what is said of a process now makes it another service, or one that is judged. */
  wouldChange(process: Process, fact: ProcessFact): boolean {
    const service = serviceName(fact);
    return service !== process.service || (!process.judged && this.#isJudged(fact, service));
  }

  /** What is said of it now. One that was judged stays so: exec must not hide a target. */
  change(process: Process, fact: ProcessFact): void {
    const service = serviceName(fact);
    process.fact = fact;
    process.service = service;
    process.judged ||= this.#isJudged(fact, service);
  }

  /** Processes that were met before the target they descend from: at the first look pids come in any order. */
  lateTargets(): Process[] {
    if (this.#targets.pids.length === 0) return [];
    return [...this.#byPid.values()].filter(
      ({ judged, fact, service }) => !judged && this.#isJudged(fact, service),
    );
  }

  remove(process: Process): void {
    this.#byPid.delete(process.fact.pid);
    this.#byIndex[process.index] = undefined;
    this.#free.push(process.index);
  }

  #isJudged({ pid, startTicks, parent }: ProcessFact, service: string): boolean {
    const { pids, services } = this.#targets;
    if (pids.length === 0 && services.length === 0) return true;
    if (this.#isNamed(pid, startTicks) || services.some((name) => isNamed(service, name))) return true;
    return pids.length > 0 && this.#descendsFromTarget(parent);
  }

  /** A pid that the user named means the process that had it first, not one that is given it later. */
  #isNamed(pid: number, startTicks: number): boolean {
    if (!this.#targets.pids.includes(pid)) return false;
    const first = this.#named.get(pid);
    if (first === undefined) this.#named.set(pid, startTicks);
    return first === undefined || first === startTicks;
  }

  #descendsFromTarget(parent: number): boolean {
    // A chain of parents ends at pid 0 or 1; the bound is against a recording that says otherwise.
    let pid = parent;
    for (let step = 0; step < 64 && pid > 1; step++) {
      if (this.#targets.pids.includes(pid)) return true;
      pid = this.#byPid.get(pid)?.fact.parent ?? 0;
    }
    return false;
  }
}

/** Seconds after boot at which the process started. */
export function startedAt({ startTicks }: ProcessFact): number {
  return startTicks / USER_HZ;
}

/** Where RLIMIT_NOFILE of a process comes from, as far as it can be told; null when its limit is not known. */
export function limitOrigin(fact: ProcessFact, parent: ProcessFact | undefined): string | null {
  if (fact.softLimit === null) return null;
  const own =
    fact.softLimit === fact.hardLimit
      ? "soft = hard"
      : `soft; hard ${fact.hardLimit?.toLocaleString("en-US") ?? "?"}`;
  const unit = findUnit(fact.cgroup);
  if (unit !== null) return `likely LimitNOFILE of ${unit.name}, ${own}`;
  if (parent === undefined || parent.softLimit === null) return own;
  if (parent.softLimit === fact.softLimit) return `inherited from ${parent.name} (pid ${parent.pid}), ${own}`;
  return `set for this process, ${own}`;
}
