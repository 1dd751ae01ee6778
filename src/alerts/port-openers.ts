import type { Process } from "../census/processes.ts";
import type { TimeWait } from "../census/time-wait.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { TimeWaitFact } from "../model/facts.ts";
import type { PortsFact } from "../model/port-facts.ts";

/** Openings are compared over these seconds. */
const BIRTH_SECONDS = 60;
/** Who opened so many times as many descriptors as the next is likely the one. */
const STANDS_OUT = 3;

/**
 * How it is known who opens connections to a peer:
 *
 *   seen         it holds half of them and more, or held those in TIME_WAIT
 *   some         of the few that anybody was seen to hold it holds most; whose the others are nobody can tell
 *   only         nobody else in the network namespace could
 *   likely       of those who could, it opens by far the most
 */
export type Certainty = "seen" | "some" | "only" | "likely";

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
 * Of the services in the namespace those that have the user of its sockets, if that is known; who serves the peer only
 * where nobody else is left.
 */
function byElimination(ledger: Ledger, fact: PortsFact, users: ReadonlySet<number>): Opener | null {
  const { census } = ledger;
  const server = listenerService(census, fact.netns, fact.peer);
  const births = new Map<string, number>();
  let serves = false;
  for (const process of census.processes.all()) {
    if (process.fact.netns !== fact.netns || process.fact.command.length === 0) continue;
    if (users.size > 0 && process.fact.uid !== null && !users.has(process.fact.uid)) continue;
    if (process.service === server) serves = true;
    else births.set(process.service, bornLately(ledger, process.service));
  }
  if (births.size === 0 && serves && server !== null) births.set(server, 0);
  const [first, second] = [...births].toSorted((one, other) => other[1] - one[1]);
  if (first === undefined) return null;
  const worst = processOf(ledger, first[0], fact.netns);
  if (worst === null) return null;
  if (second === undefined) return { service: first[0], worst, certainty: "only" };
  const likely = first[1] > 0 && first[1] >= STANDS_OUT * second[1];
  return likely ? { service: first[0], worst, certainty: "likely" } : null;
}

function bornLately(ledger: Ledger, service: string): number {
  const account = ledger.ofService(service);
  const from = account?.history.before(ledger.now - BIRTH_SECONDS) ?? null;
  return account === undefined || from === null ? 0 : account.born - from.born;
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
