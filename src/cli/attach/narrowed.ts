import { isNamed } from "../../agent/naming.ts";
import type { ForecastEvent, VerdictEvent } from "../../model/events.ts";
import type { ServiceView, Snapshot } from "../../model/snapshot.ts";
import type { Targets } from "../../model/targets.ts";
import type { Standings } from "../standings.ts";

/** What was named among all that an agent watches. */
export interface Named {
  readonly snapshot: Snapshot;
  readonly standings: Standings;
}

/**
 * The services and processes that were named, and what stands about them; null: the agent does not know one of them.
 * `family`: processes with their descendants.
 */
export function narrowed(
  snapshot: Snapshot,
  standings: Standings,
  { pids, services }: Targets,
  family: (pids: readonly number[]) => ReadonlySet<number>,
): Named | null {
  if (pids.length + services.length === 0) return { snapshot, standings };
  const known = new Set(snapshot.services.flatMap((view) => view.processes.map(({ pid }) => pid)));
  if (pids.some((pid) => !known.has(pid))) return null;
  if (services.some((name) => !snapshot.services.some((view) => isNamed(view.service, name)))) return null;
  const members = family(pids);
  const isWhole = (name: string) => services.some((wanted) => isNamed(name, wanted));
  const concerns = (event: VerdictEvent | ForecastEvent) => {
    const { service, process, processes } = event;
    if (service !== null && isWhole(service)) return true;
    return (process !== null && members.has(process.pid)) || processes.some(({ pid }) => members.has(pid));
  };
  const shown = snapshot.services
    .map((view) => (isWhole(view.service) ? view : onlyOf(view, members)))
    .filter((view) => view.processes.length > 0);
  return {
    snapshot: { ...snapshot, services: shown, coverage: coverageOf(snapshot, shown) },
    standings: {
      verdicts: standings.verdicts.filter(concerns),
      forecasts: standings.forecasts.filter(concerns),
    },
  };
}

/** Of some processes among those of a service the agent does not tell how fast they open and close. */
function onlyOf(view: ServiceView, members: ReadonlySet<number>): ServiceView {
  const processes = view.processes.filter(({ pid }) => members.has(pid));
  if (processes.length === view.processes.length) return view;
  const { windowSeconds } = view.rates;
  return {
    ...view,
    processes,
    open: processes.reduce((sum, { open }) => sum + open, 0),
    rates: { windowSeconds, bornPerMinute: null, diedPerMinute: null, netPerMinute: null },
    runway: null,
  };
}

function coverageOf({ coverage }: Snapshot, services: readonly ServiceView[]): Snapshot["coverage"] {
  const processes = services.flatMap((view) => view.processes);
  const listed = processes.filter(({ readable }) => readable).length;
  return {
    ...coverage,
    ...{ processes: processes.length, listed, denied: processes.length - listed },
    // Counted for the whole host.
    ...{ tcpOpened: null, tcpSeen: null, tcpUnattributed: null },
  };
}
