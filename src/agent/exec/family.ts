import type { Fact, ProcessFact } from "../../model/facts.ts";
import type { Descent } from "../../kernel/probe/descent.ts";

/** Why a process is looked at: it came from the command, or the user named it (or it descends from one named). */
export type Origin = "command" | "named";

export interface Member {
  readonly pid: number;
  readonly startTicks: number;
  readonly origin: Origin;
  /** It was there before the command. */
  readonly elder: boolean;
  fact: ProcessFact;
  /** Seconds since boot of the look that missed it; null while it lives. */
  endedAt: number | null;
}

/**
 * The processes of a run: the command with all that comes from it, however they leave their parents, and those that
 * were named. A process belongs to the command when its parent does, when its session or process group was made by
 * one that does, or when its environment has the mark that the command was started with: the parent is gone after a
 * double fork, the session is another after setsid(2), but the environment stays.
 */
export class Family {
  readonly members: Member[] = [];
  readonly #self: number;
  readonly #named: ReadonlySet<number>;
  readonly #descentOf: (pid: number) => Descent;
  readonly #living = new Map<number, Member>();
  /** Processes that are there and belong to nobody, by pid. */
  readonly #strangers = new Map<number, ProcessFact>();
  /** Leaders of sessions and groups: pids of the command's processes. A pid is not given out while its group lives. */
  readonly #leaders = new Set<number>();
  #command: number | null = null;
  #ended: Member[] = [];

  /** `self` is this program, which is nobody's even where a shell that started it was named. */
  constructor(named: readonly number[], self: number, descentOf: (pid: number) => Descent) {
    this.#self = self;
    this.#named = new Set(named);
    this.#descentOf = descentOf;
  }

  living(): Iterable<Member> {
    return this.#living.values();
  }

  byPid(pid: number): Member | undefined {
    return this.#living.get(pid);
  }

  /** The command was started as this process. */
  commandIs(pid: number): void {
    this.#command = pid;
    const stranger = this.#strangers.get(pid);
    if (stranger !== undefined) this.#admit(stranger, "command");
  }

  /** Takes one look's facts; the members that have ended since the last one come back. */
  take(facts: readonly Fact[], uptime: number): readonly Member[] {
    this.#ended = [];
    const before = this.members.length;
    for (const fact of facts) {
      if (fact.fact === "exit") this.#exit(fact.pid, fact.startTicks, uptime);
      else if (fact.fact === "process" && fact.threadOf === undefined) this.#process(fact, uptime);
    }
    // At the first look a child may come before the parent that makes it a member.
    for (let added = this.members.length > before; added;) {
      added = false;
      for (const fact of this.#strangers.values()) added = this.#consider(fact, false) || added;
    }
    return this.#ended;
  }

  #process(fact: ProcessFact, uptime: number): void {
    const known = this.#living.get(fact.pid);
    if (known !== undefined && known.startTicks === fact.startTicks) {
      known.fact = fact;
      return;
    }
    if (known !== undefined) this.#exit(fact.pid, known.startTicks, uptime);
    const met = this.#strangers.get(fact.pid);
    this.#strangers.set(fact.pid, fact);
    this.#consider(fact, this.#command !== null && met?.startTicks !== fact.startTicks);
  }

  #exit(pid: number, startTicks: number, uptime: number): void {
    this.#strangers.delete(pid);
    const member = this.#living.get(pid);
    if (member === undefined || member.startTicks !== startTicks) return;
    member.endedAt = uptime;
    this.#ended.push(member);
    this.#living.delete(pid);
  }

  /** `asNew`: it came after the command, so its descent is worth a look into its environment. */
  #consider(fact: ProcessFact, asNew: boolean): boolean {
    const parent = this.#living.get(fact.parent);
    if (fact.pid === this.#self) return false;
    if (fact.pid === this.#command) this.#admit(fact, "command");
    else if (this.#named.has(fact.pid) && this.#command === null) this.#admit(fact, "named");
    else if (parent !== undefined) this.#admit(fact, parent.origin);
    else if (asNew && this.#comesFromCommand(fact.pid)) this.#admit(fact, "command");
    else return false;
    return true;
  }

  #comesFromCommand(pid: number): boolean {
    const { marked, session, group } = this.#descentOf(pid);
    return (
      marked ||
      (session !== null && this.#leaders.has(session)) ||
      (group !== null && this.#leaders.has(group))
    );
  }

  #admit(fact: ProcessFact, origin: Origin): void {
    this.#strangers.delete(fact.pid);
    const { pid, startTicks } = fact;
    const member = { pid, startTicks, origin, elder: this.#command === null, fact, endedAt: null };
    this.members.push(member);
    this.#living.set(pid, member);
    if (origin === "command") this.#leaders.add(pid);
  }
}
