import type { Process } from "../census/processes.ts";
import { readableCommand } from "../census/readable-command.ts";
import type { Baselines } from "../model/baselines.ts";

/** A program, and since when it has been known to be the one behind a service. */
export interface KnownProgram {
  readonly program: string;
  /** Unix milliseconds. */
  readonly learnedFrom: number;
  readonly learnedUntil: number;
}

/**
 * Which program is behind each service: the command of its oldest process, without what a deploy changes. What was
 * learned of a service is forgotten with its program.
 */
export class KnownPrograms {
  readonly #programs = new Map<string, KnownProgram>();
  /** Services in which another program was found at the last look: a helper that outlives its master is not the program. */
  #suspected = new Map<string, string>();
  /** Services that had a process at the last look. */
  #present: ReadonlySet<string> = new Set();

  constructor(known: Baselines) {
    for (const { service, program, learnedFrom, learnedUntil } of known.services)
      this.#programs.set(service, { program, learnedFrom, learnedUntil });
  }

  get(service: string): KnownProgram | undefined {
    return this.#programs.get(service);
  }

  services(): Iterable<string> {
    return this.#programs.keys();
  }

  /** Looks who leads each service at this clock; yields the services whose program is another one now. */
  *look(processes: Iterable<Process>, at: number): Generator<string> {
    const suspected = new Map<string, string>();
    const leading = leadingPrograms(processes);
    this.#present = new Set(leading.keys());
    for (const [service, program] of leading) {
      const known = this.#programs.get(service);
      if (known === undefined || known.program === program) {
        this.#programs.set(service, { program, learnedFrom: known?.learnedFrom ?? at, learnedUntil: at });
      } else if (this.#suspected.get(service) === program) {
        this.#programs.set(service, { program, learnedFrom: at, learnedUntil: at });
        yield service;
      } else suspected.set(service, program);
    }
    this.#suspected = suspected;
  }

  /** Gives up services that are there no more and of which nothing is to be kept: commands have names without end. */
  forget(isKept: (service: string) => boolean): void {
    for (const service of this.#programs.keys())
      if (!this.#present.has(service) && !isKept(service)) this.#programs.delete(service);
  }
}

function leadingPrograms(processes: Iterable<Process>): Map<string, string> {
  const leading = new Map<string, Process>();
  for (const process of processes) {
    if (!process.judged) continue;
    const first = leading.get(process.service);
    if (first === undefined || isOlder(process, first)) leading.set(process.service, process);
  }
  const programs = new Map<string, string>();
  for (const [service, { fact }] of leading) programs.set(service, readableCommand(fact.name, fact.command));
  return programs;
}

function isOlder({ fact: one }: Process, { fact: other }: Process): boolean {
  return one.startTicks < other.startTicks || (one.startTicks === other.startTicks && one.pid < other.pid);
}
