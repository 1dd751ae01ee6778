import { UNLIMITED } from "../model/facts.ts";
import type { DescriptorClass } from "../census/classes.ts";
import type { Process } from "../census/processes.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { DescryEvent, ForecastEvent, VerdictEvent } from "../model/events.ts";
import { judgeLimit, type LimitJudgement } from "../rules/limit.ts";
import { headroomOf } from "./case.ts";
import type { Moment } from "./events.ts";
import { atLimitEvent, forecastEvent } from "./limit-events.ts";

interface Raised<E> {
  readonly process: Process;
  readonly told: E;
}

/** What stands of processes at their limit, or running towards it; one of each a service, for the first of its processes met. */
export class LimitAlerts {
  readonly #ledger: Ledger;
  readonly #atLimit = new Map<string, Raised<VerdictEvent>>();
  readonly #forecasts = new Map<string, Raised<ForecastEvent>>();

  /** Tells the story of the verdict that stands on a class; null where none does. */
  readonly #storyOf: (classId: number) => string | null;

  constructor(ledger: Ledger, storyOf: (classId: number) => string | null) {
    this.#ledger = ledger;
    this.#storyOf = storyOf;
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
    const account = this.#ledger.ofProcess(process);
    const still = headroom > 0 && (account === undefined || !this.#ledger.isMoving(account));
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
      const most = atLimit ? this.#mostHeld(process) : null;
      if (most === null) return;
      const told = atLimitEvent(this.#ledger, { process, most, story: this.#storyOfFilling(most) }, moment);
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
      const most = judgement.forecast && !this.#atLimit.has(process.service) ? this.#mostHeld(process) : null;
      if (most === null) return;
      const told = forecastEvent(this.#ledger, { process, most, story: this.#storyOfFilling(most) }, moment);
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

  #storyOfFilling({ id, parent }: DescriptorClass): string | null {
    return this.#storyOf(id) ?? (parent === null ? null : this.#storyOf(parent.id));
  }

  /** The class with the most descriptors of the process: what fills it. Null before it was listed. */
  #mostHeld(process: Process): DescriptorClass | null {
    const { census } = this.#ledger;
    const held = new Map<number, number>();
    for (const slot of census.descriptors.ofProcess(process.index)) {
      const id = census.descriptors.classId[slot] as number;
      if (id >= 0) held.set(id, (held.get(id) ?? 0) + 1);
    }
    const [most] = [...held].toSorted((a, b) => b[1] - a[1]);
    return most === undefined ? null : census.classes.get(most[0]);
  }
}

function withdrawn<E extends VerdictEvent | ForecastEvent>(told: E, moment: Moment, reason: string): E {
  const summary = `Withdrawn: ${told.service}: ${reason}.`;
  return { ...told, at: new Date(moment.at).toISOString(), standing: "cleared", reason, summary };
}
