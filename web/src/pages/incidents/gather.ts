import type { LivesAnswer, SeriesAnswer, VerdictsAnswer } from "../../../../src/server/api.ts";
import { aroundOf, type SavedIncident, seriesPath } from "./evidence.ts";
import type { Incident, Told } from "./incident.ts";

/** Asks the agent for a path. */
export type Asks = <Answer>(path: string) => Promise<Answer>;

const LIMIT = 500;
const MOST_PAGES = 10;
const SECOND = 1000;
const DAY = 86_400 * SECOND;

/**
 * All that was told of one incident, oldest first; empty: the history has it no more. `at`: a moment when something of
 * it was told, or within a day of one. Rejects with what `asks` does.
 */
export async function toldOf(id: string, at: string, asks: Asks): Promise<Told[]> {
  const moment = Date.parse(at);
  if (Number.isNaN(moment)) return [];
  const isOf = (event: Told): boolean => event.id === id;
  const near = { from: instant(moment - SECOND), to: instant(moment + SECOND) };
  const around = { from: instant(moment - DAY), to: instant(moment + DAY) };
  const one = (await pagesOf(near, asks, isOf)).find(isOf) ?? (await pagesOf(around, asks, isOf)).find(isOf);
  if (one === undefined) return [];
  const since = one.type === "verdict" && one.since !== null ? Date.parse(one.since) : moment;
  const from = instant(Math.min(since, moment) - DAY);
  const all = await pagesOf({ from, fingerprint: one.fingerprint }, asks);
  return all.filter(isOf).toReversed();
}

/** All that the agent has of an incident. What it does not have is said, and the rest is there. */
export async function savedOf(incident: Incident, now: number, asks: Asks): Promise<SavedIncident> {
  const { id, host, service, serviceId, moments } = incident;
  const around = aroundOf(incident, now);
  const missing: string[] = [];
  const tried = async <Answer>(what: string, asked: Promise<Answer>): Promise<Answer | null> => {
    try {
      return await asked;
    } catch (error) {
      missing.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  };
  if (serviceId === null) missing.push("series and lives: nobody can tell whose it is");
  const [verdicts, series, lives] = await Promise.all([
    tried("verdicts", toldOf(id, moments[0].at, asks)),
    serviceId === null ? null : tried("series", asks<SeriesAnswer>(seriesPath(serviceId, around))),
    serviceId === null
      ? null
      : tried("lives", asks<LivesAnswer>(`/api/v1/services/${encodeURIComponent(serviceId)}/lives`)),
  ]);
  return {
    ...{ format: "descry-incident", version: 1, host, savedAt: instant(now), id, service },
    ...around,
    ...{ verdicts: verdicts ?? [], series, lives, missing },
  };
}

/** Newest first. Ends early with the page that has what is looked for. */
async function pagesOf(
  query: Readonly<Record<string, string>>,
  asks: Asks,
  enough?: (event: Told) => boolean,
): Promise<Told[]> {
  const all: Told[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { verdicts, next }: VerdictsAnswer = await asks<VerdictsAnswer>(pathOf(query, cursor));
    all.push(...verdicts);
    if (next === null || (enough !== undefined && verdicts.some(enough))) break;
    cursor = next;
  }
  return all;
}

function pathOf(query: Readonly<Record<string, string>>, cursor: string | null): string {
  const all = new URLSearchParams({ ...query, limit: String(LIMIT) });
  if (cursor !== null) all.set("cursor", cursor);
  return `/api/v1/verdicts?${all}`;
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
