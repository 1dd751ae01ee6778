import { subjectOf } from "../census/classes.ts";
import { median } from "../indicators/pool.ts";
import type { Account } from "../ledger/account.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { rates } from "../indicators/rates.ts";
import { LIFETIMES } from "../model/closings.ts";
import type { PoolUsage, VerdictEvent } from "../model/events.ts";
import { summarize } from "../rules/advice/advice.ts";
import type { Case } from "../rules/case.ts";
import { holdersOf, productBehind } from "./case.ts";
import { eventHead, rounded, verdictBody, type Moment } from "./event-head.ts";
import { accountCase, processCase } from "./process-case.ts";
import { fingerprintOf, hashOf } from "./fingerprint.ts";
import { slotsIn } from "./other-ends.ts";
import type { BypassStanding, Pool } from "./pool.ts";

export interface BypassFrame extends Omit<BypassStanding, "told" | "activeAt" | "goneAt"> {
  readonly usage: PoolUsage;
  /** Of the leak beside the same pool; null: its own. */
  readonly story: string | null;
  readonly reason: string | null;
}

/** The event of a bypassed pool; null when no process is left that has it. */
export function bypassEvent(
  ledger: Ledger,
  pool: Pool,
  { standing, raisedAt, since, usage, story, reason }: BypassFrame,
  moment: Moment,
): VerdictEvent | null {
  const holders = holdersOf(ledger, pool.of).map(({ process }) => process);
  const [worst] = holders;
  if (worst === undefined) return null;
  const bare = subjectOf("tcp", { direction: "outbound", peer: pool.address });
  const subject = { ...bare, product: productBehind(ledger, bare) };
  const told: Case = {
    ...processCase(ledger, worst, ledger.ofProcess(worst), moment),
    ...flowCase(ledger, pool, since, moment),
    rule: "pool-bypass",
    subject,
    subjectOpen: usage.open,
    pool: usage,
  };
  const fingerprint = fingerprintOf(pool.service, "pool-bypass", bare);
  const id = hashOf([moment.host, fingerprint, raisedAt]);
  return {
    ...verdictBody(told),
    ...eventHead(ledger, told, {
      worst,
      processes: holders,
      moment,
      fingerprint,
      id,
      story: story ?? id,
      standing,
      reason,
    }),
    summary: summarize(told, standing === "suspect"),
    alsoAffected: [],
  };
}

/** What becomes a connection of the pool was not closed, and is no longer beside it: kept is what was opened less what was closed. */
function flowCase(ledger: Ledger, pool: Pool, since: number, moment: Moment): Pick<Case, "rates" | "since"> {
  const told = accountCase(ledger, besideOf(ledger, pool), since, moment);
  const { bornPerMinute, diedPerMinute } = told.rates;
  if (bornPerMinute === null || diedPerMinute === null) return told;
  return { ...told, rates: { ...told.rates, netPerMinute: bornPerMinute - diedPerMinute } };
}

/** What is known of a pool, and of what was opened beside it since `from` (seconds since boot). */
export function poolUsage(ledger: Ledger, pool: Pool, from: number): PoolUsage {
  const { now } = ledger;
  const { size, service, address } = pool;
  const beside = ledger.pools.of(service, address)?.since(from);
  const { bornPerMinute } = rates(besideOf(ledger, pool), now, ledger.startedAt ?? now, now - from);
  return {
    expected: size.expected,
    expectedBy: size.expected === null ? null : size.declared === null ? "learned" : "declared",
    open: openTo(ledger, pool),
    reused: ledger.accountOf(pool.of)?.open ?? 0,
    bornPerMinute: rounded(bornPerMinute),
    exchangesPerConnection:
      beside === undefined || beside.shortIdle === 0 ? null : rounded(beside.exchanges / beside.shortIdle),
    bornWhileIdleShare:
      beside === undefined || beside.opened === 0 ? null : beside.openedIdle / beside.opened,
    lifetimeSeconds: beside === undefined ? null : lifetimeOf(beside.lifetimes),
  };
}

/** The account of connections to the pool's address that are not used again: all that is opened counts there first. */
function besideOf(ledger: Ledger, { service, of }: Pool): Account | undefined {
  const held = ledger.census.classes.find(service, { group: "held", subject: of.subject });
  return held === undefined ? undefined : ledger.accountOf(held);
}

function openTo(ledger: Ledger, { service, address }: Pool): number {
  let open = 0;
  for (const { of, account } of ledger.classes()) {
    const { direction, peer } = of.subject;
    if (of.service === service && direction === "outbound" && peer === address && !of.wide)
      open += account.open;
  }
  return open;
}

/** The range that the middle one fell into, by its upper end; the unseen lived for less than a second or so. */
function lifetimeOf(lifetimes: readonly [number, number, number]): number | null {
  const all = lifetimes.reduce((sum, count) => sum + count, 0);
  if (all === 0) return null;
  let counted = 0;
  for (const [place, count] of lifetimes.entries()) {
    counted += count;
    if (counted * 2 >= all) return place === 0 ? 1 : (LIFETIMES[place] as number);
  }
  return null;
}

/** Exchanges over the connection of the pool in the middle, since it was opened; null: not known. */
export function poolExchanges(ledger: Ledger, { of }: Pool): number | null {
  const { descriptors, sockets } = ledger.census;
  const exchanges: number[] = [];
  for (const slot of slotsIn(ledger.census, of)) {
    const segments = sockets.get(descriptors.inode.get(slot))?.segments ?? null;
    if (segments !== null) exchanges.push(segments / 2);
  }
  return exchanges.length === 0 ? null : median(exchanges);
}
