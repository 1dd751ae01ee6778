import { type Incident, lastOf, type State } from "./incident.ts";

/** What the reader wants to see; it stands in the address. */
export interface Filter {
  /** Id of a service; null: all. */
  readonly service: string | null;
  readonly rule: string | null;
  readonly standing: StandingChoice | null;
  readonly range: RangeName;
}

export const RANGES = {
  "1h": { words: "last hour", seconds: 3600 },
  "24h": { words: "last 24 hours", seconds: 86_400 },
  "7d": { words: "last 7 days", seconds: 7 * 86_400 },
  "30d": { words: "last 30 days", seconds: 30 * 86_400 },
  "1y": { words: "last year", seconds: 365 * 86_400 },
} as const;
export type RangeName = keyof typeof RANGES;
export const USUAL_RANGE: RangeName = "7d";

export const STANDINGS = {
  stands: "stands now",
  over: "over",
  confirmed: "was confirmed",
  suspect: "suspected only",
} as const;
export type StandingChoice = keyof typeof STANDINGS;

/** Reads the filter of an address. What it does not know is passed over: an old link still opens. */
export function filterOf(parameter: (name: string) => string | null): Filter {
  const range = parameter("range");
  const standing = parameter("standing");
  return {
    service: parameter("service"),
    rule: parameter("rule"),
    standing: standing !== null && Object.hasOwn(STANDINGS, standing) ? (standing as StandingChoice) : null,
    range: range !== null && Object.hasOwn(RANGES, range) ? (range as RangeName) : USUAL_RANGE,
  };
}

/** What the agent is asked: it knows services and rules, but forecasts are of no rule. */
export function historyPath({ service, rule }: Filter, from: string, limit: number): string {
  const query = new URLSearchParams({ from, limit: String(limit) });
  if (service !== null) query.set("service", service);
  if (rule !== null && rule !== "forecast") query.set("rule", rule);
  return `/api/v1/verdicts?${query}`;
}

/** What the agent cannot be asked for. */
export function fits({ rule, standing }: Filter, incident: Incident, state: State): boolean {
  if (rule !== null && incident.rule !== rule) return false;
  const wasConfirmed = incident.moments.some((moment) => moment.standing === "confirmed");
  switch (standing) {
    case "stands":
      return state === "stands";
    case "over":
      return lastOf(incident).standing === "cleared";
    case "confirmed":
      return wasConfirmed;
    case "suspect":
      return !wasConfirmed;
    case null:
      return true;
  }
}
