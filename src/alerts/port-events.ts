import { subjectOf } from "../census/classes.ts";
import {
  closingGrowth,
  type Occupancy,
  openedPerSecond,
  type PortFlow,
  portsLeft,
  timeWaitPlateau,
} from "../indicators/ports.ts";
import { PORT_AGE_SECONDS, type NetworkFact, type PortsFact } from "../model/port-facts.ts";
import type { Runway, Standing, VerdictEvent } from "../model/events.ts";
import type { Rates } from "../model/snapshot.ts";
import type { History } from "../ledger/history.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { portActions, portEvidence, summarizePorts } from "../rules/advice/port-exhaustion.ts";
import { PLAIN_CASE } from "../rules/case.ts";
import type { PortCase } from "../rules/port-case.ts";
import { productBehind } from "./case.ts";
import { eventIdentity, finite, named, runwayUntil, verdictBody, type Moment } from "./event-head.ts";
import { isElsewhere, processCase } from "./process-case.ts";
import { fingerprintOf, hashOf } from "./fingerprint.ts";
import type { Opener } from "./port-openers.ts";

const RATE_WINDOW = 60;
const SHORTEST_WINDOW = 10;
/** What is known of who opens them when nobody can tell. */
const NOBODY = {
  ...{ service: null, pid: null, command: null, open: null },
  ...{ limit: null, hardLimit: null, headroom: null },
} as const;

/** The ports of one destination, how they fill, and who fills them. */
export interface PortFrame {
  readonly fact: PortsFact;
  /** When that was read, in seconds since boot. */
  readonly readAt: number;
  readonly network: NetworkFact;
  readonly occupancy: Occupancy;
  readonly flow: PortFlow;
  /** Ports used, over time. */
  readonly use: History;
  readonly opener: Opener | null;
  readonly standing: Standing;
  readonly raisedAt: number;
  /** Why it is told again, or more than that it stands. */
  readonly reason: string | null;
}

export function portEvent(
  ledger: Ledger,
  frame: PortFrame,
  moment: Moment,
  lastTold: VerdictEvent | null,
): VerdictEvent {
  const { opener, standing, reason } = frame;
  const told = portCase(ledger, frame, moment);
  const { service, open, pid } = told;
  const fingerprint =
    lastTold?.fingerprint ?? fingerprintOf(service, told.rule, { ...told.subject, state: null });
  const id = lastTold?.id ?? hashOf([moment.host, fingerprint, frame.raisedAt]);
  return {
    ...verdictBody(told),
    ...eventIdentity(told, { moment, id, fingerprint, standing }),
    service,
    process: opener === null ? null : named(opener.worst),
    open,
    limit: finite(told.limit),
    processes: pid === null || open === null ? [] : [{ pid, open }],
    runway: portRunway(ledger, frame, moment),
    evidence: portEvidence(told),
    actions: portActions(told),
    story: id,
    reason,
    summary: summarizePorts(told),
    alsoAffected: [],
  };
}

/** How many ports are left, and when none is. */
export function portRunway(
  ledger: Ledger,
  { occupancy, flow, readAt }: Pick<PortFrame, "occupancy" | "flow" | "readAt">,
  moment: Moment,
): Runway {
  const headroom = Math.max(0, occupancy.most - occupancy.used);
  return runwayUntil(headroom, endOf(ledger, occupancy, flow, readAt, moment.at), "ports");
}

const HORIZON_MS = 365 * 86_400_000;

/** Unix milliseconds; null when it is not likely ever. */
function endOf(
  { now }: Ledger,
  occupancy: Occupancy,
  flow: PortFlow,
  readAt: number,
  at: number,
): PortCase["exhaustedAt"] {
  const left = portsLeft(occupancy, flow);
  if (left.p50 === Number.POSITIVE_INFINITY || occupancy.used >= occupancy.most) return null;
  const date = (seconds: number): number =>
    at + Math.min(HORIZON_MS, Math.max(0, seconds - (now - readAt)) * 1000);
  return { p05: date(left.p05), p50: date(left.p50), p95: date(left.p95) };
}

function portCase(ledger: Ledger, frame: PortFrame, moment: Moment): PortCase {
  const { fact, network, occupancy, flow, opener, readAt } = frame;
  const { live, timeWait, peer, source } = fact;
  const bare = subjectOf("tcp", {
    direction: "outbound",
    peer,
    state: timeWait > live ? "TIME_WAIT" : "ESTABLISHED",
  });
  // Ports that are used again from TIME_WAIT run out by it no sooner, and were opened all the same.
  const opened = openedPerSecond({ ...flow, closings: closingGrowth(fact.ages) });
  return {
    ...(opener === null
      ? { ...PLAIN_CASE, ...NOBODY, at: moment.at, invocation: moment.invocation }
      : processCase(ledger, opener.worst, ledger.ofProcess(opener.worst), moment)),
    rule: "port-exhaustion",
    otherNetwork: isElsewhere(ledger, fact.netns),
    subject: { ...bare, product: productBehind(ledger, bare) },
    subjectOpen: live,
    rates: ratesOf(frame, opened, ledger.now),
    since: sinceOf(frame, ledger.now, moment.at),
    exhaustedAt: endOf(ledger, occupancy, flow, readAt, moment.at),
    ports: {
      source,
      peer,
      occupancy,
      network,
      openedPerSecond: opened,
      plateau: timeWaitPlateau(occupancy, flow),
      certainty: opener?.certainty ?? null,
      inside: insiderOf(ledger, opener, fact.netns),
    },
  };
}

function insiderOf({ census }: Ledger, opener: Opener | null, netns: number): number | null {
  if (opener?.worst.fact.netns === netns) return opener.worst.fact.pid;
  for (const { fact } of census.processes.all()) if (fact.netns === netns) return fact.pid;
  return null;
}

/** Ports taken and given back a minute. */
function ratesOf({ use, occupancy }: PortFrame, opened: number | null, now: number): Rates {
  const from = use.before(now - RATE_WINDOW);
  const windowSeconds = from === null ? 0 : now - from.at;
  const net =
    from === null || windowSeconds < SHORTEST_WINDOW
      ? null
      : ((occupancy.used - from.open) * 60) / windowSeconds;
  const born = opened === null ? null : opened * 60;
  return {
    windowSeconds,
    bornPerMinute: born,
    diedPerMinute: born === null || net === null ? null : Math.max(0, born - net),
    netPerMinute: net,
  };
}

/** When the first of those in TIME_WAIT was closed; null when that is longer ago than TIME_WAIT remembers. */
function sinceOf({ occupancy: { ages }, readAt }: PortFrame, now: number, at: number): number | null {
  const oldest = ages.findLastIndex((age) => age > 0);
  if (oldest === -1 || oldest === ages.length - 1) return null;
  return Math.round(at - (now - readAt + (oldest + 1) * PORT_AGE_SECONDS) * 1000);
}
