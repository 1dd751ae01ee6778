import type { AlertsState, ListedAlert, Silence } from "../../model/alert.ts";
import { reportOf } from "./report.ts";
import { silenceOf } from "./silences.ts";

/** All that live now, what fires first, of that what wakes somebody, then what began first; with what holds each back. */
export function listedAlerts({ alerts }: AlertsState, active: readonly Silence[]): ListedAlert[] {
  return alerts
    .map((alert) => ({ ...reportOf(alert), silence: silenceOf(alert.identity, active) }))
    .toSorted((a, b) => rank(b) - rank(a) || Date.parse(a.startedAt) - Date.parse(b.startedAt));
}

function rank({ phase, severity }: ListedAlert): number {
  return (phase === "firing" ? 2 : 0) + (severity === "page" ? 1 : 0);
}
