import { startedAt, type Process } from "../census/processes.ts";

/** Lifetimes remembered of each service. */
const MOST_LIVES = 16;
/** A process that lives shorter is a command that somebody ran, and no worker. */
const SHORTEST_LIFE = 20;

/** A process that ended with descriptors of a class still open; times in seconds since boot. */
export interface Ending {
  readonly startedAt: number;
  readonly endedAt: number;
  /** When those came that were open at its end, as far as that is known. */
  readonly came: number[];
}

/** What went with processes, and how long those had lived: workers that are replaced hide what they do not give back. */
export class Endings {
  /** Of this tick, by class and then by process. */
  readonly #ended = new Map<number, Map<number, Ending>>();
  readonly #lives = new Map<string, number[]>();

  begin(): void {
    this.#ended.clear();
  }

  /** A descriptor of a class, which came at `cameAt`, goes with its process. */
  note(classId: number, { index, fact }: Process, cameAt: number, now: number): void {
    let ended = this.#ended.get(classId);
    if (ended === undefined) this.#ended.set(classId, (ended = new Map()));
    let ending = ended.get(index);
    if (ending === undefined)
      ended.set(index, (ending = { startedAt: startedAt(fact), endedAt: now, came: [] }));
    if (cameAt !== Number.NEGATIVE_INFINITY) ending.came.push(cameAt);
  }

  exited({ fact, service }: Process, now: number): void {
    const life = now - startedAt(fact);
    if (life < SHORTEST_LIFE) return;
    const lives = this.#lives.get(service) ?? [];
    this.#lives.set(service, [...lives.slice(1 - MOST_LIVES), life]);
  }

  anyOf(classId: number): boolean {
    return this.#ended.has(classId);
  }

  /** Processes that ended in this tick with something of the class open. */
  of(classId: number): Iterable<Ending> {
    return this.#ended.get(classId)?.values() ?? [];
  }

  /** How long processes of the service live, in seconds, by the middle of the last ones; null: few have ended. */
  lifetimeOf(service: string): number | null {
    const lives = this.#lives.get(service) ?? [];
    return lives.length < 3 ? null : (lives.toSorted((a, b) => a - b)[lives.length >> 1] ?? null);
  }

  /** Gives up the lives of services of which nothing is kept: commands that nobody listed have names without end. */
  forget(isKept: (service: string) => boolean): void {
    for (const service of this.#lives.keys()) if (!isKept(service)) this.#lives.delete(service);
  }
}
