import { onGrid } from "../census/birth-dates.ts";
import { Accumulation } from "../indicators/accumulation.ts";
import { Account } from "../ledger/account.ts";

/** Steps that are told apart: an hour of a rise at every tick. */
const MOST_STEPS = 4096;

/**
 * The open descriptors of a process of which only the number is known. What comes while it rises is taken to be open
 * until the number falls below where it stood then: a fall takes the youngest.
 *
 *     count  ____/‾‾‾\__/‾‾‾‾‾‾      the first step came and went, the second is still there
 */
export class Counted {
  readonly account: Account;
  readonly evidence = new Accumulation();
  /** How many came at which time and still count, oldest first. */
  readonly #came: { readonly at: number; count: number }[] = [];
  #open: number;

  constructor(open: number, now: number) {
    this.account = new Account(now);
    this.#open = open;
    this.account.open = open;
    this.account.ofUnknownAge = open;
  }

  /** The number at this tick, `seconds` after the one before; null where what lies between is no evidence. */
  take(open: number, now: number, seconds: number | null): void {
    const { account } = this;
    account.cohorts.clearDepartures();
    if (open > this.#open) this.#rise(open - this.#open, now);
    else if (open < this.#open) this.#fall(this.#open - open, now);
    this.#open = open;
    account.advance(now);
    if (seconds !== null) this.evidence.take(account, now, seconds);
  }

  #rise(count: number, now: number): void {
    const at = onGrid(now);
    this.#came.push({ at, count });
    for (let one = 0; one < count; one++) this.account.enter(at, now);
    if (this.#came.length > MOST_STEPS) this.#join();
  }

  /** The two oldest steps become one: at that age an exact time no longer matters. */
  #join(): void {
    const [oldest, next] = this.#came;
    if (oldest === undefined || next === undefined) return;
    for (let one = 0; one < next.count; one++) this.account.redate(next.at, oldest.at);
    oldest.count += next.count;
    this.#came.splice(1, 1);
  }

  #fall(count: number, now: number): void {
    for (let left = count; left > 0; left--) {
      const youngest = this.#came.at(-1);
      this.account.leave(youngest?.at ?? Number.NEGATIVE_INFINITY, now, "closed");
      if (youngest === undefined) continue;
      youngest.count--;
      if (youngest.count === 0) this.#came.pop();
    }
  }
}
