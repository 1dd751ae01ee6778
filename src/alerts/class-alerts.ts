import { LONGEST_TICK } from "../census/birth-dates.ts";
import type { DescriptorClass } from "../census/classes.ts";
import { portOf } from "../census/product.ts";
import type { Learning } from "../indicators/learning.ts";
import { Accumulation } from "../indicators/accumulation.ts";
import type { Account } from "../ledger/account.ts";
import type { ClassAccount } from "../ledger/accounts.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { VerdictEvent } from "../model/events.ts";
import { type Baselines, type ClassBaseline, NOTHING_LEARNED } from "../model/baselines.ts";
import { judgeAccumulation, WITHDRAWN_EVIDENCE, type Level } from "../rules/accumulation.ts";
import { ClassMemory } from "./class-memory.ts";
import { ClassTeller } from "./class-teller.ts";
import { viewOf } from "./class-view.ts";
import type { Moment } from "./event-head.ts";
import { beginJudging, type Judged } from "./judged.ts";
import { AFFECTED_HOLDS, hasDominantPart, isOtherEnd } from "./named-elsewhere.ts";
import type { Shapes } from "./shapes.ts";
import { raised, step, type ClassStanding } from "./standing.ts";
import { Stories } from "./stories.ts";
import { isSuccessor } from "./successors.ts";
import { higher, WorkerEvidence } from "./workers.ts";

/** Evidence below this is not worth a class that nothing is open in, and none is after two days in which nothing came. */
const WORTH_KEEPING = 1;
const KEPT_SECONDS = 2 * 86_400;

/** What stands of the connections to one peer. `since` in seconds since boot. */
export interface StandingLeak {
  readonly standing: "suspect" | "confirmed";
  readonly since: number | null;
  readonly story: string;
}

/** What stands of each class of descriptors, carried from tick to tick. */
export class ClassAlerts {
  readonly #ledger: Ledger;
  readonly #judged = new Map<number, Judged>();

  readonly #stories: Stories;
  readonly #memory: ClassMemory;
  readonly #shapes: Shapes;
  readonly #workers: WorkerEvidence;
  readonly #teller: ClassTeller;

  constructor(ledger: Ledger, shapes: Shapes, known: Baselines = NOTHING_LEARNED) {
    this.#ledger = ledger;
    this.#shapes = shapes;
    this.#workers = new WorkerEvidence(ledger);
    this.#memory = new ClassMemory(known);
    this.#stories = new Stories(ledger, this.#judged);
    this.#teller = new ClassTeller(ledger, this.#stories, shapes);
  }

  /** Judges every class that moved, the narrow ones before the wide. */
  tick(moment: Moment): VerdictEvent[] {
    const events: VerdictEvent[] = [];
    const wide: ClassAccount[] = [];
    // Where nothing stands, what does not move has nothing to say: thousands of classes are not even visited.
    const due = this.#anyStanding() ? this.#ledger.classes() : this.#ledger.movingClasses();
    for (const one of due) {
      if (one.of.wide) wide.push(one);
      else this.#judge(one, moment, events);
    }
    for (const one of wide) this.#judge(one, moment, events);
    return inStoryOrder(events);
  }

  #anyStanding(): boolean {
    for (const { standing } of this.#judged.values()) if (standing !== null) return true;
    return false;
  }

  /** What stands of a class now. */
  standingOf(id: number): "suspect" | "confirmed" | null {
    return this.#judged.get(id)?.standing?.standing ?? null;
  }

  /** When the rise began that was told, in seconds since boot; null when none was, or it is not known. */
  sinceOf(id: number): number | null {
    return this.#judged.get(id)?.standing?.since ?? null;
  }

  /** The story that the verdict on a class belongs to; null when none stands. */
  storyOf(id: number): string | null {
    return this.#stories.storyOf(id);
  }

  evidenceOf(id: number): Accumulation | undefined {
    return this.#judged.get(id)?.evidence;
  }

  /** What stands of outbound connections of a service to a peer, or to all of its port; the stronger. Null: nothing. */
  leakTowards(service: string, peer: string): StandingLeak | null {
    let found: StandingLeak | null = null;
    const wider = `*:${portOf(peer)}`;
    for (const { of, standing, told } of this.#judged.values()) {
      if (standing === null || told === null || of.service !== service) continue;
      const { kind, direction, peer: towards } = of.subject;
      if (kind !== "tcp" || direction !== "outbound" || (towards !== peer && towards !== wider)) continue;
      if (found === null || (found.standing === "suspect" && standing.standing === "confirmed"))
        found = { standing: standing.standing, since: standing.since, story: told.story };
    }
    return found;
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
      const event = this.#teller.standing(judged, moment);
      if (event !== null) events.push(event);
    }
    return events;
  }

  /** Classes whose descriptors deserve a close look: something in them begins to accumulate. */
  *suspicious(): Generator<DescriptorClass> {
    for (const { of, evidence, standing } of this.#judged.values()) {
      if (standing !== null || evidence.reaches(WITHDRAWN_EVIDENCE)) yield of;
    }
  }

  /** Services with a leak that is proven. */
  leaking(): Set<string> {
    const services = new Set<string>();
    for (const { of, standing } of this.#judged.values())
      if (standing?.standing === "confirmed") services.add(of.service);
    return services;
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

  /** What was learned of a service's classes, of which these are there now. */
  baselinesOf(service: string, classes: readonly ClassAccount[]): ClassBaseline[] {
    const present: ClassBaseline[] = [];
    for (const { of, account } of classes) {
      const learning = this.#judged.get(of.id)?.learning ?? null;
      const baseline = this.#memory.baselineOf(of, account, learning, this.#ledger.now);
      if (baseline !== null) present.push(baseline);
    }
    return [...present, ...this.#memory.absent(service, present)];
  }

  /** Whether anything was learned of classes of a service that are not there now. */
  knows(service: string): boolean {
    return this.#memory.knows(service);
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
    // What is calm is not weighed at every tick; several processes are, one by one.
    if (!weighed && judged.standing === null && judged.lent === null && !this.#workers.mayDiffer(of)) return;
    const found = this.#shapes.restrained(of, judged, this.#levelOf(judged));
    if (judged.standing === null && found !== "suspect" && found !== "confirmed") {
      judged.affectedBy = null;
      return;
    }
    const level = this.#restrained(of, judged, found);
    const { next, change } = step(judged.standing, viewOf(this.#ledger, account, judged, level), now);
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
    this.#teller.tell(of, judged, { standing, reason: change.reason, before }, moment, events);
    if (change.to === "carried") this.#carryOver(of, before, story, moment, events);
    if (standing === "cleared" && judged.leaker !== null) this.#acquit(judged);
  }

  /**
   * What the class itself and its processes, one by one, say. Whose leak a verdict is stays, once that is proven; the
   * process that takes the place of another answers for it.
   */
  #levelOf(judged: Judged): Level {
    const { level, leaker, several } = this.#workers.take(judged);
    const own = this.#stories.levelOf(judged);
    if (judged.standing?.standing !== "confirmed" || several) judged.leaker = several ? null : leaker;
    else if (judged.leaker !== null) {
      judged.leaker = this.#workers.follow(judged.leaker, judged);
      return judgeAccumulation(judged.row, judged.leaker.evidence);
    }
    return higher(own, level);
  }

  /** The evidence of the class was that of one process, which is over: it says nothing of the others. */
  #acquit(judged: Judged): void {
    judged.leaker = null;
    judged.evidence = new Accumulation(judged.of.id, judged.evidence.isAnew);
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
      const view = viewOf(this.#ledger, account, judged, "confirmed");
      judged.story = story;
      judged.standing = {
        ...raised("confirmed", view, this.#ledger.now),
        since: before?.since ?? null,
        peak: account.open,
      };
      this.#teller.tell(of, judged, { standing: "confirmed", reason: null, before: null }, moment, events);
    }
  }

  #begin(of: DescriptorClass, account: Account): Judged {
    const { now } = this.#ledger;
    const isAnew = this.#memory.isAnew(of, now - (this.#ledger.ofService(of.service)?.begunAt ?? now));
    const begun = beginJudging(of, this.#memory.begin(of, account), isAnew);
    this.#judged.set(of.id, begun);
    return begun;
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
