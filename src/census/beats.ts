/** Two paces are one when they differ by this share of what chance would make them differ by, at most. */
const ALIKE = 0.1;
/** So many alike in a row make beats of what was use ... */
const BEATS_PROVEN = 4;
/** ... and so many are remembered: a beat that comes late on a busy host spoils three pauses, which cost two each. */
const BEATS_REMEMBERED = 8;
const UNLIKE = 2;
/** A beat may be told with the one before it or the one after: a segment more or less is no work. */
const SPARE_SEGMENTS = 1;

/** What went over a connection between two tellings of its use. */
interface Stretch {
  readonly segments: number;
  readonly seconds: number;
}

/**
 * Tells heartbeats from rare requests on a kept connection, both a segment or two now and then: heartbeats go by the
 * clock, and those who think first do not.
 *
 *     beats       |    |    |    |    |    |    |       each pause like the one before, or the one before that
 *     two ends    | |      | |      | |      | |        each by its own clock, as in AMQP: single segments
 *     requests    |       | |            |   |          no pause like another
 *
 * Three of them make two pauses, and less says nothing: until then it is not counted as use. Once pauses differ all is
 * use, until several in a row do not. A stretch may hold several beats, since uses are told rarely (see UseFact): so
 * paces are compared, segments over seconds, to a tenth of the scatter that exchanges at random times would have.
 */
export class Beats {
  #toldAt: number | null = null;
  #last: Stretch | null = null;
  #beforeLast: Stretch | null = null;
  #alike = 0;
  #mayBeat = true;
  /** A single segment went by itself: nobody asked, or nobody answered. */
  #isOneWay = false;

  /** It carried so many segments, the last of them at `usedAt` (seconds since boot): whether that was use. */
  take(segments: number, usedAt: number): boolean {
    const [toldAt, last, beforeLast] = [this.#toldAt, this.#last, this.#beforeLast];
    this.#toldAt = usedAt;
    this.#isOneWay ||= segments === 1;
    if (toldAt === null || usedAt <= toldAt) return !this.#mayBeat;
    const stretch = { segments, seconds: usedAt - toldAt };
    this.#last = stretch;
    this.#beforeLast = last;
    if (last !== null) this.#compare(stretch, last, beforeLast);
    return !this.#mayBeat;
  }

  /** It carried more than beats would. The next pause begins there, and no beat does. */
  work(): void {
    this.#toldAt = this.#last = this.#beforeLast = null;
    this.#alike = 0;
  }

  #compare(stretch: Stretch, last: Stretch, beforeLast: Stretch | null): void {
    const spare = this.#isOneWay ? SPARE_SEGMENTS : 0;
    if (isAlike(stretch, last, spare) || (beforeLast !== null && isAlike(stretch, beforeLast, spare))) {
      this.#alike = Math.min(BEATS_REMEMBERED, this.#alike + 1);
      if (this.#alike >= BEATS_PROVEN) this.#mayBeat = true;
      return;
    }
    const isBusier = stretch.segments > expected(stretch, joined(last, beforeLast)) + SPARE_SEGMENTS;
    this.#alike = isBusier || !this.#mayBeat ? 0 : Math.max(0, this.#alike - UNLIKE);
    if (this.#alike === 0) this.#mayBeat = false;
  }
}

function isAlike(one: Stretch, other: Stretch, spare: number): boolean {
  const segments = expected(one, other);
  return Math.abs(one.segments - segments) <= Math.max(spare, ALIKE * Math.sqrt(segments));
}

/** Segments in this stretch at the pace of the other. */
function expected({ seconds }: Stretch, pace: Stretch): number {
  return (seconds * pace.segments) / pace.seconds;
}

function joined(one: Stretch, other: Stretch | null): Stretch {
  if (other === null) return one;
  return { segments: one.segments + other.segments, seconds: one.seconds + other.seconds };
}
