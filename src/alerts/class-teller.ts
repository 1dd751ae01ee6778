import type { DescriptorClass } from "../census/classes.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Standing, VerdictEvent } from "../model/events.ts";
import { verdictEvent, type VerdictFrame } from "./class-events.ts";
import type { Moment } from "./event-head.ts";
import type { Judged } from "./judged.ts";
import { processTold, programOf } from "./process-told.ts";
import type { Shapes } from "./shapes.ts";
import type { ClassStanding } from "./standing.ts";
import { JOINED, type Stories } from "./stories.ts";

/** What a verdict says anew, and what stood before it. */
export interface Change {
  readonly standing: Standing;
  readonly reason: string | null;
  readonly before: ClassStanding | null;
}

/** Tells what was judged of classes, each verdict as a part of its story. */
export class ClassTeller {
  readonly #ledger: Ledger;
  readonly #stories: Stories;
  readonly #shapes: Shapes;

  constructor(ledger: Ledger, stories: Stories, shapes: Shapes) {
    this.#ledger = ledger;
    this.#stories = stories;
    this.#shapes = shapes;
  }

  /** Adds to `events` what has changed of a class, and after it what was told before and now turns out to follow it. */
  tell(
    of: DescriptorClass,
    judged: Judged,
    { standing, reason, before }: Change,
    moment: Moment,
    events: VerdictEvent[],
  ): void {
    const raisedAt = before?.raisedAt ?? judged.standing?.raisedAt ?? this.#ledger.now;
    const since = judged.standing?.since ?? before?.since ?? null;
    if (standing !== "cleared" && judged.bundledAt !== this.#ledger.now) this.#stories.lookUp(judged);
    const frame = this.#frame(of, judged, { standing, reason, since, raisedAt });
    const event = verdictEvent(this.#ledger, frame, moment, judged.told);
    judged.told = judged.standing === null ? null : event;
    if (event === null) return;
    events.push(event);
    const process = processTold(this.#ledger, event);
    if (process !== null) judged.program = programOf(process);
    if (standing === "cleared") return;
    // What was told before what leads it is told again, as a part of that story.
    for (const member of this.#stories.joining(judged, event.story)) {
      if (member.standing === null) continue;
      const again = { standing: member.standing.standing, reason: JOINED, before: member.standing };
      this.tell(member.of, member, again, moment, events);
    }
  }

  /** What stands of a class, with the figures of this moment; null: nothing. */
  standing(judged: Judged, moment: Moment): VerdictEvent | null {
    const { of, standing, told } = judged;
    if (standing === null || told === null) return null;
    const { standing: now, since, raisedAt } = standing;
    const frame = this.#frame(of, judged, { standing: now, reason: told.reason, since, raisedAt });
    return verdictEvent(this.#ledger, frame, moment, told) ?? told;
  }

  #frame(
    of: DescriptorClass,
    judged: Judged,
    told: Pick<VerdictFrame, "standing" | "reason" | "since" | "raisedAt">,
  ): VerdictFrame {
    const { evidence, learning, leaker, program } = judged;
    const { rule } = judged.row;
    const bonds = this.#stories.bondsOf(judged);
    const habits = this.#shapes.habitsOf(of.service, told.since);
    return { of, evidence, learning, ...told, rule, bonds, habits, leaker, program };
  }
}
