import type { Process } from "../census/processes.ts";
import { ratesOfRise } from "../indicators/rates.ts";
import type { Account } from "../ledger/account.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { type Case, PLAIN_CASE } from "../rules/case.ts";
import { exhaustionOf, headroomOf, openOf } from "./case.ts";
import type { Moment } from "./event-head.ts";

/** Unix milliseconds of a time in seconds since boot. */
export function dateOf(ledger: Ledger, seconds: number, { at }: Moment): number {
  return Math.round(at - (ledger.now - seconds) * 1000);
}

/** How fast it goes and since when; `since` in seconds since boot. */
export function accountCase(
  ledger: Ledger,
  account: Account | undefined,
  since: number | null,
  moment: Moment,
): Pick<Case, "rates" | "since"> {
  return {
    rates: ratesOfRise(account, ledger.now, ledger.startedAt ?? ledger.now, since),
    since: since === null ? null : dateOf(ledger, since, moment),
  };
}

/** What is known of the process whatever the case is about; `account` is of all that it has open. */
export function processCase(
  ledger: Ledger,
  process: Process,
  account: Account | undefined,
  moment: Moment,
): Omit<Case, "rule" | "subject" | "subjectOpen" | "rates" | "since"> {
  return {
    ...PLAIN_CASE,
    at: moment.at,
    service: process.service,
    ...processTraits(ledger, process),
    exhaustedAt: exhaustionOf(ledger, process, moment.at, account),
    timeWait: timeWaitOf(ledger),
    otherNetwork: isElsewhere(ledger, process.fact.netns),
    invocation: moment.invocation,
  };
}

function processTraits(
  ledger: Ledger,
  process: Process,
): Pick<Case, "pid" | "command" | "open" | "limit" | "hardLimit" | "headroom"> {
  const { fact } = process;
  return {
    pid: fact.pid,
    command: [fact.name, ...fact.command].join(" "),
    open: openOf(ledger, process),
    limit: fact.softLimit,
    hardLimit: fact.hardLimit,
    headroom: headroomOf(ledger, process),
  };
}

/** Whether a network namespace is known, and is not that of most processes. */
export function isElsewhere({ census }: Ledger, netns: number | null): boolean {
  if (netns === null) return false;
  const members = new Map<number, number>();
  for (const { fact } of census.processes.all())
    if (fact.netns !== null) members.set(fact.netns, (members.get(fact.netns) ?? 0) + 1);
  const own = members.get(netns) ?? 0;
  return [...members.values()].some((others) => others > own);
}

/** TIME_WAIT rows of all namespaces read; null before any table was. */
export function timeWaitOf({ census }: Ledger): number | null {
  if (census.namespaces.size === 0) return null;
  let sum = 0;
  for (const { count } of census.timeWait.values()) sum += count;
  return sum;
}
