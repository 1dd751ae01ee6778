import { type NetworkFact, PORT_AGE_SECONDS, type PortsFact } from "../model/port-facts.ts";
import { type Growth, type SecondsLeft, timeLeft } from "./runway.ts";

/** TCP_TIMEWAIT_LEN of include/net/tcp.h. */
const TIME_WAIT_SECONDS = 60;
/** The rate of closing is taken over the latest of these, in steps of 5 s. */
const RATE_AGES = 4;
/** So many closings were due and none came: it has ended. */
const DUE = 3;
/** No date is given beyond this. */
const HORIZON_SECONDS = 365 * 86_400;

/**
 * Ports towards one destination. What counts as used was measured on Linux 6.18, in a network namespace with 1,000
 * local ports, one source, one destination, connections that the client closed at once, 10,000 a second:
 *
 *     tcp_tw_reuse   addresses     connect(2) fails (EADDRNOTAVAIL)
 *     0              any           at 1,000 rows, TIME_WAIT and others together, until the first is 60 s old
 *     1              any           at 1,000 rows younger than 1 s (tcp_tw_reuse_delay): 1,000 connections a second go on
 *     2 (default)    127.0.0.1     as with 1
 *     2              not loopback  as with 0; an address of this host that is not in 127.0.0.0/8 is not loopback
 *
 * Live connections alone: at 1,000. Past the half of the range a connect takes 60 to 110 us instead of 11 to 40: the
 * kernel tries every second port first. Reuse needs timestamps (tcp_twsk_unique() of net/ipv4/tcp_ipv4.c). A program
 * that binds its own address before it connects, without IP_BIND_ADDRESS_NO_PORT, has no use of it; rows do not tell.
 */
export interface Occupancy {
  /** Ports that connect(2) may choose. */
  readonly most: number;
  /** Of these, those that it cannot choose now. */
  readonly used: number;
  readonly live: number;
  readonly timeWait: number;
  /** Ports in TIME_WAIT are free again after less than their minute. */
  readonly reusable: boolean;
  /** The most that TIME_WAIT can take here: tcp_max_tw_buckets is for the whole namespace. */
  readonly timeWaitMost: number;
  /** As in PortsFact; [] where they are of no matter. */
  readonly ages: readonly number[];
}

/** Null where the range is not known, or has no ports. */
export function occupancyOf(
  fact: PortsFact,
  network: NetworkFact | undefined,
  timeWaitElsewhere: number,
): Occupancy | null {
  const most = network?.localPorts?.count ?? 0;
  if (network === undefined || most === 0) return null;
  const { live, timeWait, recent, ages } = fact;
  const reusable = isReusable(fact, network) && ages.length > 0;
  return {
    most,
    used: Math.min(most, live + (reusable ? recent : timeWait)),
    live,
    timeWait,
    reusable,
    timeWaitMost: Math.max(timeWait, (network.timeWaitMost ?? Number.POSITIVE_INFINITY) - timeWaitElsewhere),
    ages: reusable ? [] : ages,
  };
}

function isReusable({ source, peer }: PortsFact, { timeWaitReuse, timestamps }: NetworkFact): boolean {
  if (timestamps !== true) return false;
  return timeWaitReuse === 1 || (timeWaitReuse === 2 && (isLoopback(source) || isLoopback(peer)));
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "[::1]" || address.startsWith("[::1]:");
}

/**
 * How fast connections go into TIME_WAIT, from the ages of those that are in it:
 *
 *     youngest first   41 39 40 42 40 17  0  0  0  0  0  0      began 27 s ago: the step in which it began is left out
 *     youngest first    0  0  0 40 41 39 40 40 41 40 39 40      ended 15 s ago: null
 *
 * Null too where ages are not known, or nothing was closed for longer than one step.
 */
export function closingGrowth(ages: readonly number[]): Growth | null {
  const begun = ages.indexOf(0) === -1 ? ages.length : lastFilled(ages);
  const steps = ages.slice(0, Math.min(RATE_AGES, begun));
  const count = steps.reduce((sum, step) => sum + step, 0);
  if (steps.length === 0 || count === 0) return null;
  const mean = count / steps.length;
  if (steps[0] === 0 && mean >= DUE) return null;
  const variance =
    steps.length < 3 ? mean : steps.reduce((sum, step) => sum + (step - mean) ** 2, 0) / (steps.length - 1);
  return { count, seconds: steps.length * PORT_AGE_SECONDS, dispersion: Math.max(1, variance / mean) };
}

/** Full steps before the one in which it began. */
function lastFilled(ages: readonly number[]): number {
  return ages.findLastIndex((age) => age > 0);
}

/** For how many steps of 5 s in a row, up to now, connections went into TIME_WAIT. */
export function steadySteps(ages: readonly number[]): number {
  const gap = ages.findIndex((age) => age === 0);
  return gap === -1 ? ages.length : gap;
}

/** Ports opened a second, and given back: what a forecast rests on. */
export interface PortFlow {
  readonly closings: Growth | null;
  readonly live: Growth | null;
}

/**
 * Seconds until no port is left. TIME_WAIT grows for a minute after a step and then stands at 60 s x rate, since each
 * row goes when it is 60 s old: with `a` younger than 60 - s seconds now, live connections that grow by g and closings at
 * rate c, in s seconds
 *
 *     taken(s) = live + g s + min(a(s) + c min(s, 60), what tcp_max_tw_buckets leaves)
 *
 * are taken. Infinity where that never reaches what there is. The rates c and g are Gamma distributed as in runway.ts.
 */
export function portsLeft(occupancy: Occupancy, flow: PortFlow): SecondsLeft {
  const at = (z: number): number =>
    secondsUntilFull(occupancy, rateAt(flow.closings, z), rateAt(flow.live, z));
  return { p05: at(Z_95), p50: at(0), p95: at(-Z_95) };
}

/** Whether the end within `seconds` has a probability of 0.9. */
export function endsWithin(seconds: number, occupancy: Occupancy, flow: PortFlow): boolean {
  return secondsUntilFull(occupancy, rateAt(flow.closings, -Z_90), rateAt(flow.live, -Z_90)) <= seconds;
}

/** Connections opened a second, at the middle of what is likely; null: nothing is known of it. */
export function openedPerSecond({ closings, live }: PortFlow): number | null {
  return closings === null && live === null ? null : rateAt(closings, 0) + rateAt(live, 0);
}

/** Ports taken once TIME_WAIT has levelled off at this rate of closing; null where no rate is known. */
export function timeWaitPlateau({ live, timeWaitMost }: Occupancy, { closings }: PortFlow): number | null {
  return closings === null ? null : live + Math.min(timeWaitMost, rateAt(closings, 0) * TIME_WAIT_SECONDS);
}

const Z_90 = 1.2815515655446004;
const Z_95 = 1.6448536269514722;

/** The rate at a normal deviate, between the three that timeLeft knows as if its logarithm were normal. */
function rateAt(growth: Growth | null, z: number): number {
  if (growth === null) return 0;
  const { p05, p50, p95 } = timeLeft(1, growth);
  const spread = z < 0 ? Math.log(p95 / p50) : Math.log(p50 / p05);
  return (1 / p50) * Math.exp((z / Z_95) * spread);
}

function secondsUntilFull(occupancy: Occupancy, closing: number, growing: number): number {
  const { most, used, live, ages, timeWaitMost } = occupancy;
  if (used >= most) return 0;
  if (ages.length === 0) return withinHorizon((most - used) / growing);
  let before = used;
  for (let seconds = 1; seconds <= TIME_WAIT_SECONDS; seconds++) {
    const timeWait = Math.min(timeWaitMost, leftAfter(ages, seconds) + closing * seconds);
    const taken = live + growing * seconds + timeWait;
    if (taken >= most) return seconds - 1 + Math.min(1, (most - before) / Math.max(taken - before, 1e-9));
    before = taken;
  }
  return withinHorizon(TIME_WAIT_SECONDS + (most - before) / growing);
}

function withinHorizon(seconds: number): number {
  return seconds > HORIZON_SECONDS ? Infinity : seconds;
}

/** Of those in TIME_WAIT now, the ones that still are after so many seconds. */
function leftAfter(ages: readonly number[], seconds: number): number {
  const steps = (TIME_WAIT_SECONDS - seconds) / PORT_AGE_SECONDS;
  let left = 0;
  for (let step = 0; step < steps && step < ages.length; step++)
    left += (ages[step] ?? 0) * Math.min(1, steps - step);
  return left;
}
