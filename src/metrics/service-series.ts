import type { ForecastEvent, Runway, VerdictEvent } from "../model/events.ts";
import { UNLIMITED } from "../model/facts.ts";
import type { Holding, ProcessView, ServiceView } from "../model/snapshot.ts";
import { type Metric, METRICS } from "./definitions.ts";
import type { Exposition, LabelValues } from "./exposition.ts";
import type { Places } from "./places.ts";

/** Those for whom there is no room by name. */
export const OTHER = "other";

/** Open descriptors of which nobody may say what they are. */
const UNLISTED = "unlisted";

/** What is told of every service, and adds up for those that are told as `other`. */
export function addCounts(page: Exposition, view: ServiceView, service: string): void {
  const { holdings, processes, open } = view;
  page.add(METRICS.serviceProcesses, [service], processes.length);
  for (const { subject, open: held } of holdings)
    page.add(METRICS.openDescriptors, [service, subject.kind], held);
  const unlisted = holdings.length === 0 ? open : unreadableOf(processes);
  if (unlisted > 0) page.add(METRICS.openDescriptors, [service, UNLISTED], unlisted);
}

function unreadableOf(processes: readonly ProcessView[]): number {
  return processes.reduce((sum, { readable, open }) => sum + (readable ? 0 : open), 0);
}

/** What makes no sense as a sum: told of services that are told by name. */
export function addLimits(page: Exposition, view: ServiceView, at: number): void {
  const { service, processes } = view;
  const fullest = fullestOf(processes);
  if (fullest !== null) {
    const { open, softLimit } = fullest;
    const limit = softLimit === UNLIMITED ? Number.POSITIVE_INFINITY : softLimit;
    page.set(METRICS.descriptorLimit, [service], limit);
    page.set(METRICS.usedRatio, [service], limit === 0 ? null : open / limit);
  }
  for (const runway of runwaysOf(view))
    addRunway(page, METRICS.runway, runway, at, (quantile) => [service, runway.resource, quantile]);
}

interface Limited {
  readonly open: number;
  readonly softLimit: number;
}

function fullestOf(processes: readonly ProcessView[]): Limited | null {
  let fullest: Limited | null = null;
  for (const { open, softLimit } of processes) {
    if (softLimit === null) continue;
    if (fullest === null || open * fullest.softLimit > fullest.open * softLimit)
      fullest = { open, softLimit };
  }
  return fullest;
}

/** The shortest one of each resource. */
function runwaysOf({ runway, verdicts, forecasts }: ServiceView): Iterable<Runway> {
  const shortest = new Map<string, Runway>();
  for (const one of [runway, ...verdicts.map(runwayOf), ...forecasts.map(runwayOf)]) {
    if (one === null || one.exhaustedAt === null) continue;
    const known = shortest.get(one.resource);
    if (known === undefined || medianOf(one) < medianOf(known)) shortest.set(one.resource, one);
  }
  return shortest.values();
}

function runwayOf({ runway }: VerdictEvent | ForecastEvent): Runway | null {
  return runway;
}

function medianOf({ exhaustedAt }: Runway): number {
  return exhaustedAt?.p50 == null ? Number.POSITIVE_INFINITY : Date.parse(exhaustedAt.p50);
}

/** `at` in Unix milliseconds; `labels` makes the label values for a quantile. */
export function addRunway<const Labels extends Metric["labels"]>(
  page: Exposition,
  metric: Metric<Labels>,
  { exhaustedAt }: Runway,
  at: number,
  labels: (quantile: string) => LabelValues<Labels>,
): void {
  const { p05, p50, p95 } = exhaustedAt ?? { p05: null, p50: null, p95: null };
  for (const [quantile, date] of [
    ["0.05", p05],
    ["0.5", p50],
    ["0.95", p95],
  ] as const) {
    const seconds = date === null ? null : Math.max(0, (Date.parse(date) - at) / 1000);
    page.set(metric, labels(quantile), seconds);
  }
}

/** `peers`: those told by address; null where all count as `other`. */
export function addConnections(
  page: Exposition,
  service: string,
  connections: readonly Holding[],
  peers: Places | null,
): void {
  for (const { subject, open } of connections) {
    const { peer, state, direction } = subject;
    const told = peer === null || peers?.has(peer) === true ? peer : OTHER;
    page.add(METRICS.connections, [service, told ?? "", state ?? "", direction ?? ""], open);
  }
}

/** A socket that listens has no other end, and one that is in no table has none that is known. */
export function connectionsOf(holdings: readonly Holding[]): Holding[] {
  return holdings.filter(
    ({ subject }) => subject.kind === "tcp" && subject.direction !== null && subject.state !== "LISTEN",
  );
}

/** Several processes of a service at their limit are one verdict here: nothing in the labels tells them apart. */
export function addVerdict(page: Exposition, verdict: VerdictEvent): void {
  const { service, rule, standing, fingerprint, subject } = verdict;
  page.set(
    METRICS.verdict,
    [service ?? "", rule, standing, fingerprint, subject.kind, subject.peer ?? ""],
    1,
  );
}
