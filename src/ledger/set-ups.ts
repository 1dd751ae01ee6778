import { startedAt, type Process } from "../census/processes.ts";

/** What a process opens in so many seconds is how it sets itself up. */
const SET_UP_SECONDS = 60;
/** Commands remembered of one service; where there are more, each new process of it is taken for the successor of another. */
const MOST_COMMANDS = 16;

/**
 * Processes that take the place of others of their service, or join them, and how long they set themselves up: a worker
 * that is replaced every ten minutes opens its log and its pool each time, and its predecessor's went with it. Neither
 * is anything that was opened and not given back. Of a service's first process this is not said, nor of one that was
 * called in another way than all before it, unless one of them started it: `manage.py worker` does not take the place
 * of `manage.py runserver`.
 */
export class SetUps {
  /** When each started whose beginning counts as that, in seconds since boot, by the index of the process. */
  readonly #startedAt = new Map<number, number>();
  /** By service, how its processes were called. */
  readonly #commands = new Map<string, Set<string>>();

  /** Something of it is open; its service was met at `serviceSince`, in seconds since boot; `parent` where it is known. */
  meet(process: Process, serviceSince: number, parent: Process | undefined): void {
    if (this.#startedAt.has(process.index)) return;
    const isKnownCommand = this.#noteCommand(process);
    const hasPredecessor = isKnownCommand || parent?.service === process.service;
    const started = startedAt(process.fact);
    this.#startedAt.set(process.index, hasPredecessor && started > serviceSince ? started : Number.NaN);
  }

  /** Whether what came `at` belongs to the beginning of its process. What came before was opened by its parent. */
  isSetUp(index: number, at: number): boolean {
    const age = at - (this.#startedAt.get(index) ?? Number.NaN);
    return age >= 0 && age < SET_UP_SECONDS;
  }

  exited(process: Process): void {
    this.#startedAt.delete(process.index);
  }

  forget(isKnown: (service: string) => boolean): void {
    for (const service of this.#commands.keys()) if (!isKnown(service)) this.#commands.delete(service);
  }

  /** Whether one of its service was called like it before. */
  #noteCommand({ service, fact }: Process): boolean {
    const command = fact.command.join("\0");
    const known = this.#commands.get(service);
    if (known === undefined) this.#commands.set(service, new Set([command]));
    if (known === undefined || known.has(command)) return known !== undefined;
    if (known.size >= MOST_COMMANDS) return true;
    known.add(command);
    return false;
  }
}
