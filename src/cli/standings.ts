import type { Coverage, DescryEvent, ForecastEvent, SummaryEvent, VerdictEvent } from "../model/events.ts";
import type { Snapshot } from "../model/snapshot.ts";

/** What stands after all events so far: the last word on each verdict and forecast, without the withdrawn ones. */
export interface Standings {
  readonly verdicts: readonly VerdictEvent[];
  readonly forecasts: readonly ForecastEvent[];
}

/** Keeps the last event of each verdict and forecast, by fingerprint: one host has one of each. */
export function createStandings(): { note(events: readonly DescryEvent[]): void; now(): Standings } {
  const verdicts = new Map<string, VerdictEvent>();
  const forecasts = new Map<string, ForecastEvent>();
  return {
    note(events) {
      for (const event of events) {
        if (event.type === "verdict") keep(verdicts, event);
        if (event.type === "forecast") keep(forecasts, event);
      }
    },
    now: () => ({ verdicts: [...verdicts.values()], forecasts: [...forecasts.values()] }),
  };
}

function keep<E extends VerdictEvent | ForecastEvent>(kept: Map<string, E>, event: E): void {
  if (event.standing === "cleared") kept.delete(event.fingerprint);
  else kept.set(event.fingerprint, event);
}

/** The last line of a watch: what stands at its end, among how many processes. */
export function summaryOf(snapshot: Snapshot, standings: Standings): SummaryEvent {
  const coverage: Coverage = snapshot.coverage;
  return {
    type: "summary",
    at: snapshot.at,
    host: snapshot.host,
    verdicts: standings.verdicts.length,
    stories: new Set(standings.verdicts.map(({ story }) => story)).size,
    forecasts: standings.forecasts.length,
    watchedProcesses: snapshot.services.reduce((sum, service) => sum + service.processes.length, 0),
    coverage,
  };
}
