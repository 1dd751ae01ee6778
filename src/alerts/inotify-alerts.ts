import { subjectOf } from "../census/classes.ts";
import type { Process } from "../census/processes.ts";
import { History } from "../ledger/history.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Standing, VerdictEvent } from "../model/events.ts";
import { AGELESS_WINDOW, growsSteadily, standsHighest } from "../rules/limit.ts";
import type { SharedLimit } from "../rules/case.ts";
import type { ClassAlerts } from "./class-alerts.ts";
import type { Moment } from "./event-head.ts";
import { instancesByUser, watchesByUser, type InotifyUse } from "./inotify-use.ts";
import { withdrawn } from "./withdrawn.ts";
import { sharedLimitEvent } from "./shared-limit-events.ts";

/** Seconds between two counts of what each user has. */
const COUNT_SECONDS = 5;
/** Instances are counted per user, which walks all descriptors, when all users together have this share of one's limit. */
const WORTH_COUNTING = 0.25;
/** Who holds less than this share of it is not to blame. */
const WORTH_NAMING = 0.1;
const NEAR = 0.9;
const CLEAR = 0.8;
/** A rise that has stood still for so many seconds has ended. */
const ENDED_SECONDS = 120;

/** One limit of one user, over time. */
interface Watched {
  readonly history: History;
  used: number;
  /** Since when it has not risen, in seconds since boot. */
  stillSince: number;
  /** The most that was in use since it was raised, and what was in use then. */
  peak: number;
  raisedAt: number;
  raisedUse: number;
  told: VerdictEvent | null;
}

/**
 * inotify instances and watches of each user against fs.inotify.max_user_instances and max_user_watches: either runs out
 * with plenty of descriptors left. Man page: inotify(7).
 */
export class InotifyAlerts {
  readonly #ledger: Ledger;
  readonly #classes: ClassAlerts;
  readonly #watched = new Map<string, Watched>();
  #countedAt = Number.NEGATIVE_INFINITY;

  constructor(ledger: Ledger, classes: ClassAlerts) {
    this.#ledger = ledger;
    this.#classes = classes;
  }

  tick(moment: Moment): VerdictEvent[] {
    const { census, now } = this.#ledger;
    const limits = census.host?.inotify;
    if (limits === undefined || now - this.#countedAt < COUNT_SECONDS) return [];
    this.#countedAt = now;
    const events: VerdictEvent[] = [];
    const instances = this.#worthCounting(limits.instances) ? instancesByUser(census) : new Map();
    this.#judge("inotify instances", limits.instances, instances, moment, events);
    this.#judge("inotify watches", limits.watches, watchesByUser(census), moment, events);
    return events;
  }

  verdicts(): VerdictEvent[] {
    return [...this.#watched.values()].flatMap(({ told }) => told ?? []);
  }

  #worthCounting(most: number): boolean {
    const all = this.#ledger.census.links.usesOf("anon_inode:inotify");
    return all >= WORTH_COUNTING * most || [...this.#watched.values()].some(({ told }) => told !== null);
  }

  #judge(
    of: SharedLimit["of"],
    most: number,
    uses: ReadonlyMap<number, InotifyUse>,
    moment: Moment,
    events: VerdictEvent[],
  ): void {
    for (const [uid, use] of uses) {
      const key = `${of} ${uid}`;
      const known = this.#watched.get(key) ?? this.#begin(key, use.used);
      this.#note(known, use.used);
      this.#step(known, { of, used: use.used, most, uid }, use, moment, events);
    }
    for (const [key, known] of this.#watched) {
      if (!key.startsWith(of) || uses.has(Number(key.slice(of.length + 1)))) continue;
      this.#watched.delete(key);
      if (known.told !== null) events.push(withdrawn(known.told, moment, "they were given back"));
    }
  }

  #begin(key: string, used: number): Watched {
    const { now } = this.#ledger;
    const begun: Watched = {
      history: new History(),
      used,
      stillSince: now,
      peak: used,
      raisedAt: now,
      raisedUse: used,
      told: null,
    };
    this.#watched.set(key, begun);
    return begun;
  }

  #note(known: Watched, used: number): void {
    const { now } = this.#ledger;
    if (used > known.used) known.stillSince = now;
    known.used = used;
    known.peak = Math.max(known.peak, used);
    known.history.note({ at: now, born: 0, died: 0, moved: 0, open: used, aged: used });
  }

  #step(known: Watched, shared: SharedLimit, use: InotifyUse, moment: Moment, events: VerdictEvent[]): void {
    const holder = holderOf(use);
    if (holder === null) {
      // Nobody is left who holds much of them.
      if (known.told !== null) events.push(withdrawn(known.told, moment, "who held most of them has ended"));
      known.told = null;
      return;
    }
    const standing = this.#standing(known, shared, holder);
    if (standing === (known.told?.standing ?? null)) return;
    if (standing === null) {
      if (known.told !== null) events.push(withdrawn(known.told, moment, reasonOf(known)));
      known.told = null;
      return;
    }
    if (known.told === null) {
      Object.assign(known, {
        raisedAt: this.#ledger.now,
        raisedUse: known.history.before(this.#ledger.now - ENDED_SECONDS)?.aged ?? known.used,
        peak: known.used,
      });
    }
    known.told = this.#event(known, shared, use, holder, standing, moment);
    events.push(known.told);
  }

  /** Null: nothing is to be said. What was confirmed stays so until it is clear of the limit. */
  #standing(
    known: Watched,
    { of, used, most }: SharedLimit,
    holder: Process,
  ): "suspect" | "confirmed" | null {
    if (used >= most) return "confirmed";
    if (known.told?.standing === "confirmed") return used < CLEAR * most ? null : "confirmed";
    if (known.told !== null) {
      const ended = this.#ledger.now - known.stillSince >= ENDED_SECONDS;
      if (ended || known.peak - used > used - known.raisedUse) return null;
      return used >= NEAR * most ? "confirmed" : "suspect";
    }
    const leaks = of === "inotify instances" && this.#storyOf(holder) !== null;
    const grown = { history: known.history, aged: used };
    const { now } = this.#ledger;
    if (!leaks && !(growsSteadily(grown, now, AGELESS_WINDOW) && standsHighest(grown, now))) return null;
    return used >= NEAR * most ? "confirmed" : "suspect";
  }

  #event(
    known: Watched,
    shared: SharedLimit,
    use: InotifyUse,
    worst: Process,
    standing: Standing,
    moment: Moment,
  ): VerdictEvent {
    const frame = {
      rule: "inotify-exhaustion",
      shared,
      resource: "inotify",
      use: { history: known.history, aged: known.used },
      worst,
      account: this.#ledger.ofProcess(worst),
      subject: subjectOf("inotify"),
      subjectOpen: use.byProcess.get(worst) ?? 0,
      standing,
      since: null,
      raisedAt: known.raisedAt,
      story: shared.of === "inotify instances" ? this.#storyOf(worst) : null,
    } as const;
    return sharedLimitEvent(this.#ledger, frame, moment, known.told);
  }

  /** The story of the leak of instances that stands on the service of a process; null when none does. */
  #storyOf({ service }: Process): string | null {
    for (const { of } of this.#ledger.classes()) {
      if (of.subject.kind === "inotify" && of.service === service) return this.#classes.storyOf(of.id);
    }
    return null;
  }
}

/** The process that holds most of those that are to be judged; null when none of them holds much. */
function holderOf({ byProcess, used }: InotifyUse): Process | null {
  let most: Process | null = null;
  for (const [process, count] of byProcess)
    if (process.judged && (most === null || count > (byProcess.get(most) ?? 0))) most = process;
  return most !== null && (byProcess.get(most) ?? 0) >= WORTH_NAMING * used ? most : null;
}

function reasonOf({ peak, used }: Watched): string {
  return used < peak ? "they were given back" : "no more were added";
}
