import { DescryError } from "../../model/error.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { Attached } from "./find.ts";
import { Unanswered } from "./unanswered.ts";

/** An agent that was started again answers within seconds; to look for it reads a table of the kernel. */
const EVERY_MILLISECONDS = 5000;

/** Looks for an agent that went away now and then, beside what goes on. One counts as found when it shows what is wanted. */
export class Search {
  readonly #again: () => Promise<Attached | null>;
  readonly #isWanted: (snapshot: Snapshot) => boolean;
  readonly #every: number;
  #due: number;
  #found: Attached | null = null;
  #isOver = false;

  constructor(
    again: () => Promise<Attached | null>,
    isWanted: (snapshot: Snapshot) => boolean,
    every = EVERY_MILLISECONDS,
  ) {
    this.#again = again;
    this.#isWanted = isWanted;
    this.#every = every;
    this.#due = performance.now() + every;
  }

  /** The agent that was found, which belongs to whoever takes it; null: none yet. */
  take(): Attached | null {
    if (this.#found === null && performance.now() >= this.#due) {
      this.#due = Number.POSITIVE_INFINITY;
      void this.#look();
    }
    const found = this.#found;
    this.#found = null;
    return found;
  }

  end(): void {
    this.#isOver = true;
    this.#found?.client.close();
    this.#found = null;
  }

  async #look(): Promise<void> {
    const attached = await this.#seek();
    const isGood = attached !== null && (await this.#shows(attached));
    if (isGood && !this.#isOver) this.#found = attached;
    else attached?.client.close();
    this.#due = performance.now() + this.#every;
  }

  async #seek(): Promise<Attached | null> {
    try {
      return await this.#again();
    } catch (error) {
      // A configuration that is being written may be wrong for a while.
      if (error instanceof DescryError) return null;
      throw error;
    }
  }

  /** One that answers and does not read its host is as good as gone. */
  async #shows({ client }: Attached): Promise<boolean> {
    try {
      return this.#isWanted(await client.snapshot());
    } catch (error) {
      if (error instanceof Unanswered) return false;
      throw error;
    }
  }
}
