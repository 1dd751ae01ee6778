import { LONGEST_TICK } from "../census/birth-dates.ts";
import type { DescriptorClass } from "../census/classes.ts";
import { startedAt } from "../census/processes.ts";
import type { Accumulation } from "../indicators/accumulation.ts";
import type { Account } from "../ledger/account.ts";
import type { Learning } from "../indicators/learning.ts";
import { AGED_RUNG, RUNGS } from "../ledger/rungs.ts";
import type { ClassAccount, Ledger } from "../ledger/ledger.ts";
import type { Standing, VerdictEvent } from "../model/events.ts";
import { type Baselines, type ClassBaseline, NOTHING_LEARNED } from "../model/baselines.ts";
import { WITHDRAWN_EVIDENCE, type Level } from "../rules/accumulation.ts";
import { ClassMemory } from "./class-memory.ts";
import { verdictEvent, type Moment } from "./events.ts";
import { beginJudging, type Judged } from "./judged.ts";
import { AFFECTED_HOLDS, hasDominantPart, isOtherEnd } from "./named-elsewhere.ts";
import { raised, step, type ClassStanding, type ClassView } from "./standing.ts";
import { Stories } from "./stories.ts";
import { isSuccessor } from "./successors.ts";

/** A supervisor may start the next process this many seconds before the last one is gone. */
const SUCCESSOR_OVERLAP = 5;

/** Evidence below this is not worth a class that nothing is open in, and none is after two days in which nothing came. */
const WORTH_KEEPING = 1;
const KEPT_SECONDS = 2 * 86_400;

const JOINED = "it has the same cause as what was found since";

/** What stands of each class of descriptors, carried from tick to tick. */
export class ClassAlerts {
  readonly #ledger: Ledger;
  readonly #judged = new Map<number, Judged>();

  readonly #stories: Stories;
  readonly #memory: ClassMemory;

  constructor(ledger: Ledger, known: Baselines = NOTHING_LEARNED) {
    this.#ledger = ledger;
    this.#memory = new ClassMemory(known);
    this.#stories = new Stories(ledger, this.#judged);
  }

  /** Judges every class that moved, the narrow ones before the wide. */
  tick(moment: Moment): VerdictEvent[] {
    const events: VerdictEvent[] = [];
    const wide: ClassAccount[] = [];
    for (const one of this.#ledger.classes()) {
      if (one.of.wide) wide.push(one);
      else this.#judge(one, moment, events);
    }
    for (const one of wide) this.#judge(one, moment, events);
    return inStoryOrder(events);
  }

  /** What stands of a class now. */
  standingOf(id: number): "suspect" | "confirmed" | null {
    return this.#judged.get(id)?.standing?.standing ?? null;
  }

  /** The story that the verdict on a class belongs to; null when none stands. */
  storyOf(id: number): string | null {
    return this.#stories.storyOf(id);
  }

  evidenceOf(id: number): Accumulation | undefined {
    return this.#judged.get(id)?.evidence;
  }

  /** What is normal for a class; null where nothing was learned. */
  learningOf(id: number): Learning | null {
    return this.#judged.get(id)?.learning ?? null;
  }

  /** The service on this host whose leak the class is the other end of, while it grows. */
  affectedBy(id: number): string | null {
    const by = this.#judged.get(id)?.affectedBy ?? null;
    return by !== null && this.#ledger.now - by.at <= AFFECTED_HOLDS ? by.service : null;
  }

  /** What stands, with the figures of this moment. */
  standing(moment: Moment): VerdictEvent[] {
    const events: VerdictEvent[] = [];
    for (const judged of this.#judged.values()) {
      const { of, evidence, learning, row, standing, told } = judged;
      if (standing === null || told === null) continue;
      const { standing: now, since, raisedAt } = standing;
      const frame = {
        of,
        evidence,
        learning,
        standing: now,
        reason: told.reason,
        since,
        raisedAt,
        rule: row.rule,
        bonds: this.#stories.bondsOf(judged),
      };
      events.push(verdictEvent(this.#ledger, frame, moment, told) ?? told);
    }
    return events;
  }

  /** Classes whose descriptors deserve a close look: something in them begins to accumulate. */
  *suspicious(): Generator<DescriptorClass> {
    for (const { of, evidence, standing } of this.#judged.values()) {
      if (standing !== null || evidence.reaches(WITHDRAWN_EVIDENCE)) yield of;
    }
  }

  /** Whether something is known of the class that would be lost with it: a verdict, or evidence of a slow leak. */
  remembers({ of, account }: ClassAccount): boolean {
    const judged = this.#judged.get(of.id);
    if (judged === undefined || judged.standing !== null) return judged !== undefined;
    const quiet = this.#ledger.now - account.changedAt;
    return quiet < KEPT_SECONDS && judged.evidence.reaches(WORTH_KEEPING);
  }

  /** The class is given up. What is normal for it is kept. */
  giveUp({ of, account }: ClassAccount): void {
    this.#memory.keep(of, account, this.#judged.get(of.id)?.learning ?? null, this.#ledger.now);
    this.#judged.delete(of.id);
  }

  /** What was learned of a service's classes. */
  baselinesOf(service: string): ClassBaseline[] {
    const present: ClassBaseline[] = [];
    for (const { of, account } of this.#ledger.classes()) {
      if (of.service !== service) continue;
      const learning = this.#judged.get(of.id)?.learning ?? null;
      const baseline = this.#memory.baselineOf(of, account, learning, this.#ledger.now);
      if (baseline !== null) present.push(baseline);
    }
    return [...present, ...this.#memory.absent(service, present)];
  }

  /** Another program goes by that name now: what was normal for the last one says nothing of it. */
  forgetService(service: string): void {
    this.#memory.forgetService(service);
    for (const judged of this.#judged.values()) {
      const account = this.#ledger.accountOf(judged.of);
      if (judged.of.service !== service || account === undefined) continue;
      judged.learning = this.#memory.begin(judged.of, account);
      judged.learning?.skip(account, this.#ledger.now);
    }
  }

  #judge({ of, account }: ClassAccount, moment: Moment, events: VerdictEvent[]): void {
    const known = this.#judged.get(of.id);
    // Most classes are peers met in passing: nothing of them ever grew old, and there is nothing to weigh.
    if (known === undefined && account.passed[0] === 0) return;
    if (known?.standing == null && !this.#ledger.isMoving(account)) return;
    const judged = known ?? this.#begin(of, account);
    const { now } = this.#ledger;
    const weighed = this.#weigh(judged, account);
    if (!weighed && judged.standing === null && judged.lent === null) return;
    const found = this.#stories.levelOf(judged);
    if (judged.standing === null && found !== "suspect" && found !== "confirmed") {
      judged.affectedBy = null;
      return;
    }
    const level = this.#restrained(of, judged, found);
    const { next, change } = step(judged.standing, this.#view(of, account, judged, level), now);
    const before = judged.standing;
    judged.standing = next;
    if (change === null) return;
    const standing =
      change.to === "told-again"
        ? (next?.standing ?? "cleared")
        : change.to === "carried"
          ? "cleared"
          : change.to;
    const story = judged.told?.story ?? null;
    this.#tell(of, judged, { standing, reason: change.reason, before }, moment, events);
    if (change.to === "carried") this.#carryOver(of, before, story, moment, events);
  }

  /** False when there was nothing to weigh in this tick. */
  #weigh({ evidence, learning, standing }: Judged, account: Account): boolean {
    const { elapsed, now } = this.#ledger;
    if (elapsed <= 0) return false;
    // What happened in a pause is no evidence, and not what is normal.
    if (elapsed > LONGEST_TICK) {
      evidence.skip(account, elapsed);
      learning?.skip(account, now);
      return false;
    }
    if (!evidence.take(account, now, elapsed, learning?.normals)) return false;
    learning?.take(account, now, !evidence.reaches(WITHDRAWN_EVIDENCE), standing !== null);
    return true;
  }

  #tell(
    of: DescriptorClass,
    judged: Judged,
    { standing, reason, before }: { standing: Standing; reason: string | null; before: ClassStanding | null },
    moment: Moment,
    events: VerdictEvent[],
  ): void {
    const raisedAt = before?.raisedAt ?? judged.standing?.raisedAt ?? this.#ledger.now;
    const since = judged.standing?.since ?? before?.since ?? null;
    if (standing !== "cleared" && judged.bundledAt !== this.#ledger.now) this.#stories.lookUp(judged);
    const { evidence, learning } = judged;
    const { rule } = judged.row;
    const bonds = this.#stories.bondsOf(judged);
    const frame = { of, evidence, learning, standing, reason, since, raisedAt, rule, bonds };
    const event = verdictEvent(this.#ledger, frame, moment, judged.told);
    judged.told = judged.standing === null ? null : event;
    if (event === null) return;
    events.push(event);
    if (standing === "cleared") return;
    // What was told before what leads it is told again, as a part of that story.
    for (const member of this.#stories.joining(judged, event.story)) {
      if (member.standing === null) continue;
      const again = { standing: member.standing.standing, reason: JOINED, before: member.standing };
      this.#tell(member.of, member, again, moment, events);
    }
  }

  /** What leaked goes on to leak in the state that it is in now, though it came there all at once, which is no evidence. */
  #carryOver(
    from: DescriptorClass,
    before: ClassStanding | null,
    story: string | null,
    moment: Moment,
    events: VerdictEvent[],
  ): void {
    for (const { of, account } of this.#ledger.classes()) {
      if (!isSuccessor(from, of) || account.open * 2 < (before?.peak ?? 0)) continue;
      const judged = this.#judged.get(of.id) ?? this.#begin(of, account);
      if (judged.standing?.standing === "confirmed") continue;
      const view = this.#view(of, account, judged, "confirmed");
      judged.story = story;
      judged.standing = {
        ...raised("confirmed", view, this.#ledger.now),
        since: before?.since ?? null,
        peak: account.open,
      };
      this.#tell(of, judged, { standing: "confirmed", reason: null, before: null }, moment, events);
    }
  }

  #begin(of: DescriptorClass, account: Account): Judged {
    const begun = beginJudging(of, this.#memory.begin(of, account));
    this.#judged.set(of.id, begun);
    return begun;
  }

  #view(of: DescriptorClass, account: Account, judged: Judged, level: Level): ClassView {
    const { risingSince } = judged.evidence;
    const watched = judged.standing !== null || level === "suspect" || level === "confirmed";
    return {
      level,
      since: risingSince,
      open: account.open,
      old: watched
        ? account.cohorts.olderThan(RUNGS[AGED_RUNG] as number, this.#ledger.now) + account.ofUnknownAge
        : 0,
      died: account.died,
      movedAway: account.movedAway,
      alive: judged.standing === null || this.#lives(of, account, judged.told),
    };
  }

  /**
   * Something of the class is open, or the process that held them lives, or it has a successor: one that was started when
   * they went or later. Another process of the same name that was there all the time has nothing to do with it.
   */
  #lives(of: DescriptorClass, account: Account, told: VerdictEvent | null): boolean {
    if (account.open > 0) return true;
    const { processes } = this.#ledger.census;
    const last = told === null ? undefined : processes.byPid(told.process.pid);
    if (last !== undefined && last.fact.startTicks === told?.process.startTicks) return true;
    for (const process of processes.all()) {
      if (!process.judged || process.service !== of.service) continue;
      if (startedAt(process.fact) >= account.changedAt - SUCCESSOR_OVERLAP) return true;
    }
    return false;
  }

  /** The level after what is known beyond the class itself: whose leak it is, and which class names it best. */
  #restrained(of: DescriptorClass, judged: Judged, level: Level): Level {
    if (level !== "suspect" && level !== "confirmed") {
      judged.affectedBy = null;
      return level;
    }
    if (of.subject.direction === "inbound" && isOtherEnd(this.#ledger, judged)) return "healthy";
    if (judged.standing === null) {
      if (of.parent !== null && this.standingOf(of.parent.id) !== null) return "insufficient";
      if (hasDominantPart(this.#ledger, judged)) return "insufficient";
    } else if (judged.standing.standing === level || judged.standing.standing === "confirmed") return level;
    return this.#stories.inTurn(judged, level);
  }
}

/** What leads a story comes before what follows it. */
function inStoryOrder(events: VerdictEvent[]): VerdictEvent[] {
  return events.toSorted((a, b) => Number(a.story !== a.id) - Number(b.story !== b.id));
}
