import { LONGEST_TICK } from "../census/birth-dates.ts";
import type { ClassTraits } from "../census/classes.ts";
import type { Process } from "../census/processes.ts";
import type { Accumulation } from "../indicators/accumulation.ts";
import { subjectOf } from "../census/classes.ts";
import type { Account } from "../ledger/account.ts";
import { AGED_RUNG, RUNGS } from "../ledger/rungs.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Standing, VerdictEvent } from "../model/events.ts";
import {
  judgeAccumulation,
  SUSPECT_EVIDENCE,
  WITHDRAWN_EVIDENCE,
  type Level,
} from "../rules/accumulation.ts";
import { rowFor } from "../rules/rows.ts";
import { Counted } from "./counted.ts";
import type { Moment } from "./event-head.ts";
import { renamedWords } from "./limit-alerts.ts";
import { partialEvent, type Filling } from "./partial-events.ts";
import { step, type ClassStanding } from "./standing.ts";
import {
  largestWithin,
  risingWith,
  totalOf,
  UnlistedSockets,
  type SocketGroups,
} from "./unlisted-sockets.ts";
import { withdrawn } from "./withdrawn.ts";
import { PROCESS_ENDED } from "../model/reasons.ts";

/** What fills a process is looked for again this often, in seconds: each time it walks all sockets. */
const LOOK_SECONDS = 5;
/** A suspicion waits this long for a group of sockets that rises with it. */
const MATCH_SECONDS = 15;

const UNKNOWN: ClassTraits = { group: "held", subject: subjectOf("anon-other") };

/** A process whose descriptors may not be listed, as far as its count and the tables of others tell. */
interface Sight {
  readonly process: Process;
  readonly counted: Counted;
  /** The sockets of its user when its rise was first noticed, and its count then. */
  before: { readonly groups: SocketGroups; readonly open: number } | null;
  /** Since when it is suspicious without being told. */
  suspiciousSince: number | null;
  filling: Filling;
  /** It has gone on for so long that it would be a proof, could it be seen what rises. */
  sure: boolean;
  standing: ClassStanding | null;
  told: VerdictEvent | null;
}

/** Suspicions of processes that may not be listed: from the number of their descriptors, and the sockets of their users. */
export class PartialAlerts {
  readonly #ledger: Ledger;
  readonly #sights = new Map<Process, Sight>();
  #sockets: UnlistedSockets | null = null;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  tick(moment: Moment): VerdictEvent[] {
    const events: VerdictEvent[] = [];
    const { census } = this.#ledger;
    this.#sockets = null;
    for (const [process, sight] of this.#sights) {
      const lives = census.processes.byPid(process.fact.pid) === process;
      if (lives && !process.listed) {
        this.#carryOn(sight, moment, events);
        continue;
      }
      this.#sights.delete(process);
      const reason = lives ? "it can be listed now and is judged anew" : PROCESS_ENDED;
      if (sight.standing !== null) this.#tell(sight, "cleared", reason, moment, events);
    }
    for (const process of census.processes.all()) {
      if (process.judged && process.denied && !process.listed && process.open !== null)
        this.#judge(process, process.open, moment, events);
    }
    return events;
  }

  /** What stands, with the figures of this moment. */
  verdicts(moment: Moment): VerdictEvent[] {
    return [...this.#sights.values()].flatMap((sight) =>
      sight.standing === null || sight.told === null
        ? []
        : [this.#event(sight, "suspect", sight.told.reason, moment, sight.standing.raisedAt)],
    );
  }

  /** What the process has open, by its count alone; undefined when it can be listed. */
  accountOf(process: Process): Account | undefined {
    return this.#sights.get(process)?.counted.account;
  }

  /** The story of the suspicion that stands on a process; null when none does. */
  storyOf(process: Process): string | null {
    const sight = this.#sights.get(process);
    return sight === undefined || sight.standing === null ? null : (sight.told?.story ?? null);
  }

  /** What most of the sockets are that the process may hold. */
  fillingOf(process: Process): Filling {
    const groups = this.#look().of(process);
    const largest = largestWithin(groups, process.open ?? 0);
    return largest === null
      ? nothingKnown()
      : { traits: largest.traits, count: largest.count, unlisted: totalOf(groups) };
  }

  /** What stands of a process that goes by another name now is told under that. */
  #carryOn(sight: Sight, moment: Moment, events: VerdictEvent[]): void {
    const { told, standing, process } = sight;
    if (told === null || standing === null || told.service === process.service) return;
    events.push(withdrawn(told, moment, renamedWords(process)));
    sight.told = null;
    this.#tell(sight, "suspect", null, moment, events, standing.raisedAt);
  }

  #judge(process: Process, open: number, moment: Moment, events: VerdictEvent[]): void {
    const known = this.#sights.get(process);
    if (known === undefined) {
      this.#sights.set(process, begin(process, open, this.#ledger.now));
      return;
    }
    const { elapsed, now } = this.#ledger;
    const { counted } = known;
    counted.take(open, now, elapsed > 0 && elapsed <= LONGEST_TICK ? elapsed : null);
    const level = this.#restrained(known);
    const { next, change } = step(known.standing, viewOf(known, level, now), now);
    const before = known.standing;
    known.standing = next;
    if (change === null) {
      if (next !== null && !known.sure && isSure(known)) {
        known.sure = true;
        this.#tell(known, "suspect", "it goes on rising", moment, events, next.raisedAt);
      }
      return;
    }
    const to = change.to === "cleared" || change.to === "carried" ? "cleared" : "suspect";
    this.#tell(known, to, change.reason, moment, events, before?.raisedAt);
  }

  /** A suspicion at most, and told when it is known what rises, or after a while without. */
  #restrained(sight: Sight): Level {
    const { now } = this.#ledger;
    const { evidence, account } = sight.counted;
    if (evidence.risingSince === null) sight.before = null;
    else if (sight.before === null && this.#mayLook())
      sight.before = { groups: this.#look().of(sight.process), open: account.open };
    const level = levelOf(evidence);
    if (level !== "suspect") {
      sight.suspiciousSince = null;
      return level;
    }
    if (sight.standing !== null) return level;
    sight.suspiciousSince ??= now;
    if (this.#match(sight) || now - sight.suspiciousSince >= MATCH_SECONDS) return level;
    return "insufficient";
  }

  #match(sight: Sight): boolean {
    if (sight.before === null || !this.#mayLook()) return false;
    const groups = this.#look().of(sight.process);
    const { open } = sight.counted.account;
    const found = risingWith(sight.before.groups, groups, open - sight.before.open, open);
    if (found === null) return false;
    sight.filling = { traits: found.traits, count: found.count, unlisted: totalOf(groups) };
    return true;
  }

  /** Looked at already in this tick, or long enough ago. */
  #mayLook(): boolean {
    return this.#sockets !== null || this.#ledger.now - this.#lookedAt >= LOOK_SECONDS;
  }

  #look(): UnlistedSockets {
    this.#lookedAt = this.#ledger.now;
    return (this.#sockets ??= new UnlistedSockets(this.#ledger.census, this.#ledger.now));
  }

  #tell(
    sight: Sight,
    standing: Standing,
    reason: string | null,
    moment: Moment,
    events: VerdictEvent[],
    raisedBefore?: number,
  ): void {
    const raisedAt = raisedBefore ?? sight.standing?.raisedAt ?? this.#ledger.now;
    const event = this.#event(sight, standing, reason, moment, raisedAt);
    events.push(event);
    sight.told = event;
    if (standing !== "cleared") return;
    Object.assign(sight, { told: null, filling: nothingKnown(), sure: false });
  }

  #event(
    sight: Sight,
    standing: Standing,
    reason: string | null,
    moment: Moment,
    raisedAt: number,
  ): VerdictEvent {
    const { process, filling, counted, told } = sight;
    const since = sight.standing?.since ?? counted.evidence.risingSince;
    const frame = { process, filling, counted, standing, reason, since, raisedAt };
    return partialEvent(this.#ledger, frame, moment, told);
  }
}

function begin(process: Process, open: number, now: number): Sight {
  return {
    process,
    counted: new Counted(open, now),
    before: null,
    suspiciousSince: null,
    filling: nothingKnown(),
    sure: false,
    standing: null,
    told: null,
  };
}

function nothingKnown(): Filling {
  return { traits: UNKNOWN, count: 0, unlisted: 0 };
}

function levelOf(evidence: Accumulation): Level {
  if (evidence.reaches(SUSPECT_EVIDENCE)) return "suspect";
  return evidence.reaches(WITHDRAWN_EVIDENCE) ? "insufficient" : "healthy";
}

function isSure({ counted }: Sight): boolean {
  return judgeAccumulation(rowFor(UNKNOWN), counted.evidence) === "confirmed";
}

function viewOf({ counted: { account, evidence } }: Sight, level: Level, now: number) {
  return {
    level,
    since: evidence.risingSince,
    open: account.open,
    old: account.cohorts.olderThan(RUNGS[AGED_RUNG] as number, now) + account.ofUnknownAge,
    died: account.died,
    movedAway: 0,
    alive: true,
    restarted: false,
  };
}
