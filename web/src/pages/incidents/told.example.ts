/** Events for tests. */
import type { ListedForecast, ListedVerdict } from "../../../../src/server/api.ts";
import type { Incident, Incidents } from "./incident.ts";

export const NONE: Incidents = new Map();

/** So many minutes after three in the morning. */
export function at(minutes: number): string {
  return new Date(Date.UTC(2026, 10, 12, 3, minutes)).toISOString();
}

const HEAD = {
  ...{ at: at(0), host: "web-12", id: "a", fingerprint: "0ace", limit: 1024, runway: null },
  ...{ summary: "", evidence: [], actions: [], story: "a", processes: [], partial: false, netPerMinute: 60 },
  ...{ reason: null, open: 90, service: "gunicorn.service", serviceId: "gunicorn.service" },
  standing: "suspect",
  process: { pid: 7, startTicks: 1, command: "gunicorn" },
} as const;

export function verdict(change: Partial<ListedVerdict>): ListedVerdict {
  return {
    ...HEAD,
    ...{ evidence: [], actions: [], processes: [], type: "verdict", rule: "unclosed-connection" },
    subject: {
      ...{ kind: "tcp", direction: "outbound", peer: "127.0.0.1:3306", product: null },
      ...{ state: "ESTABLISHED", path: null },
    },
    ...{ bornPerMinute: 60, diedPerMinute: 0, since: null, survivors: null, subjectOpen: 80 },
    ...{ alsoAffected: [], alsoRising: [], past: null, pool: null },
    ...change,
  };
}

export function forecast(change: Partial<ListedForecast>): ListedForecast {
  return { ...HEAD, ...{ evidence: [], actions: [], processes: [], type: "forecast" }, ...change };
}

export function incidentOf(incidents: Incidents, id: string): Incident {
  const incident = incidents.get(id);
  if (incident === undefined) throw new Error(`no incident ${id}`);
  return incident;
}
