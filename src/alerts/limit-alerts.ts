import { UNLIMITED } from "../model/facts.ts";
import type { DescriptorClass } from "../census/classes.ts";
import type { Process } from "../census/processes.ts";
import type { Account } from "../ledger/account.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { DescryEvent, ForecastEvent, VerdictEvent } from "../model/events.ts";
import { judgeLimit, type LimitJudgement } from "../rules/limit.ts";
import { headroomOf, mostHeld } from "./case.ts";
import type { Moment } from "./events.ts";
import { atLimitEvent, forecastEvent, type LimitFrame } from "./limit-events.ts";
import type { Filling } from "./partial-events.ts";

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

/** What stands of processes at their limit, or running towards it; one of each a service, for the first of its processes met. */
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
    this.#clearExited(moment, events);
    for (const process of this.#ledger.census.processes.all()) {
      const judgement = process.judged ? this.#judge(process) : null;
      if (judgement === null) continue;
      this.#stepAtLimit(process, judgement, moment, events);
      this.#stepForecast(process, judgement, moment, events);
    }
    return events;
  }

  verdicts(): VerdictEvent[] {
    return [...this.#atLimit.values()].map(({ told }) => told);
  }

  forecasts(): ForecastEvent[] {
    return [...this.#forecasts.values()].map(({ told }) => told);
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
      const told = atLimitEvent(this.#ledger, frame, moment);
      this.#atLimit.set(process.service, { process, told });
      events.push(told);
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
      const told = forecastEvent(this.#ledger, frame, moment);
      this.#forecasts.set(process.service, { process, told });
      events.push(told);
    } else if (raised.process === process && judgement.forecastWithdrawn) {
      this.#forecasts.delete(process.service);
      events.push(withdrawn(raised.told, moment, "the end is no longer likely within half an hour"));
    }
  }

  #clearExited(moment: Moment, events: DescryEvent[]): void {
    for (const alerts of [this.#atLimit, this.#forecasts]) {
      for (const [service, { process, told }] of alerts) {
        if (this.#ledger.census.processes.byPid(process.fact.pid) === process) continue;
        alerts.delete(service);
        events.push(withdrawn(told, moment, "its process ended, which does not mend it"));
      }
    }
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

/** What was told, withdrawn now. */
export function withdrawn<E extends VerdictEvent | ForecastEvent>(
  told: E,
  moment: Moment,
  reason: string,
): E {
  const summary = `Withdrawn: ${told.service}: ${reason}.`;
  return { ...told, at: new Date(moment.at).toISOString(), standing: "cleared", reason, summary };
}
