import type { Account } from "../ledger/account.ts";
import { dueRungs, RUNGS, strideOf } from "../ledger/rungs.ts";
import * as age from "./age-evidence.ts";
import * as flow from "./flow.ts";
import * as gaps from "./gaps.ts";
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

/** While no evidence is above this, it is enough to look every so many seconds. */
const RISING = 3;
const CALM_SECONDS = 4;

/**
 * All numbers of a class stand in one row, for the sake of the cache. For each age the account's running counts when it
 * was looked at last (born, passed, departed) and when that was; the gaps between births; then the ages at which there
 * is any evidence, and those below them.
 */
const LOOK = 4;
const BIRTHS = LOOK * RUNGS.length;
const AGES = BIRTHS + gaps.WIDTH;

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

const NEVER_ROSE: Readonly<Float64Array> = new Float64Array(RUNGS.length);

/** The evidence of accumulation of one class, at every age of RUNGS. */
export class Accumulation {
  #row = new Float64Array(AGES);
  /** Per rung whether there is evidence at that age, as a bit. */
  #begun = 0;
  /** How many rungs have a place in the row. */
  #ages = 0;
  #normals: Normals = NOTHING_NORMAL;
  readonly #phase: number;
  readonly isAnew: boolean;
  #rises = false;
  /** What was normal when the rise began: not learned from it. */
  #normalsBefore: Normals = NOTHING_NORMAL;
  /** It rose at the first look already, on top of what had piled up before. */
  #wasUnderWay = false;
  #born = 0;
  #takenAt: number | null = null;
  /** Seconds since boot at which what accumulates began to be opened; null when nothing does. */
  risingSince: number | null = null;
  /** What had passed, and left after passing, each age when the rise began: the account's running counts. */
  #passedBefore: Float64Array | null = null;
  #departedBefore: Float64Array | null = null;

  /**
   * `phase`: classes of different ones are looked at in different seconds while nothing rises. `isAnew`: the service was
   * watched for long and never had any that grew old, so it is no habit of the service.
   */
  constructor(phase = 0, isAnew = false) {
    this.#phase = phase;
    this.isAnew = isAnew;
  }

  get passedBefore(): Readonly<Float64Array> {
    return this.#passedBefore ?? NEVER_ROSE;
  }

  get departedBefore(): Readonly<Float64Array> {
    return this.#departedBefore ?? NEVER_ROSE;
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
    if (normals !== this.#normals) this.#learn(normals);
    for (let rung = 0; rung < due; rung++) this.#look(rung, account, now);
    gaps.take(this.#row, BIRTHS, account.born > this.#born, now - before);
    this.#born = account.born;
    this.#wasUnderWay = this.risingSince !== null && flow.wasUnderWay(account, this.risingSince);
    const idle = gaps.hasEnded(this.#row, BIRTHS, IDLE_GAPS, IDLE_SECONDS);
    if (idle) this.#fade(gaps.fading(this.#row, BIRTHS, now - before));
    if (idle || this.#mostAt(0) <= 0) this.risingSince = null;
    else if (this.risingSince === null) this.#rise(account, now);
    this.#rises = false;
    for (let rung = 0; rung < this.#ages; rung++) if (this.#mostAt(rung) >= RISING) this.#rises = true;
    return true;
  }

  /** What is learned is another list, never the same one changed. */
  #learn(normals: Normals): void {
    this.#normals = normals;
    for (let rung = 0; rung < this.#ages; rung++) age.learn(this.#row, placeOf(rung), normals[rung] ?? null);
  }

  #mayWait(before: number, now: number): boolean {
    if (this.#rises) return false;
    return (
      Math.floor((before + this.#phase) / CALM_SECONDS) === Math.floor((now + this.#phase) / CALM_SECONDS)
    );
  }

  /** What happened in a pause is no evidence: the running counts go on without it. */
  skip({ cohorts }: Account, seconds: number): void {
    if (this.#takenAt === null) return;
    this.#takenAt += seconds;
    const { reached, graduated, departed } = cohorts;
    for (let rung = 0; rung < RUNGS.length; rung++) {
      this.#pass(LOOK * rung, reached[rung] as number);
      this.#pass(LOOK * rung + 1, graduated[rung] as number);
      this.#pass(LOOK * rung + 2, departed[rung] as number);
      this.#pass(LOOK * rung + 3, seconds);
    }
  }

  #pass(place: number, more: number): void {
    this.#row[place] = (this.#row[place] as number) + more;
  }

  #begin({ reached, passed, departed, cohorts }: Account, since: number): number {
    for (let rung = 0; rung < RUNGS.length; rung++) {
      this.#row[LOOK * rung] = (reached[rung] as number) - (cohorts.reached[rung] as number);
      this.#row[LOOK * rung + 1] = (passed[rung] as number) - (cohorts.graduated[rung] as number);
      this.#row[LOOK * rung + 2] = (departed[rung] as number) - (cohorts.departed[rung] as number);
      this.#row[LOOK * rung + 3] = since;
    }
    return since;
  }

  #look(rung: number, account: Account, now: number): void {
    const born = this.#since(LOOK * rung, account.reached[rung] as number);
    const passed = this.#since(LOOK * rung + 1, account.passed[rung] as number);
    const departed = this.#since(LOOK * rung + 2, account.departed[rung] as number);
    const seconds = this.#since(LOOK * rung + 3, now);
    if (!this.#has(rung)) {
      if (passed <= 0) return;
      this.#beginAt(rung);
    }
    age.take(this.#row, placeOf(rung), born, passed, departed, seconds);
  }

  /** How much more it is than at the last look, which is this one from now on. */
  #since(place: number, count: number): number {
    const before = this.#row[place] as number;
    this.#row[place] = count;
    return count - before;
  }

  #has(rung: number): boolean {
    return ((this.#begun >> rung) & 1) === 1;
  }

  #beginAt(rung: number): void {
    this.#begun |= 1 << rung;
    if (rung >= this.#ages) {
      const row = new Float64Array(placeOf(rung + 1));
      row.set(this.#row);
      this.#row = row;
      this.#ages = rung + 1;
    }
    age.prepare(this.#row, placeOf(rung), Math.max(1, strideOf(rung)), rung <= LAST_OF_FLOWS);
    age.learn(this.#row, placeOf(rung), this.#normals[rung] ?? null);
  }

  #fade(by: number): void {
    for (let rung = 0; rung < this.#ages; rung++) age.fade(this.#row, placeOf(rung), by);
  }

  #rise({ passed, departed, cohorts }: Account, now: number): void {
    this.risingSince = now - (RUNGS[0] as number);
    this.#normalsBefore = this.#normals;
    const before = (this.#passedBefore ??= new Float64Array(RUNGS.length));
    for (let rung = 0; rung < RUNGS.length; rung++)
      before[rung] = (passed[rung] as number) - (cohorts.graduated[rung] as number);
    (this.#departedBefore ??= new Float64Array(RUNGS.length)).set(departed);
  }

  /** That the old ones do not leave, at one age alone, by its place in RUNGS. */
  at(rung: number): number {
    return rung < this.#ages ? age.stay(this.#row, placeOf(rung)) : 0;
  }

  /** The most that this can be, which costs nothing to know. */
  #mostAt(rung: number): number {
    return rung < this.#ages ? age.mostStay(this.#row, placeOf(rung)) : 0;
  }

  #reachesAt(rung: number, level: number): boolean {
    if (this.#mostAt(rung) < level) return false;
    return age.leastStay(this.#row, placeOf(rung)) >= level || this.at(rung) >= level;
  }

  /** Whether that is so much at any single age from the one at place `first` on. */
  reaches(level: number, first = 0): boolean {
    for (let rung = first; rung < this.#ages; rung++) if (this.#reachesAt(rung, level)) return true;
    return false;
  }

  /** The strongest of that at any single age. */
  get strongest(): number {
    let strongest = 0;
    for (let rung = 0; rung < this.#ages; rung++)
      if (this.#mostAt(rung) > strongest) strongest = Math.max(strongest, this.at(rung));
    return strongest;
  }

  /** Whether what that and, where it was learned, the survival both say is so much at any single age. */
  isSuspicious(level: number, first: number): boolean {
    for (let rung = first; rung < this.#ages; rung++)
      if (this.#reachesAt(rung, level) && (age.change(this.#row, placeOf(rung)) ?? Infinity) >= level)
        return true;
    return false;
  }

  /**
   * The score that may confirm: at each age only what that age and its double both say, and what both say of how many
   * used to live so long where that was learned; as ln of the mean over the ages.
   */
  score({ first, firstLearned, fewStayed }: Speaking): number {
    if (fewStayed && !this.#isRareWithin(TEN_MINUTES)) return -Infinity;
    let sum = 0;
    for (let rung = Math.min(first, firstLearned); rung + 1 < this.#ages; rung++) {
      const said = this.#pair(rung, rung >= firstLearned, rung >= first);
      if (said === null) continue;
      const weight = rung < YOUNG_PAIRS ? YOUNG_WEIGHT : OLD_WEIGHT;
      sum += weight * Math.exp(rung === 0 && first > 0 ? said - YOUNGEST_HANDICAP : said);
    }
    return Math.log(sum);
  }

  /** Few live to one of the ages up to that at place `last`. */
  #isRareWithin(last: number): boolean {
    for (let rung = 0; rung <= last && rung < this.#ages; rung++)
      if (age.isRare(this.#row, placeOf(rung))) return true;
    return false;
  }

  /** What an age and its double both say; null when they may not speak. */
  #pair(rung: number, learned: boolean, alone: boolean): number | null {
    if (!this.#has(rung) || !this.#has(rung + 1)) return null;
    const [row, at, double] = [this.#row, placeOf(rung), placeOf(rung + 1)];
    const [change, doubleChange] = [age.change(row, at), age.change(row, double)];
    const known = change !== null && doubleChange !== null;
    if (known ? !learned : !alone) return null;
    if (rung === 0 && !alone && (age.isStalled(row, at) || !age.isRare(row, at))) return null;
    const doubleStay = this.#isFlow(rung) ? age.stayOfFlow(row, double) : age.stay(row, double);
    const stay = Math.min(age.stay(row, at), doubleStay);
    return known ? Math.min(stay, change, doubleChange) : stay;
  }

  /** What passes the age is a flow that goes on, and not the climb of a sawtooth. */
  #isFlow(rung: number): boolean {
    const goesOn =
      !gaps.hasEnded(this.#row, BIRTHS, flow.GAPS, flow.SECONDS) &&
      age.goesOn(this.#row, placeOf(rung), flow.GAPS, flow.SECONDS);
    if (!goesOn || this.isAnew || this.#wasUnderWay) return goesOn;
    return flow.isToldFromClimb(this.#normalsBefore[rung + 1] ?? null);
  }
}

/** Where in the row the age begins. */
function placeOf(rung: number): number {
  return AGES + age.WIDTH * rung;
}
