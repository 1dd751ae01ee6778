import { NEARLY_ALL, type Normal } from "./normal.ts";
import { OF_A_BURST, OF_A_FLOW, OldStay } from "./old-stay.ts";
import { Scatter } from "./scatter.ts";
import { SurvivalChanged } from "./survival-changed.ts";

/** Counts scatter at least this much more than a Poisson process, and at most six times more is believed. */
const DISPERSION = 1.3;
const WIDEST_SCATTER = 6;

/** Nobody passed the age for this many usual gaps, and for half a minute: what rose at this age has ended. */
const IDLE_GAPS = 8;
const IDLE_SECONDS = 30;
/** Evidence of a rise that has ended halves this often, in seconds, or once in a usual gap. */
const FADE_HALF_LIFE = 10;

/** Of this part of a new gap the usual one is made. */
const NEW_GAP = 0.2;

/** Usual seconds between two of something, and how long the last one is ago. */
export class Gaps {
  #usual = 0;
  #since = 0;

  take(happened: boolean, seconds: number): void {
    this.#since += seconds;
    if (!happened) return;
    this.#usual = this.#usual === 0 ? this.#since : (1 - NEW_GAP) * this.#usual + NEW_GAP * this.#since;
    this.#since = 0;
  }

  hasEnded(gaps: number, atLeast: number): boolean {
    return this.#since > Math.max(atLeast, gaps * this.#usual);
  }

  /** How much is left of evidence after these seconds in which it fades. */
  fading(seconds: number): number {
    return 0.5 ** (seconds / Math.max(FADE_HALF_LIFE, this.#usual));
  }
}

/** Of what lived to the age and what did not this much weighs after a second: a third after twelve. */
const SHARE_KEPT = 0.92;
/** When fewer than this share are closed before the age, all may be waiting for the same thing. */
const STALLED = 0.05;

/** Below this share of those born few live to an age. */
const RARE = 0.1;

/** What happened at one age in one sample. */
export interface AgeSample {
  /** Of so many it became known whether they live to the age; so many do; so many older ones were closed. */
  readonly born: number;
  readonly passed: number;
  readonly departed: number;
  readonly seconds: number;
}

/** The evidence of accumulation at one age. */
export class AgeEvidence {
  readonly #scatter: Scatter;
  readonly #gaps = new Gaps();
  readonly #stay = new OldStay(OF_A_BURST);
  readonly #flow: OldStay | null;
  #changed: SurvivalChanged | null = null;
  #began = false;
  #isRare = false;
  /** Born and closed before the age, lately. */
  #born = 0;
  #lost = 0;

  /** `stride` is how many seconds a sample takes as a rule; `flows`: what comes in a flow is weighed as one as well. */
  constructor(stride: number, flows = false) {
    this.#scatter = new Scatter(stride);
    this.#flow = flows ? new OldStay(OF_A_FLOW) : null;
  }

  /** `normal` is null where nothing was learned; `settled`: a new level that is kept up is no scatter there. */
  take(sample: AgeSample, normal: Normal | null): void {
    const { born, passed, departed, seconds } = sample;
    if (normal === null) this.#changed = null;
    this.#isRare = normal !== null && normal.survival < RARE;
    // Before the first graduate there is nothing to weigh, and the silence would count as scatter.
    if (!this.#began && passed === 0) return;
    this.#began = true;
    const kept = SHARE_KEPT ** seconds;
    this.#born = this.#born * kept + born;
    this.#lost = this.#lost * kept + born - passed;
    this.#scatter.take(passed, seconds);
    this.#gaps.take(passed > 0, seconds);
    const isChange = normal !== null && normal.survival < NEARLY_ALL;
    // Where survival tells a leak from load, a step in load need not be told by its scatter.
    const phi = dispersed(isChange ? this.#scatter.aroundNeighbours : this.#scatter.aroundMean);
    this.#stay.take(passed, departed, seconds, this.#scatter.rate, phi);
    this.#flow?.take(passed, departed, seconds, this.#scatter.rate, phi);
    if (normal !== null) (this.#changed ??= new SurvivalChanged()).take(born, passed, seconds, phi, normal);
    if (this.#stay.most > 0 && this.#gaps.hasEnded(IDLE_GAPS, IDLE_SECONDS))
      this.fade(this.#gaps.fading(seconds));
  }

  fade(by: number): void {
    this.#stay.fade(by);
    this.#flow?.fade(by);
    this.#changed?.fade(by);
  }

  /** That the old ones do not leave, and the most that it can be; the second costs nothing. */
  get stay(): number {
    return this.#stay.evidence;
  }

  /** The same where they have been coming for long at a younger age: that they are many counts, and they are no burst. */
  get stayOfFlow(): number {
    return (this.#flow ?? this.#stay).evidence;
  }

  get mostStay(): number {
    return this.#stay.most;
  }

  /**
   * Hardly any is closed before this age. A server that waits for its database keeps all for a while; a leak leaves the
   * others to be closed as ever.
   */
  get isStalled(): boolean {
    return this.#lost < STALLED * this.#born;
  }

  /**
   * It was learned that few live to this age. Where many do, they may be closed together, by a garbage collector: whether
   * one lives says nothing of its neighbours then, and the evidence here is not worth what it seems.
   */
  get isRare(): boolean {
    return this.#isRare;
  }

  /** That more live so long than used to; null where nothing was learned. */
  get change(): number | null {
    return this.#changed?.evidence ?? null;
  }
}

function dispersed(scatter: number): number {
  return DISPERSION * Math.min(Math.max(1, scatter), WIDEST_SCATTER);
}
