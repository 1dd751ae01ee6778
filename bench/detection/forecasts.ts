import type { VerdictEvent, ForecastEvent } from "../../src/model/events.ts";
import type { HostRun, ServiceRun, Told } from "./host-run.ts";
import { BOOTED_AT } from "./simulated-facts.ts";
import { BEGINS_AT } from "./simulated-kernel.ts";

/** What was said of the end of one leak, and when it came. Seconds of the simulation. */
export interface ForecastOutcome {
  readonly workload: string;
  readonly timing: string;
  readonly perMinute: number;
  readonly beganAt: number;
  /** When nothing more could be opened; null: it was not followed so far. */
  readonly endedAt: number | null;
  /** Of the first alarm, a confirmed verdict or a forecast; null: none was raised before the end. */
  readonly alarmAt: number | null;
  readonly alarm: "verdict" | "forecast" | null;
  /** 5, 50 and 95 % of the end as the first alarm that gave it had it; null: none did. */
  readonly said: {
    readonly at: number;
    readonly p05: number;
    readonly p50: number;
    readonly p95: number;
  } | null;
}

export function forecastsOf({ services }: HostRun): ForecastOutcome[] {
  return services.flatMap((run) => (run.truth === null ? [] : [forecastOf(run, run.truth.plan.from)]));
}

type Alarm = Told & { readonly event: VerdictEvent | ForecastEvent };

/** A confirmed verdict that the end has come is no alarm before it. */
function isAlarm(told: Told): told is Alarm {
  const { event } = told;
  if (event.type === "forecast") return event.standing !== "cleared";
  return event.type === "verdict" && event.standing === "confirmed" && event.rule !== "at-limit";
}

function forecastOf({ plan, truth, told, exhaustedAt }: ServiceRun, beganAt: number): ForecastOutcome {
  const alarms = told.filter(isAlarm).filter(({ second }) => second >= beganAt);
  const [first] = alarms;
  const telling = alarms.find(({ event }) => event.runway?.exhaustedAt != null);
  return {
    workload: plan.workload.name,
    timing: truth?.plan.timing ?? "",
    perMinute: truth?.plan.perMinute ?? 0,
    beganAt,
    endedAt: exhaustedAt,
    alarmAt: first?.second ?? null,
    alarm: first?.event.type ?? null,
    said: telling === undefined ? null : saidOf(telling),
  };
}

function saidOf({ second, event }: Alarm): ForecastOutcome["said"] {
  const at = event.runway?.exhaustedAt ?? null;
  const dated = (time: string | null): number =>
    time === null ? Infinity : (Date.parse(time) - BOOTED_AT) / 1000 - BEGINS_AT;
  return at === null ? null : { at: second, p05: dated(at.p05), p50: dated(at.p50), p95: dated(at.p95) };
}

/** An alarm was raised for every leak and has told its end: there is nothing more to see of the analysis. */
export function allForecast(runs: readonly ServiceRun[]): boolean {
  return runs.every(
    ({ truth, told }) =>
      truth !== null &&
      told.some(
        (one) => isAlarm(one) && one.second >= truth.plan.from && one.event.runway?.exhaustedAt != null,
      ),
  );
}

/** Every leak has come to its end. */
export function allEnded(runs: readonly ServiceRun[]): boolean {
  return runs.every(({ exhaustedAt }) => exhaustedAt !== null);
}

const MINUTE = 60;
/** The alarm has to be out so long before the end ... */
const LEAD = 20 * MINUTE;
/** ... or, where the whole way is not much longer, so soon after the beginning. */
const SHORT_WAY = 22 * MINUTE;
const AT_ONCE = 120;

export function isInside({ endedAt, said }: ForecastOutcome): boolean {
  return endedAt !== null && said !== null && said.p05 <= endedAt && endedAt <= said.p95;
}

/** Whether the alarm came in time. */
export function isInTime({ beganAt, endedAt, alarmAt }: ForecastOutcome): boolean {
  if (endedAt === null || alarmAt === null) return false;
  return endedAt - beganAt < SHORT_WAY ? alarmAt - beganAt <= AT_ONCE : endedAt - alarmAt >= LEAD;
}

/** Width of the interval as a share of the time that was left by its middle; null: nothing was said. */
export function relativeWidth({ said }: ForecastOutcome): number | null {
  return said === null ? null : (said.p95 - said.p05) / (said.p50 - said.at);
}
