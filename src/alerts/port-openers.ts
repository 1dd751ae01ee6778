import { type Process, startedAt } from "../census/processes.ts";
import type { TimeWait } from "../census/time-wait.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { TimeWaitFact } from "../model/socket-facts.ts";
import { PORT_AGE_SECONDS, type PortsFact } from "../model/port-facts.ts";

/**
 * How it is known who opens connections to a peer:
 *
 *   seen         it holds half of them and more, or held those in TIME_WAIT
 *   some         of the few that anybody was seen to hold it holds most; whose the others are nobody can tell
 *   only         nobody else in the network namespace could: it alone has connections, and is older than they are
 */
export type Certainty = "seen" | "some" | "only";

export interface Opener {
  readonly service: string;
  readonly worst: Process;
  readonly certainty: Certainty;
}

/**
 * Who takes the ports of a destination; null when nobody can tell: a connection that lives shorter than the moment
 * between two readings, of tables and of descriptors, is seen in neither with its owner.
 */
export function openerOf(ledger: Ledger, fact: PortsFact): Opener | null {
  const held = heldRows(ledger, fact);
  const [seen] = [...held.byService].toSorted((one, other) => other[1].count - one[1].count);
  const [left] = splitOf(ledger, leadOf(fact), fact.timeWait).services;
  const found = (service: string, worst: Process): Opener => {
    const own = (held.byService.get(service)?.count ?? 0) + seenInTimeWait(ledger, fact, service);
    return { service, worst, certainty: 2 * own >= fact.live + fact.timeWait ? "seen" : "some" };
  };
  if (left !== undefined && left.count > (seen?.[1].count ?? 0)) {
    const worst = held.byService.get(left.service)?.worst ?? processOf(ledger, left.service, fact.netns);
    if (worst !== null) return found(left.service, worst);
  }
  return seen === undefined ? byElimination(ledger, fact, held.users) : found(seen[0], seen[1].worst);
}

/** Rows in TIME_WAIT that were seen in the hands of the service. */
function seenInTimeWait({ census, now }: Ledger, fact: PortsFact, service: string): number {
  const { services } = census.timeWaitOwners.split(leadOf(fact), fact.timeWait, null, now);
  return services.find((one) => one.service === service)?.count ?? 0;
}

/** Rows in TIME_WAIT towards an address by whose they were. */
export function splitTimeWait(ledger: Ledger, fact: TimeWaitFact): TimeWait {
  return splitOf(ledger, fact, fact.count);
}

function splitOf(ledger: Ledger, lead: Omit<TimeWaitFact, "count" | "fact">, count: number): TimeWait {
  const { census, now } = ledger;
  return census.timeWaitOwners.split(lead, count, soleService(ledger, lead), now);
}

function leadOf({ netns, peer }: PortsFact): Omit<TimeWaitFact, "count" | "fact"> {
  return { netns, direction: "outbound", address: peer };
}

/** The one service there whose connections lead there; inbound, the one that listens. Null: none, or several. */
function soleService(
  { census }: Ledger,
  { netns, direction, address }: Omit<TimeWaitFact, "count" | "fact">,
): string | null {
  if (direction === "inbound") return listenerService(census, netns, address);
  const [sole, ...others] = census.classes.servicesWith(direction, address);
  if (sole === undefined || others.length > 0) return null;
  for (const { service, fact } of census.processes.all())
    if (service === sole && fact.netns === netns) return sole;
  return null;
}

function listenerService(
  { sockets, descriptors, processes }: Ledger["census"],
  netns: number,
  address: string,
) {
  const inode = sockets.listenerFor(netns, address);
  if (inode === null) return null;
  for (const slot of descriptors.sharing(inode))
    return processes.byIndex(descriptors.process[slot] as number).service;
  return null;
}

interface Held {
  count: number;
  worst: Process;
  most: number;
}

/** Open connections to the peer, by the services that hold them, and the users whose sockets they are. */
function heldRows({ census }: Ledger, { netns, peer }: PortsFact) {
  const byService = new Map<string, Held>();
  const byProcess = new Map<Process, number>();
  const users = new Set<number>();
  for (const row of census.sockets.all()) {
    if (row.netns !== netns || row.remote !== peer || row.protocol !== "tcp" || row.direction !== "outbound")
      continue;
    if (row.uid !== null && !row.gone) users.add(row.uid);
    for (const slot of census.descriptors.sharing(row.inode)) {
      const process = census.processes.byIndex(census.descriptors.process[slot] as number);
      const mine = (byProcess.get(process) ?? 0) + 1;
      byProcess.set(process, mine);
      const held = byService.get(process.service) ?? { count: 0, worst: process, most: 0 };
      held.count++;
      if (mine > held.most) Object.assign(held, { worst: process, most: mine });
      byService.set(process.service, held);
      break;
    }
  }
  return { byService, users };
}

/**
 * Of the services in the namespace that have the user of its sockets, if that is known, the one that has TCP connections
 * at all; who serves the peer only where nobody else is there. Whoever was not listed may have some. A program that
 * runs beside is not named for being the only one there: the opener may have ended.
 */
function byElimination(ledger: Ledger, fact: PortsFact, users: ReadonlySet<number>): Opener | null {
  const server = listenerService(ledger.census, fact.netns, fact.peer);
  const there = servicesOf(ledger, fact, users);
  const sole = there.size === 1 && server !== null && there.has(server);
  const connected = connectedServices(ledger);
  const able = [...there].filter(
    ([service, { hidden }]) => service !== server && (hidden || connected.has(service)),
  );
  const [first] = sole ? [...there] : able;
  if (first === undefined || (able.length > 1 && !sole)) return null;
  const [service, { hidden, started }] = first;
  if (hidden || started > closedSince(ledger, fact)) return null;
  const worst = processOf(ledger, service, fact.netns);
  return worst === null ? null : { service, worst, certainty: "only" };
}

interface There {
  /** One of its processes was not listed. */
  hidden: boolean;
  /** When the first of its processes did, in seconds since boot. */
  started: number;
}

/** The services with a process in the namespace, of one of the users if any is known. */
function servicesOf({ census }: Ledger, { netns }: PortsFact, users: ReadonlySet<number>) {
  const services = new Map<string, There>();
  for (const process of census.processes.all()) {
    const { fact, service } = process;
    if (fact.netns !== netns || fact.command.length === 0) continue;
    if (users.size > 0 && fact.uid !== null && !users.has(fact.uid)) continue;
    const there = services.get(service) ?? { hidden: false, started: Infinity };
    there.hidden ||= !process.listed;
    there.started = Math.min(there.started, startedAt(fact));
    services.set(service, there);
  }
  return services;
}

/** Services that have, or lately had, a TCP connection, wherever it leads. */
function connectedServices(ledger: Ledger): Set<string> {
  const services = new Set<string>();
  for (const { of } of ledger.classes())
    if (of.subject.kind === "tcp" && of.subject.state !== "LISTEN") services.add(of.service);
  return services;
}

/** At least so long ago, in seconds since boot, the oldest of those in TIME_WAIT was closed. */
function closedSince({ now }: Ledger, { ages }: PortsFact): number {
  return (
    now -
    Math.max(
      0,
      ages.findLastIndex((age) => age > 0),
    ) *
      PORT_AGE_SECONDS
  );
}

/** The process of the service in the namespace that has most open. */
function processOf({ census }: Ledger, service: string, netns: number): Process | null {
  let most: Process | null = null;
  for (const process of census.processes.all()) {
    if (process.service !== service || process.fact.netns !== netns) continue;
    if (most === null || (process.open ?? 0) > (most.open ?? 0)) most = process;
  }
  return most;
}
