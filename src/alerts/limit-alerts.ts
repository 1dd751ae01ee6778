import { UNLIMITED } from "../model/facts.ts";
import type { DescriptorClass } from "../census/classes.ts";
import type { Process } from "../census/processes.ts";
import type { Account } from "../ledger/account.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { DescryEvent, ForecastEvent, VerdictEvent } from "../model/events.ts";
import { judgeLimit, type LimitJudgement } from "../rules/limit.ts";
import { exhaustionOf, headroomOf, mostHeld } from "./case.ts";
import type { Moment } from "./event-head.ts";
import { atLimitEvent, forecastEvent, type LimitFrame } from "./limit-events.ts";
import type { Filling } from "./partial-events.ts";
import { withdrawn } from "./withdrawn.ts";
import { PROCESS_ENDED } from "../model/reasons.ts";

/** Growth of the last minutes tells of the next. */
const COUNTED_MOVES_SECONDS = 60;

interface Raised<E> {
  readonly process: Process;
  readonly told: E;
}

/** What others know that is told with a limit. */
export interface KnownElsewhere {
  /** The story of the verdict that stands on a class; null where none does. */
  storyOf(classId: number): string | null;
  /** Of a process that may not be listed: what it has open, by its count, and what that likely is. */
  accountOf(process: Process): Account | undefined;
  fillingOf(process: Process): Filling;
  storyOfProcess(process: Process): string | null;
}

/** A process that could be judged against its limit, and what came of it. */
interface Candidate {
  readonly process: Process;
  readonly judgement: LimitJudgement;
}

/** What stands of processes at their limit, or running towards it; one of each a service, of its most endangered process. */
export class LimitAlerts {
  readonly #ledger: Ledger;
  readonly #known: KnownElsewhere;
  readonly #atLimit = new Map<string, Raised<VerdictEvent>>();
  readonly #forecasts = new Map<string, Raised<ForecastEvent>>();

  constructor(ledger: Ledger, known: KnownElsewhere) {
    this.#ledger = ledger;
    this.#known = known;
  }

  tick(moment: Moment): DescryEvent[] {
    const events: DescryEvent[] = [];
    this.#leaveBehind(moment, events);
    const candidates = [...this.#ledger.census.processes.all()].flatMap((process) => {
      const judgement = process.judged ? this.#judge(process) : null;
      return judgement === null ? [] : [{ process, judgement }];
    });
    for (const { process, judgement } of this.#mostEndangeredFirst(candidates)) {
      this.#stepAtLimit(process, judgement, moment, events);
      this.#stepForecast(process, judgement, moment, events);
    }
    return events;
  }

  /** Each has a limit of its own; where several run towards theirs, the one that is told is the first to be there. */
  #mostEndangeredFirst(candidates: readonly Candidate[]): readonly Candidate[] {
    if (candidates.filter(({ judgement }) => judgement.forecast || judgement.atLimit).length < 2)
      return candidates;
    const end = ({ process, judgement }: Candidate): number => {
      if (judgement.atLimit) return 0;
      const account = this.#accountOf(process);
      return judgement.forecast
        ? (exhaustionOf(this.#ledger, process, 0, account)?.p50 ?? Infinity)
        : Infinity;
    };
    return candidates
      .map((candidate) => ({ ...candidate, end: end(candidate) }))
      .toSorted((a, b) => (a.end === b.end ? 0 : a.end - b.end));
  }

  verdicts(): VerdictEvent[] {
    return [...this.#atLimit.values()].map(({ told }) => told);
  }

  /** With the figures of this moment. */
  forecasts(moment: Moment): ForecastEvent[] {
    return [...this.#forecasts.values()].map(({ process, told }) => {
      const frame = this.#frame(process);
      if (frame === null) return told;
      const { id, story } = told;
      return { ...forecastEvent(this.#ledger, frame, moment), id, story };
    });
  }

  /** Processes that are at their limit or run towards it. */
  *pids(): Generator<number> {
    for (const { process } of this.#atLimit.values()) yield process.fact.pid;
    for (const { process } of this.#forecasts.values()) yield process.fact.pid;
  }

  /** Null when its limit or count is not known, or nothing about it can have changed. */
  #judge(process: Process): LimitJudgement | null {
    const { softLimit } = process.fact;
    const headroom = headroomOf(this.#ledger, process);
    if (headroom === null || softLimit === null || softLimit === UNLIMITED) return null;
    const account = this.#accountOf(process);
    const still = headroom > 0 && (account === undefined || !this.#isMoving(account));
    if (still && !this.#atLimit.has(process.service) && !this.#forecasts.has(process.service)) return null;
    return judgeLimit(account, headroom, softLimit, this.#ledger.now);
  }

  #stepAtLimit(
    process: Process,
    { atLimit, clearOfLimit }: LimitJudgement,
    moment: Moment,
    events: DescryEvent[],
  ): void {
    const raised = this.#atLimit.get(process.service);
    if (raised === undefined) {
      const frame = atLimit ? this.#frame(process) : null;
      if (frame === null) return;
      this.#raise(this.#atLimit, process, atLimitEvent(this.#ledger, frame, moment), events);
    } else if (raised.process === process && clearOfLimit) {
      this.#atLimit.delete(process.service);
      events.push(withdrawn(raised.told, moment, "it can open files again"));
    }
  }

  #stepForecast(process: Process, judgement: LimitJudgement, moment: Moment, events: DescryEvent[]): void {
    const raised = this.#forecasts.get(process.service);
    if (raised === undefined) {
      const frame = judgement.forecast && !this.#atLimit.has(process.service) ? this.#frame(process) : null;
      if (frame === null) return;
      this.#raise(this.#forecasts, process, forecastEvent(this.#ledger, frame, moment), events);
    } else if (raised.process === process && judgement.forecastWithdrawn) {
      this.#forecasts.delete(process.service);
      events.push(withdrawn(raised.told, moment, "the end is no longer likely within half an hour"));
    }
  }

  /** What was told of a process that ended, or that goes by another name now: that is no mending, and it is told under the new one. */
  #leaveBehind(moment: Moment, events: DescryEvent[]): void {
    for (const [service, { process, told }] of this.#atLimit) {
      if (!this.#isLeft(service, process, told, this.#atLimit, moment, events)) continue;
      const frame = this.#atLimit.has(process.service) ? null : this.#frame(process);
      if (frame !== null)
        this.#raise(this.#atLimit, process, atLimitEvent(this.#ledger, frame, moment), events);
    }
    for (const [service, { process, told }] of this.#forecasts) {
      if (!this.#isLeft(service, process, told, this.#forecasts, moment, events)) continue;
      const frame = this.#forecasts.has(process.service) ? null : this.#frame(process);
      if (frame !== null)
        this.#raise(this.#forecasts, process, forecastEvent(this.#ledger, frame, moment), events);
    }
  }

  /** Withdraws what the service no longer has; whether its process goes on under another name. */
  #isLeft<E extends VerdictEvent | ForecastEvent>(
    service: string,
    process: Process,
    told: E,
    alerts: Map<string, Raised<E>>,
    moment: Moment,
    events: DescryEvent[],
  ): boolean {
    const lives = this.#ledger.census.processes.byPid(process.fact.pid) === process;
    if (lives && process.service === service) return false;
    alerts.delete(service);
    const reason = lives ? renamedWords(process) : PROCESS_ENDED;
    events.push(withdrawn(told, moment, reason));
    return lives;
  }

  #raise<E extends DescryEvent>(
    alerts: Map<string, Raised<E>>,
    process: Process,
    told: E,
    events: DescryEvent[],
  ): void {
    alerts.set(process.service, { process, told });
    events.push(told);
  }

  #accountOf(process: Process): Account | undefined {
    return this.#ledger.ofProcess(process) ?? this.#known.accountOf(process);
  }

  /** What is counted alone is no part of the ledger, and moves as long as it is young. */
  #isMoving(account: Account): boolean {
    return this.#ledger.isMoving(account) || this.#ledger.now - account.changedAt < COUNTED_MOVES_SECONDS;
  }

  /** Null before the process was listed, when it may be. */
  #frame(process: Process): LimitFrame | null {
    const most = mostHeld(this.#ledger, process) ?? (process.denied ? this.#known.fillingOf(process) : null);
    if (most === null) return null;
    const story = "traits" in most ? this.#known.storyOfProcess(process) : this.#storyOf(most);
    return { process, most, account: this.#accountOf(process), story };
  }

  #storyOf({ id, parent }: DescriptorClass): string | null {
    return this.#known.storyOf(id) ?? (parent === null ? null : this.#known.storyOf(parent.id));
  }
}

/** Why what was told of a process under one name is withdrawn: nothing about it ended but the name. */
export function renamedWords({ service }: Process): string {
  return `it goes by the name ${service} now, and is told under that`;
}
