import type { PoolUsage, VerdictEvent } from "../../model/events.ts";
import { worstLeak } from "./standing.ts";
import { count, rate } from "./figures.ts";

/** The pool that a service's verdicts are about, by the figures of the one that leads. Null: none is. */
export function poolOf(verdicts: readonly VerdictEvent[]): PoolUsage | null {
  const standing = verdicts.filter(({ standing: now, pool }) => now !== "cleared" && pool !== null);
  const leading = worstLeak(verdicts)?.pool ?? null;
  if (leading !== null) return leading;
  return (standing.find(({ rule }) => rule === "pool-bypass") ?? standing[0])?.pool ?? null;
}

/** "20 expected (learned)", "2,751 now", "96% opened while 3 or more pool connections stood idle", ... */
export function poolFigures(pool: PoolUsage | null): string[] {
  if (pool === null) return [];
  const { expected, expectedBy, open, bornPerMinute, exchangesPerConnection, bornWhileIdleShare } = pool;
  const figures: string[] = [];
  if (expected !== null) figures.push(`${count(expected)} expected (${expectedBy})`);
  figures.push(`${count(open)} now`);
  if (bornWhileIdleShare !== null)
    figures.push(
      `${Math.floor(bornWhileIdleShare * 100)}% opened while 3 or more pool connections stood idle`,
    );
  if (bornPerMinute !== null) figures.push(`${rate(bornPerMinute)} opened a minute`);
  if (exchangesPerConnection !== null)
    figures.push(`${rate(exchangesPerConnection)} exchanges each${livedWords(pool)}`);
  return figures;
}

function livedWords({ lifetimeSeconds }: PoolUsage): string {
  return lifetimeSeconds === null ? "" : `, most closed within ${rate(lifetimeSeconds)} s`;
}
