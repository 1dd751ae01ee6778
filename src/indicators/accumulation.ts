import type { Account } from "../ledger/account.ts";
import { dueRungs, RUNGS, strideOf } from "../ledger/rungs.ts";
import { AgeEvidence, Gaps } from "./age-evidence.ts";
import type { Normal } from "./normal.ts";

/** No birth for this many usual gaps, and for half a minute: the rise has ended, and its evidence fades. */
const IDLE_GAPS = 5;
const IDLE_SECONDS = 30;

/** The pairs of an age and its double that weigh alike; the older ones share the rest. */
const YOUNG_PAIRS = 6;
const YOUNG_WEIGHT = 0.15;
const OLD_WEIGHT = (1 - YOUNG_PAIRS * YOUNG_WEIGHT) / (RUNGS.length - 1 - YOUNG_PAIRS);

/**
 * Where a baseline is known 20 s and 40 s may speak as well, if they say more and others are closed as ever: a stall of
 * a minute looks like a leak there.
 */
const YOUNGEST_HANDICAP = 4;

/** Up to this age it is worth while to weigh a flow as one: it is proven some seconds after it passed, not twenty. */
const LAST_OF_FLOWS = RUNGS.indexOf(80);

/**
 * The first climb of a sawtooth of up to a hundred seconds is not to be accused. When it goes on for 80 s and more, what
 * was open at the first look is less than this part of what came since: it had only a few seconds to pile up before.
 */
const STOCK_OF_A_SAWTOOTH = 0.5;

/** While no evidence is above this, it is enough to look every so many seconds. */
const RISING = 3;
const CALM_SECONDS = 4;

/** Born, passed, departed and the time. */
const LOOK = 4;

const TEN_MINUTES = RUNGS.indexOf(640);

/** What is normal at each rung; null where nothing was learned. */
export type Normals = readonly (Normal | null)[];
export const NOTHING_NORMAL: Normals = [];

/** Which ages may speak, by their places in RUNGS. */
export interface Speaking {
  /** The youngest age that counts without anything learned; none does where it is beyond the last. */
  readonly first: number;
  /** The youngest that counts where it was learned what is normal. */
  readonly firstLearned: number;
  /** Nothing is said where many lived for ten minutes: where many stay, more that stay are no change. */
  readonly fewStayed: boolean;
}

/** The evidence of accumulation of one class, at every age of RUNGS. */
export class Accumulation {
  readonly #ages: (AgeEvidence | undefined)[] = [];
  readonly #phase: number;
  readonly #isAnew: boolean;
  #rises = false;
  /** It is not the first climb of a sawtooth, so what comes in a flow may be weighed as one. */
  #isNoFirstClimb = false;
  readonly #births = new Gaps();
  #born = 0;
  #takenAt: number | null = null;
  /** For each age the account's running counts when it was looked at last, and when that was: side by side, for the cache. */
  readonly #looked = new Float64Array(LOOK * RUNGS.length);
  /** Seconds since boot at which what accumulates began to be opened; null when nothing does. */
  risingSince: number | null = null;
  /** What had passed, and left after passing, each age when the rise began: the account's running counts. */
  readonly passedBefore = new Float64Array(RUNGS.length);
  readonly departedBefore = new Float64Array(RUNGS.length);

  /**
   * `phase`: classes of different ones are looked at in different seconds while nothing rises. `isAnew`: the service had
   * been watched for long before any of them grew old, so that it is no habit of the service.
   */
  constructor(phase = 0, isAnew = false) {
    this.#phase = phase;
    this.#isAnew = isAnew;
  }

  /**
   * Takes what passed and left each age of the account since it was looked at last, which was `seconds` ago at the
   * first time; false when it is not looked at in this tick. No count is lost by that.
   */
  take(account: Account, now: number, seconds: number, normals: Normals = NOTHING_NORMAL): boolean {
    const before = this.#takenAt ?? this.#begin(account, now - seconds);
    if (this.#mayWait(before, now)) return false;
    this.#takenAt = now;
    const due = dueRungs(before, now);
    for (let rung = 0; rung < due; rung++) this.#look(rung, account, now, normals[rung] ?? null);
    this.#births.take(account.born > this.#born, now - before);
    this.#born = account.born;
    this.#isNoFirstClimb = this.#isAnew || normals.length > 0 || hasOldStock(account);
    const idle = this.#births.hasEnded(IDLE_GAPS, IDLE_SECONDS);
    if (idle) this.#fade(this.#births.fading(now - before));
    if (idle || (this.#ages[0]?.mostStay ?? 0) <= 0) this.risingSince = null;
    else if (this.risingSince === null) this.#rise(account, now);
    this.#rises = false;
    for (const age of this.#ages) if (age !== undefined && age.mostStay >= RISING) this.#rises = true;
    return true;
  }

  #mayWait(before: number, now: number): boolean {
    const turn = (time: number): number => Math.floor((time + this.#phase) / CALM_SECONDS);
    return !this.#rises && turn(before) === turn(now);
  }

  /** What happened in a pause is no evidence: the running counts go on without it. */
  skip({ cohorts }: Account, seconds: number): void {
    if (this.#takenAt === null) return;
    this.#takenAt += seconds;
    for (let rung = 0; rung < RUNGS.length; rung++) {
      const { reached, graduated, departed } = cohorts;
      const look = [reached[rung], graduated[rung], departed[rung], seconds];
      for (const [at, more] of look.entries())
        this.#looked[LOOK * rung + at] = (this.#looked[LOOK * rung + at] as number) + (more as number);
    }
  }

  #begin({ reached, passed, departed, cohorts }: Account, since: number): number {
    for (let rung = 0; rung < RUNGS.length; rung++) {
      this.#looked[LOOK * rung] = (reached[rung] as number) - (cohorts.reached[rung] as number);
      this.#looked[LOOK * rung + 1] = (passed[rung] as number) - (cohorts.graduated[rung] as number);
      this.#looked[LOOK * rung + 2] = (departed[rung] as number) - (cohorts.departed[rung] as number);
      this.#looked[LOOK * rung + 3] = since;
    }
    return since;
  }

  #look(rung: number, account: Account, now: number, normal: Normal | null): void {
    const age = this.#ages[rung];
    const passed = this.#since(LOOK * rung + 1, account.passed[rung] as number);
    const born = this.#since(LOOK * rung, account.reached[rung] as number);
    const departed = this.#since(LOOK * rung + 2, account.departed[rung] as number);
    const seconds = this.#since(LOOK * rung + 3, now);
    if (age !== undefined) age.take({ born, passed, departed, seconds }, normal);
    else if (passed > 0)
      (this.#ages[rung] = new AgeEvidence(Math.max(1, strideOf(rung)), rung <= LAST_OF_FLOWS)).take(
        { born, passed, departed, seconds },
        normal,
      );
  }

  /** How much more it is than at the last look, which is this one from now on. */
  #since(at: number, count: number): number {
    const before = this.#looked[at] as number;
    this.#looked[at] = count;
    return count - before;
  }

  #fade(by: number): void {
    for (const age of this.#ages) age?.fade(by);
  }

  #rise({ passed, departed, cohorts }: Account, now: number): void {
    this.risingSince = now - (RUNGS[0] as number);
    this.passedBefore.set(passed.map((count, rung) => count - (cohorts.graduated[rung] as number)));
    this.departedBefore.set(departed);
  }

  /** That the old ones do not leave, at one age alone, by its place in RUNGS. */
  at(rung: number): number {
    return this.#ages[rung]?.stay ?? 0;
  }

  /** Whether that is so much at any single age from the one at place `first` on. */
  reaches(level: number, first = 0): boolean {
    for (let rung = first; rung < this.#ages.length; rung++) {
      const age = this.#ages[rung];
      // What it can be at most costs nothing to know.
      if (age !== undefined && age.mostStay >= level && age.stay >= level) return true;
    }
    return false;
  }

  /** The strongest of that at any single age. */
  get strongest(): number {
    let strongest = 0;
    for (const age of this.#ages)
      if (age !== undefined && age.mostStay > strongest) strongest = Math.max(strongest, age.stay);
    return strongest;
  }

  /** Whether what that and, where it was learned, the survival both say is so much at any single age. */
  isSuspicious(level: number, first: number): boolean {
    for (let rung = first; rung < this.#ages.length; rung++) {
      const age = this.#ages[rung];
      if (age === undefined || age.mostStay < level || age.stay < level) continue;
      if ((age.change ?? Infinity) >= level) return true;
    }
    return false;
  }

  /**
   * The score that may confirm: at each age only what that age and its double both say, and what both say of how many
   * used to live so long where that was learned; as ln of the mean over the ages.
   */
  score({ first, firstLearned, fewStayed }: Speaking): number {
    if (fewStayed && !this.#ages.slice(0, TEN_MINUTES + 1).some((age) => age?.isRare === true))
      return -Infinity;
    let sum = 0;
    for (let rung = Math.min(first, firstLearned); rung + 1 < this.#ages.length; rung++) {
      const said = this.#pair(rung, rung >= firstLearned, rung >= first);
      if (said === null) continue;
      const weight = rung < YOUNG_PAIRS ? YOUNG_WEIGHT : OLD_WEIGHT;
      sum += weight * Math.exp(rung === 0 && first > 0 ? said - YOUNGEST_HANDICAP : said);
    }
    return Math.log(sum);
  }

  /** What an age and its double both say; null when they may not speak. */
  #pair(rung: number, learned: boolean, alone: boolean): number | null {
    const [age, double] = [this.#ages[rung], this.#ages[rung + 1]];
    if (age === undefined || double === undefined) return null;
    const [change, doubleChange] = [age.change, double.change];
    const known = change !== null && doubleChange !== null;
    if (known ? !learned : !alone) return null;
    if (rung === 0 && !alone && (age.isStalled || !age.isRare)) return null;
    const stay = Math.min(age.stay, this.#isNoFirstClimb ? double.stayOfFlow : double.stay);
    return known ? Math.min(stay, change, doubleChange) : stay;
  }
}

/** What was open before anybody looked is still open, and much against what came since. */
function hasOldStock({ open, ofUnknownAge }: Account): boolean {
  return ofUnknownAge > STOCK_OF_A_SAWTOOTH * (open - ofUnknownAge);
}
