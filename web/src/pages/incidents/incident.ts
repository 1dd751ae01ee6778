import type { ListedForecast, ListedVerdict } from "../../../../src/server/api.ts";

export type Told = ListedVerdict | ListedForecast;
export type Standing = Told["standing"];

/** One thing that was told of an incident. */
export interface Moment {
  /** RFC 3339. */
  readonly at: string;
  readonly standing: Standing;
  /** Why it was withdrawn, or told again: "restarted, not fixed". */
  readonly reason: string | null;
  readonly open: number | null;
  readonly limit: number | null;
  readonly netPerMinute: number | null;
  /** What was left then until the descriptors run out, in seconds, by the median; null: not known, or not within the horizon. */
  readonly runwaySeconds: number | null;
}

/** All that was told with one id, from the first suspicion until it was withdrawn. Times in RFC 3339. */
export interface Incident {
  readonly id: string;
  readonly host: string;
  readonly rule: ListedVerdict["rule"] | "forecast";
  readonly fingerprint: string;
  readonly service: string | null;
  readonly serviceId: string | null;
  readonly subject: ListedVerdict["subject"] | null;
  /** Oldest first. Of an incident whose beginning was not read yet the earlier ones are missing. */
  readonly moments: readonly [Moment, ...Moment[]];
  /** Since when it piled up, as it was told; null: it was not. */
  readonly began: string | null;
}

/** What a row says of an incident, from its moments. */
export interface Course {
  readonly firstTold: string;
  readonly lastTold: string;
  readonly suspectedAt: string | null;
  readonly confirmedAt: string | null;
  readonly clearedAt: string | null;
  /** The worst that was said of it. */
  readonly worst: "suspect" | "confirmed";
  /** The highest that was told: kept a minute. */
  readonly worstPerMinute: number | null;
  /** The least that was told to be left, in seconds. */
  readonly leastRunwaySeconds: number | null;
}

export type Incidents = ReadonlyMap<string, Incident>;

/** The incidents with these events too. What is known already changes nothing: the same event may be read twice. */
export function withTold(known: Incidents, events: readonly Told[]): Incidents {
  const incidents = new Map(known);
  for (const event of events) {
    const before = incidents.get(event.id);
    incidents.set(event.id, before === undefined ? opened(event) : continued(before, event));
  }
  return incidents;
}

/** True where the event is among what is known. */
export function isKnown(known: Incidents, event: Told): boolean {
  return known.get(event.id)?.moments.some((moment) => isSame(moment, event)) ?? false;
}

/** What was told last comes first: older pages of the history only add at the end. */
export function newestFirst(incidents: Incidents): Incident[] {
  return [...incidents.values()].toSorted((a, b) => byTime(lastOf(b).at, lastOf(a).at));
}

export function courseOf({ moments }: Incident): Course {
  const last = lastOf({ moments });
  const rates = moments.flatMap(({ netPerMinute }) => netPerMinute ?? []);
  const runways = moments.flatMap(({ runwaySeconds }) => runwaySeconds ?? []);
  return {
    firstTold: moments[0].at,
    lastTold: last.at,
    suspectedAt: firstAs(moments, "suspect"),
    confirmedAt: firstAs(moments, "confirmed"),
    clearedAt: last.standing === "cleared" ? last.at : null,
    worst: moments.some(({ standing }) => standing === "confirmed") ? "confirmed" : "suspect",
    worstPerMinute: rates.length === 0 ? null : Math.max(...rates),
    leastRunwaySeconds: runways.length === 0 ? null : Math.min(...runways),
  };
}

export type State = "stands" | "over" | "unknown";

/**
 * Whether it stands. `standing`: the ids of all that stands now; null: that is not known. What was never withdrawn and
 * stands no more was left open by an agent that ended: nobody knows how it went on.
 */
export function stateOf(incident: Incident, standing: ReadonlySet<string> | null): State {
  if (lastOf(incident).standing === "cleared") return "over";
  return standing === null || standing.has(incident.id) ? "stands" : "unknown";
}

export function lastOf({ moments }: Pick<Incident, "moments">): Moment {
  return moments.at(-1) ?? moments[0];
}

function opened(event: Told): Incident {
  const { id, host, fingerprint, service, serviceId } = event;
  const isVerdict = event.type === "verdict";
  return {
    ...{ id, host, fingerprint, service, serviceId },
    rule: isVerdict ? event.rule : "forecast",
    subject: isVerdict ? event.subject : null,
    began: isVerdict ? event.since : null,
    moments: [momentOf(event)],
  };
}

function continued(before: Incident, event: Told): Incident {
  if (before.moments.some((moment) => isSame(moment, event))) return before;
  const [first, ...rest] = [...before.moments, momentOf(event)].toSorted((a, b) => byTime(a.at, b.at));
  if (first === undefined) return before;
  const since = event.type === "verdict" ? event.since : null;
  return { ...before, moments: [first, ...rest], began: earlier(before.began, since) };
}

function momentOf(event: Told): Moment {
  const { at, standing, reason, open, limit, netPerMinute, runway } = event;
  const end = runway?.exhaustedAt?.p50 ?? null;
  const runwaySeconds = end === null ? null : Math.max(0, (Date.parse(end) - Date.parse(at)) / 1000);
  return { at, standing, reason, open, limit, netPerMinute, runwaySeconds };
}

function isSame(moment: Moment, event: Told): boolean {
  return moment.at === event.at && moment.standing === event.standing && moment.reason === event.reason;
}

function firstAs(moments: readonly Moment[], standing: Standing): string | null {
  return moments.find((moment) => moment.standing === standing)?.at ?? null;
}

function earlier(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return byTime(a, b) <= 0 ? a : b;
}

function byTime(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b);
}
