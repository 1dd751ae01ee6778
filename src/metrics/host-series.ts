import type { PortsView, Snapshot } from "../model/snapshot.ts";
import { METRICS } from "./definitions.ts";
import type { Exposition } from "./exposition.ts";
import type { OwnProcess } from "./reading.ts";
import { addRunway, OTHER } from "./service-series.ts";

/** What is told of the host as a whole. */
export function addHost(page: Exposition, snapshot: Snapshot): void {
  const { coverage, openFiles, fileMax } = snapshot;
  const { processes, listed, denied, tcpOpened, tcpSeen } = coverage;
  page.add(METRICS.openFiles, [], openFiles);
  page.add(METRICS.fileMax, [], fileMax);
  page.add(METRICS.services, [], snapshot.services.length);
  page.add(METRICS.processes, ["listed"], listed);
  page.add(METRICS.processes, ["denied"], denied);
  page.add(METRICS.processes, ["unlisted"], Math.max(0, processes - listed - denied));
  page.add(METRICS.coverage, [], processes === 0 ? null : listed / processes);
  const tcpRatio = tcpOpened === null || tcpSeen === null || tcpOpened === 0 ? null : tcpSeen / tcpOpened;
  page.add(METRICS.tcpCoverage, [], tcpRatio);
  page.add(METRICS.snapshotAt, [], Date.parse(snapshot.at) / 1000);
  page.add(METRICS.watched, [], snapshot.watchedSeconds);
}

/** TIME_WAIT by address; what is not among the first `most` is `other`, of both directions. */
export function addTimeWait(page: Exposition, { timeWait, timeWaitBy }: Snapshot, most: number): void {
  const told = timeWaitBy.slice(0, most);
  let sum = 0;
  for (const { address, direction, count } of told) {
    page.add(METRICS.timeWait, [address, direction], count);
    sum += count;
  }
  // The total and the rows by address are not of quite the same moment.
  if (timeWait !== null) page.add(METRICS.timeWait, [OTHER, ""], Math.max(0, timeWait - sum));
}

/** Ports by destination: of several source addresses the one in which most are taken. */
export function addPorts(page: Exposition, { ports, at }: Snapshot): void {
  const fullest = new Map<string, PortsView>();
  for (const view of ports) {
    const known = fullest.get(view.peer);
    if (view.range > 0 && (known === undefined || shareOf(view) > shareOf(known)))
      fullest.set(view.peer, view);
  }
  for (const [peer, view] of fullest) {
    page.set(METRICS.portsUsed, [peer], shareOf(view));
    addRunway(page, METRICS.portsRunway, view.runway, Date.parse(at), (quantile) => [peer, quantile]);
  }
}

function shareOf({ used, range }: PortsView): number {
  return used / range;
}

export function addOwnProcess(page: Exposition, own: OwnProcess): void {
  page.add(METRICS.cpuSeconds, [], own.cpuSeconds);
  page.add(METRICS.residentBytes, [], own.residentBytes);
  page.add(METRICS.virtualBytes, [], own.virtualBytes);
  page.add(METRICS.ownDescriptors, [], own.openDescriptors);
  page.add(METRICS.ownLimit, [], own.descriptorLimit);
  page.add(METRICS.startedAt, [], own.startedAt);
}
