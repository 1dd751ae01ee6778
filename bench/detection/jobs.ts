import { TEST, TUNING, type Flavour } from "./flavour.ts";
import { BUSY, HEALTHY, KNOWN_LIMITS, type Workload } from "./healthy.ts";
import type { HostPlan, ServicePlan } from "./host-run.ts";
import { SWINGING, TIMINGS, type LeakPlan } from "./leaks.ts";
import { Random } from "./random.ts";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** A minute, from 250 a minute to 5 an hour. */
export const RATES = [250, 60, 10, 1, 5 / 60] as const;
export type LeakRate = (typeof RATES)[number];

/** Where a leak is when descry begins to look: hours in the future, or there already. */
export type LeakMode = "after health" | "from the first look";

/** One simulated host, in words that can be sent to another process. */
export type Job =
  | (Common & { readonly kind: "healthy" | "known limit"; readonly days: number })
  | (Common & { readonly kind: "forecast" })
  | (Common & { readonly kind: "leak"; readonly perMinute: LeakRate; readonly mode: LeakMode });

interface Common {
  readonly seed: number;
  /** Looks are this far apart all the time, whatever is usual for the kind; absent: what is usual. */
  readonly ticks?: 1 | 10;
}

/** Which seeds, and with them which distributions: what thresholds are tuned on is never what is reported. */
export interface Draw {
  readonly flavour: Flavour;
  readonly firstSeed: number;
}

export const DRAWS: Readonly<Record<Flavour["name"], Draw>> = {
  tuning: { flavour: TUNING, firstSeed: 1 },
  test: { flavour: TEST, firstSeed: 500_001 },
};

const LIMITS = [1024, 4096, 16_384, 65_536];
/** Every program runs for a while before anybody looks. */
const BEFORE_LOOK = HOUR;
/** From the first look on so long it is looked at every second. */
const FINE_AT_FIRST = 2 * HOUR;

/** How long a leak is followed: by the analysis, and by what people have today, which needs longer. */
interface Followed {
  readonly analysis: number;
  readonly today: number;
}

const FOLLOWED: ReadonlyMap<LeakRate, Followed> = new Map([
  [250, { analysis: HOUR, today: 6 * HOUR }],
  [60, { analysis: HOUR, today: 12 * HOUR }],
  [10, { analysis: 2 * HOUR, today: DAY }],
  [1, { analysis: 6 * HOUR, today: 2 * DAY }],
  [5 / 60, { analysis: DAY, today: 3 * DAY }],
]);

export function followed(perMinute: LeakRate): Followed {
  return FOLLOWED.get(perMinute) as Followed;
}

export function planOf(job: Job, flavour: Flavour): HostPlan {
  const random = new Random(job.seed);
  if (job.kind === "forecast") return forecastPlan(job.seed, flavour, random);
  const plan =
    job.kind === "leak"
      ? leakPlan(job, flavour, random)
      : healthyPlan(job, flavour, job.kind === "healthy" ? HEALTHY : TEN_OF_EACH_LIMIT, random);
  if (job.ticks === undefined) return plan;
  return { ...plan, fine: job.ticks === 1 ? [[plan.lookFrom, plan.until]] : [] };
}

const TEN_OF_EACH_LIMIT = KNOWN_LIMITS.flatMap((one) => Array.from({ length: 10 }, () => one));

function healthyPlan(
  { seed, days }: Extract<Job, { days: number }>,
  flavour: Flavour,
  workloads: readonly Workload[],
  random: Random,
): HostPlan {
  const services = workloads.map((workload): ServicePlan => ({
    workload,
    limit: limitFor(workload, random),
    leak: null,
  }));
  const lookFrom = BEFORE_LOOK;
  const fine = [[lookFrom, lookFrom + FINE_AT_FIRST]] as const;
  const until = lookFrom + days * DAY;
  return { seed, flavour, services, lookFrom, until, todayUntil: until, fine };
}

/** Every healthy workload with a leak of one rate on top. */
function leakPlan(
  { seed, perMinute, mode }: Extract<Job, { kind: "leak" }>,
  flavour: Flavour,
  random: Random,
): HostPlan {
  const workloads = perMinute === 10 ? [...HEALTHY, BUSY] : HEALTHY;
  const slow = perMinute < 1;
  const healthy = slow ? 12 * HOUR : 6 * HOUR;
  const { analysis, today } = followed(perMinute);
  const after = mode === "after health";
  const lookFrom = after ? BEFORE_LOOK : 8 * HOUR;
  const begins = after ? lookFrom + healthy : lookFrom;
  const services = workloads.map((workload, place): ServicePlan => {
    const limit = limitFor(workload, random);
    // At the first look it has been there for up to six hours, and for as long as half of the limit lasts at most.
    const past = Math.min(6 * HOUR, ((limit / 2) * MINUTE) / perMinute);
    const from = after ? begins + random.between(0, 5 * MINUTE) : lookFrom - past * random.between(0.1, 1);
    const leak: LeakPlan = { perMinute, timing: TIMINGS[(place + seed) % TIMINGS.length] ?? "poisson", from };
    return { workload, limit, leak };
  });
  return {
    seed,
    flavour,
    services,
    lookFrom,
    until: begins + analysis,
    todayUntil: begins + today,
    fine: slow ? [] : [[begins - 5 * MINUTE, begins + Math.min(analysis, FINE_AT_FIRST)]],
  };
}

/** Processes that go on for hours: a leak that ends with its process has no end to forecast. */
const LASTING = HEALTHY.filter(({ name }) => !/restart|deploy|recycled|cron/.test(name));
/** The longest and the shortest time from the beginning of a leak to its end, in seconds. */
const RUNWAYS = [8 * MINUTE, 8 * HOUR] as const;

/** More than any of these programs has open without a leak. */
const HELD_BESIDE = 1500;

/** More than this is left open by none of them: eighteen such services are a host with half a million descriptors. */
const MOST_LEFT = 25_000;

/** Leaks of many rates under limits that end within minutes or hours, one on top of each healthy workload that goes on. */
function forecastPlan(seed: number, flavour: Flavour, random: Random): HostPlan {
  const lookFrom = BEFORE_LOOK;
  const begins = lookFrom + HOUR;
  const services = LASTING.map((workload, place): ServicePlan => {
    const perMinute = random.logBetween(2, 600);
    const runway = random.logBetween(...RUNWAYS);
    const limit = HELD_BESIDE + Math.min(MOST_LEFT, Math.round((perMinute * runway) / MINUTE));
    const timing = FORECAST_TIMINGS[(place + seed) % FORECAST_TIMINGS.length] ?? "poisson";
    return { workload, limit, leak: { perMinute, timing, from: begins + random.between(0, 5 * MINUTE) } };
  });
  const until = begins + 2 * HOUR;
  return {
    seed,
    flavour,
    services,
    lookFrom,
    until,
    todayUntil: begins + 30 * HOUR,
    fine: [[begins, begins + HOUR / 2]],
  };
}

const FORECAST_TIMINGS: readonly LeakPlan["timing"][] = [...TIMINGS, SWINGING];

function limitFor({ leastLimit }: Workload, random: Random): number {
  return random.pick(LIMITS.filter((limit) => limit >= leastLimit));
}
