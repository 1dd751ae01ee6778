/**
 * What is known of things that may never be met again, for so many of them: those that were set last. Without a bound
 * the names of containers that get a new one each time would fill the memory in a year.
 */
export class Latest<Value> {
  readonly #most: number;
  readonly #values = new Map<string, Value>();

  constructor(most: number) {
    this.#most = most;
  }

  get(name: string): Value | undefined {
    return this.#values.get(name);
  }

  /** From now on it is the last to be given up. */
  set(name: string, value: Value): void {
    this.#values.delete(name);
    this.#values.set(name, value);
    const [first] = this.#values.keys();
    if (this.#values.size > this.#most && first !== undefined) this.#values.delete(first);
  }

  delete(name: string): void {
    this.#values.delete(name);
  }
}
