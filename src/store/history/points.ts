import type { HistoryTick, Measure, OwnCost, SeriesName } from "../../model/history.ts";
import type { ProcessView, ServiceView, Snapshot } from "../../model/snapshot.ts";
import { toKept } from "./measures.ts";
import type { Names } from "./names.ts";
import type { Recorded, RecordedService } from "./recorded.ts";

/** Takes one figure; `kept` as measures.ts makes it. */
export type Put = (series: SeriesName, kept: number) => void;

/** All figures of a tick. */
export function putPoints(tick: HistoryTick, recorded: Recorded, put: Put): void {
  const { snapshot, turnover, cost } = tick;
  const at = Date.parse(snapshot.at);
  const services = snapshot.services.map((view) => ({ view, recorded: recorded.serviceOf(view.service) }));
  if (turnover !== null) recorded.count(turnover);
  for (const { view, recorded: service } of services)
    if (service !== null) putService(view, at, service, put, turnover !== null);
  const left = services.filter(({ recorded: service }) => service === null).length;
  putHost(snapshot, left, recorded.host, put);
  if (cost !== null) putCost(cost, recorded.host, put);
}

function putService(
  view: ServiceView,
  at: number,
  recorded: RecordedService,
  put: Put,
  counted: boolean,
): void {
  const { names } = recorded;
  const one = (measure: Measure, label: string | null, value: number | null) =>
    put(names.of(measure, label), toKept(measure, value));
  one("open-descriptors", null, view.open);
  // Where nothing may be listed it is not known what it holds.
  if (view.processes.some(({ readable }) => readable)) {
    const { byKind, byPeer } = heldBy(view);
    for (const [kind, open] of recorded.kinds(byKind)) one("open-descriptors", kind, open);
    for (const [peer, open] of recorded.peers.counted(byPeer)) one("connections", peer, open);
    for (const [rung, open] of recorded.ages.counted(view.holdings) ?? []) one("ages", rung, open);
  }
  if (counted)
    for (const [kind, { born, closed }] of recorded.totals) {
      one("born-total", kind, born);
      one("closed-total", kind, closed);
    }
  const nearest = nearestToLimit(view.processes);
  one("descriptor-limit", null, nearest?.softLimit ?? null);
  one("headroom", null, nearest?.headroom ?? null);
  const exhaustedAt = view.runway?.exhaustedAt?.p50 ?? null;
  if (view.runway !== null && exhaustedAt !== null)
    one(
      "runway-seconds",
      view.runway.resource,
      Math.max(0, Math.round((Date.parse(exhaustedAt) - at) / 1000)),
    );
}

function heldBy({ holdings }: ServiceView): Record<"byKind" | "byPeer", Map<string, number>> {
  const byKind = new Map<string, number>();
  const byPeer = new Map<string, number>();
  for (const { subject, open } of holdings) {
    add(byKind, subject.kind, open);
    if (subject.kind === "tcp" && subject.peer !== null) add(byPeer, subject.peer, open);
  }
  return { byKind, byPeer };
}

function add(sums: Map<string, number>, name: string, more: number): void {
  sums.set(name, (sums.get(name) ?? 0) + more);
}

function nearestToLimit(processes: readonly ProcessView[]): ProcessView | null {
  let nearest: ProcessView | null = null;
  for (const process of processes)
    if (process.headroom !== null && process.headroom < (nearest?.headroom ?? Infinity)) nearest = process;
  return nearest;
}

function putHost(snapshot: Snapshot, left: number, names: Names, put: Put): void {
  const { coverage } = snapshot;
  const one = (measure: Measure, value: number | null) =>
    put(names.of(measure, null), toKept(measure, value));
  one("open-files", snapshot.openFiles);
  one("file-max", snapshot.fileMax);
  one("time-wait", snapshot.timeWait);
  one("processes", coverage.processes);
  one("coverage-ratio", ratio(coverage.listed, coverage.processes));
  one("tcp-coverage-ratio", ratio(coverage.tcpSeen, coverage.tcpOpened));
  one("unrecorded-services", left);
}

function ratio(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}

function putCost({ stages, cpuSeconds, residentBytes }: OwnCost, names: Names, put: Put): void {
  const one = (measure: Measure, label: string | null, value: number | null) =>
    put(names.of(measure, label), toKept(measure, value));
  for (const { stage, milliseconds } of stages) one("stage-milliseconds", stage, milliseconds);
  one("cpu-seconds", null, cpuSeconds);
  one("resident-bytes", null, residentBytes);
}
