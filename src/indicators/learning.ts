import type { Account } from "../ledger/account.ts";
import { RUNGS } from "../ledger/rungs.ts";
import type { AgeBaseline } from "../model/baselines.ts";
import { NEARLY_ALL, type Normal } from "./normal.ts";

/** Seconds of a window that is learned as a whole, and how many of them are a longer one. */
const WINDOW_SECONDS = 60;
const LONG_WINDOWS = 10;
/** After so many seconds what was learned weighs half: a day, since days differ less than hours. */
const HALF_LIFE = 86_400;
/** Nothing is called normal before this many seconds, and before so many were born. */
const ENOUGH_SECONDS = 1800;
const ENOUGH_BORN = 20;

/** What may be normal is so much more than what was seen: standard errors, a share of it, and a share of all. */
const ERRORS = 3;
const SLACK = 0.2;
const LEAST = 1e-4;
const MOST = 0.97;

/**
 * Of which births it is counted that they lived to an age.
 *
 * "closed": those that were closed later. A leak that is there from the beginning adds to those born and to nobody
 * closed, so it never becomes normal; in health it is the same, since what lives to an age is closed some time. What
 * goes with a process that is one of many short-lived ones is given back as well, unless it was under suspicion.
 *
 * "kept": those that passed it, while nothing accumulated. For connections that others open here: clients that come
 * and stay are normal, and are not closed for days.
 */
export type CountedAs = "closed" | "kept";

/** What is normal for one class, at every age: learned while it is watched, slowly forgotten. */
export class Learning {
  readonly #countedAs: CountedAs;
  /** Per rung, with older windows weighing less. */
  readonly #born = new Float64Array(RUNGS.length);
  readonly #survived = new Float64Array(RUNGS.length);
  readonly #most = new Float64Array(RUNGS.length);
  /** The account's running counts when the window began. */
  readonly #bornBefore = new Float64Array(RUNGS.length);
  readonly #survivedBefore = new Float64Array(RUNGS.length);
  #recycledBefore: Float64Array | null = null;
  /** And the survivors when the long window began. */
  readonly #longBefore = new Float64Array(RUNGS.length);
  #learnedSeconds: number;
  #windowFrom: number;
  #windows = 0;
  #calm = true;
  #accused = false;
  #calmForLong = true;
  #normals: (Normal | null)[] = [];

  /** `since` is when the account began, in seconds since boot: what it counted until now is learned from. */
  constructor(
    countedAs: CountedAs,
    since: number,
    remembered: { readonly learnedSeconds: number; readonly ages: readonly AgeBaseline[] } | null,
  ) {
    this.#countedAs = countedAs;
    this.#windowFrom = since;
    this.#learnedSeconds = remembered?.learnedSeconds ?? 0;
    for (const { ageSeconds, born, survived, passedIn10Minutes } of remembered?.ages ?? []) {
      const rung = RUNGS.indexOf(ageSeconds);
      if (rung < 0) continue;
      this.#born[rung] = born;
      this.#survived[rung] = survived;
      this.#most[rung] = passedIn10Minutes;
    }
    this.#conclude();
  }

  /** What is normal at each rung; null where too little was seen. */
  get normals(): readonly (Normal | null)[] {
    return this.#normals;
  }

  /** Takes note of this tick; `calm` is false while something accumulates, `accused` is true while a verdict stands. */
  take(account: Account, now: number, calm: boolean, accused = false): void {
    this.#calm &&= calm;
    this.#accused ||= accused;
    this.#calmForLong &&= calm;
    if (now - this.#windowFrom < WINDOW_SECONDS) return;
    const seconds = now - this.#windowFrom;
    this.#forget(seconds);
    if (this.#calm || this.#countedAs === "closed") {
      this.#learnedSeconds += seconds;
      for (let rung = 0; rung < RUNGS.length; rung++) this.#learn(rung, account);
    }
    if (!this.#accused && this.#countedAs === "closed") this.#learnRecycled(account);
    this.#begin(account, now);
    if (++this.#windows % LONG_WINDOWS === 0) this.#learnLong(account);
    this.#conclude();
  }

  /** What happened in a pause is not learned. */
  skip(account: Account, now: number): void {
    this.#begin(account, now);
    for (let rung = 0; rung < RUNGS.length; rung++) this.#longBefore[rung] = this.#survivorsOf(account, rung);
  }

  /** Of those born so many live to the age at this rung, 0 to 1; null where too little was seen. */
  survivalAt(rung: number): number | null {
    const born = this.#born[rung] as number;
    if (this.#normals[rung] == null || born < ENOUGH_BORN) return null;
    return Math.min(1, (this.#survived[rung] as number) / born);
  }

  get hasLearned(): boolean {
    return this.#normals[0] !== undefined;
  }

  get learnedSeconds(): number {
    return this.#learnedSeconds;
  }

  /** To be kept. */
  ages(): AgeBaseline[] {
    return RUNGS.flatMap((ageSeconds, rung) => {
      const born = this.#born[rung] as number;
      if (born < 1) return [];
      const [survived, passedIn10Minutes] = [this.#survived[rung] ?? 0, this.#most[rung] ?? 0];
      return [{ ageSeconds, born, survived, passedIn10Minutes }];
    });
  }

  #begin(account: Account, now: number): void {
    this.#windowFrom = now;
    this.#calm = true;
    this.#accused = false;
    for (let rung = 0; rung < RUNGS.length; rung++) {
      this.#bornBefore[rung] = account.reached[rung] as number;
      this.#survivedBefore[rung] = this.#survivorsOf(account, rung);
    }
    const { recycled } = account.cohorts;
    if (recycled !== null) (this.#recycledBefore ??= new Float64Array(RUNGS.length)).set(recycled);
  }

  #learnRecycled({ cohorts: { recycled } }: Account): void {
    for (let rung = 0; recycled !== null && rung < RUNGS.length; rung++) {
      const count = (recycled[rung] as number) - (this.#recycledBefore?.[rung] ?? 0);
      this.#survived[rung] = (this.#survived[rung] as number) + count;
    }
  }

  /** Those that are not among the born are not among the survivors. */
  #survivorsOf(account: Account, rung: number): number {
    return this.#countedAs === "kept"
      ? (account.passed[rung] as number)
      : (account.departed[rung] as number) - (account.departedUnborn[rung] as number);
  }

  #learn(rung: number, account: Account): void {
    const born = (account.reached[rung] as number) - (this.#bornBefore[rung] as number);
    const survived = this.#survivorsOf(account, rung) - (this.#survivedBefore[rung] as number);
    this.#born[rung] = (this.#born[rung] as number) + born;
    this.#survived[rung] = (this.#survived[rung] as number) + survived;
  }

  #learnLong(account: Account): void {
    for (let rung = 0; rung < RUNGS.length; rung++) {
      const survivors = this.#survivorsOf(account, rung);
      const count = survivors - (this.#longBefore[rung] as number);
      if (this.#calmForLong || this.#countedAs === "closed")
        this.#most[rung] = Math.max(this.#most[rung] as number, count);
      this.#longBefore[rung] = survivors;
    }
    this.#calmForLong = true;
  }

  #forget(seconds: number): void {
    const left = 0.5 ** (seconds / HALF_LIFE);
    for (let rung = 0; rung < RUNGS.length; rung++) {
      this.#born[rung] = (this.#born[rung] as number) * left;
      this.#survived[rung] = (this.#survived[rung] as number) * left;
      this.#most[rung] = (this.#most[rung] as number) * left;
    }
  }

  #conclude(): void {
    this.#normals = [];
    if (this.#learnedSeconds < ENOUGH_SECONDS) return;
    let younger: Normal | null = null;
    for (let rung = 0; rung < RUNGS.length; rung++) {
      // No more live to an age than to a younger one, of which more is known.
      const normal: Normal | null =
        (this.#born[rung] as number) < ENOUGH_BORN ? younger : this.#normalAt(rung, younger);
      this.#normals.push(normal);
      younger = normal ?? younger;
    }
  }

  #normalAt(rung: number, younger: Normal | null): Normal | null {
    const born = this.#born[rung] as number;
    const share = Math.min(1, ((this.#survived[rung] as number) + 0.5) / (born + 1));
    const error = Math.sqrt((share * (1 - share)) / born);
    const widened = Math.min(MOST, share + ERRORS * error + SLACK * share + LEAST);
    const survival = Math.min(widened, younger?.survival ?? 1);
    const most = this.#most[rung] as number;
    // How many pass matters only where nearly all do, and is known after the first long window.
    if (survival >= NEARLY_ALL && most === 0) return null;
    return { survival, passedIn10Minutes: most };
  }
}
