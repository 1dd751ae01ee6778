import { subjectOf } from "../census/classes.ts";
import { productBehind } from "../alerts/case.ts";
import { portRunway } from "../alerts/port-events.ts";
import { splitTimeWait } from "../alerts/port-openers.ts";
import type { PortsView, Snapshot, TimeWaitView } from "../model/snapshot.ts";
import type { Analysis } from "./analysis.ts";

/** Addresses told one by one. */
const MOST_ADDRESSES = 100;
const MOST_DESTINATIONS = 20;

/** TIME_WAIT by address and whose it was, and the local ports of the fullest destinations. */
export function portsAndTimeWait(analysis: Analysis): Pick<Snapshot, "timeWaitBy" | "ports"> {
  return { timeWaitBy: timeWaitBy(analysis), ports: portsOf(analysis) };
}

function timeWaitBy({ ledger }: Analysis): TimeWaitView[] {
  return [...ledger.census.timeWait.values()]
    .toSorted((a, b) => b.count - a.count)
    .slice(0, MOST_ADDRESSES)
    .map((fact) => {
      const { address, direction, count, services, unattributed } = splitTimeWait(ledger, fact);
      return { address, direction, count, services, unattributed };
    });
}

function portsOf(analysis: Analysis): PortsView[] {
  const { ledger, moment, ports } = analysis;
  return ports
    .judged()
    .slice(0, MOST_DESTINATIONS)
    .map(({ use, occupancy, judgement, told }) => {
      const { source, peer, live, timeWait } = use.fact;
      return {
        source,
        peer,
        product: productBehind(ledger, subjectOf("tcp", { direction: "outbound", peer })),
        used: occupancy.used,
        range: occupancy.most,
        live,
        timeWait,
        reusable: occupancy.reusable,
        service: told?.service ?? null,
        runway: portRunway(ledger, { occupancy, flow: judgement.flow, readAt: use.at }, moment),
      };
    });
}
