import type { LivesAnswer, SeriesAnswer } from "../../../../src/server/api.ts";
import type { Incident, Told } from "./incident.ts";

/** How long before and after an incident what was measured belongs to it. */
const AROUND_MILLISECONDS = 10 * 60_000;
/** A series has at most 2,000 points. */
const MOST_POINTS = 1800;

/** What is saved of an incident: all of it as the API gave it. */
export interface SavedIncident {
  readonly format: "descry-incident";
  readonly version: 1;
  readonly host: string;
  readonly savedAt: string;
  readonly id: string;
  readonly service: string | null;
  readonly from: string;
  readonly to: string;
  /** What was told of it, oldest first. */
  readonly verdicts: readonly Told[];
  /** null: `missing` says why. */
  readonly series: SeriesAnswer | null;
  readonly lives: LivesAnswer | null;
  /** What could not be had, in words. */
  readonly missing: readonly string[];
}

/** From ten minutes before it began until ten minutes after it ended, not later than now. RFC 3339. */
export function aroundOf(
  { moments, began }: Pick<Incident, "moments" | "began">,
  now: number,
): { readonly from: string; readonly to: string } {
  const told = moments.map(({ at }) => Date.parse(at));
  const first = Math.min(...told, began === null ? Infinity : Date.parse(began));
  const last = moments.at(-1)?.standing === "cleared" ? Math.max(...told) : now;
  return {
    from: new Date(first - AROUND_MILLISECONDS).toISOString(),
    to: new Date(Math.max(Math.min(last + AROUND_MILLISECONDS, now), first + 1000)).toISOString(),
  };
}

export function seriesPath(serviceId: string, { from, to }: { from: string; to: string }): string {
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  const query = new URLSearchParams({ from, to, step: `${Math.max(1, Math.ceil(seconds / MOST_POINTS))}s` });
  return `/api/v1/services/${encodeURIComponent(serviceId)}/series?${query}`;
}

/** "descry-web-12-gunicorn.service-2026-11-12T031405Z.json": nothing but letters, digits, ".", "_", "~" and "-". */
export function fileName(host: string, serviceId: string | null, at: string, ending: string): string {
  const time = `${new Date(at).toISOString().slice(0, 19).replaceAll(":", "")}Z`;
  const parts = [host, serviceId ?? "host"].map((part) => part.replaceAll(/[^\w.~-]+/g, "-").slice(0, 80));
  return `descry-${parts.join("-")}-${time}.${ending}`;
}
