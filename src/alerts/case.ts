import { UNLIMITED } from "../model/facts.ts";
import { portOf, productOf } from "../census/product.ts";
import type { DescriptorClass } from "../census/classes.ts";
import type { Process } from "../census/processes.ts";
import { commonFolder } from "../census/link.ts";
import { growthOf, timeLeft, type Growth } from "../indicators/runway.ts";
import { RUNGS } from "../ledger/rungs.ts";
import type { Account } from "../ledger/account.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Accumulation } from "../indicators/accumulation.ts";
import type { Learning } from "../indicators/learning.ts";
import type { Subject, Survivors } from "../model/events.ts";
import { FILE_KINDS } from "../model/kinds.ts";
import { slotsIn } from "./other-ends.ts";

/** Open descriptors of each process in a class, most first. */
export function holdersOf(
  ledger: Ledger,
  of: DescriptorClass,
): { readonly process: Process; readonly held: number }[] {
  const { census } = ledger;
  const held = new Map<number, number>();
  for (const slot of slotsIn(census, of)) {
    const index = census.descriptors.process[slot] as number;
    held.set(index, (held.get(index) ?? 0) + 1);
  }
  return [...held]
    .map(([index, count]) => ({ process: census.processes.byIndex(index), held: count }))
    .toSorted((a, b) => b.held - a.held || a.process.fact.pid - b.process.fact.pid);
}

/** The class with the most descriptors of the process: what fills it. Null before it was listed. */
export function mostHeld({ census }: Ledger, process: Process): DescriptorClass | null {
  const held = new Map<number, number>();
  for (const slot of census.descriptors.ofProcess(process.index)) {
    const id = census.descriptors.classId[slot] as number;
    if (id >= 0) held.set(id, (held.get(id) ?? 0) + 1);
  }
  const [most] = [...held].toSorted((a, b) => b[1] - a[1]);
  return most === undefined ? null : census.classes.get(most[0]);
}

/** The subject with what the host's own tables add: the product behind the peer, the folder that files share. */
export function namedSubject(ledger: Ledger, of: DescriptorClass): Subject {
  const { subject } = of;
  if (subject.peer !== null && subject.direction !== "inbound")
    return { ...subject, product: productBehind(ledger, subject) };
  if (subject.path === null && FILE_KINDS.has(subject.kind)) {
    return { ...subject, path: commonFolder(pathsIn(ledger, of)) };
  }
  return subject;
}

function* pathsIn({ census }: Ledger, of: DescriptorClass): Generator<string> {
  for (const slot of slotsIn(census, of)) {
    const { path } = census.links.target(census.descriptors.link[slot] as number);
    if (path !== null) yield path;
  }
}

/** The likely product behind the peer of a subject: by who listens there on this host, else by its port. */
export function productBehind({ census }: Ledger, { peer }: Subject): string | null {
  const port = peer === null ? null : portOf(peer);
  if (peer === null || port === null) return null;
  for (const netns of census.namespaces.keys()) {
    const inode = census.sockets.listenerFor(netns, peer);
    if (inode === null) continue;
    for (const slot of census.descriptors.sharing(inode)) {
      return productOf(port, census.processes.byIndex(census.descriptors.process[slot] as number).fact);
    }
  }
  return productOf(port, null);
}

/**
 * How many passed the proving age since the rise began, and what became of them; where none could yet, those that passed
 * half of it. Null before any could.
 */
export function survivorsOf(
  account: Account,
  evidence: Accumulation | undefined,
  learning: Learning | null,
  proving: number,
  now: number,
): Survivors | null {
  const passed = (rung: number) => (account.passed[rung] as number) - (evidence?.passedBefore[rung] ?? 0);
  const rung = passed(proving) > 0 ? proving : proving - 1;
  const count = passed(rung);
  const departed = (account.departed[rung] as number) - (evidence?.departedBefore[rung] ?? 0);
  if (count <= 0) return null;
  return {
    olderThanSeconds: RUNGS[rung] as number,
    count,
    departed,
    baselineSurvival: learning?.survivalAt(rung) ?? null,
    survival: survivalOf(account, evidence, rung, now),
  };
}

/** Of those born since the rise and at least as long ago as the age, the share that passed it. */
function survivalOf(
  account: Account,
  evidence: Accumulation | undefined,
  rung: number,
  now: number,
): number | null {
  const since = evidence?.risingSince ?? null;
  const first = since === null ? null : account.history.before(since);
  const last = account.history.before(now - (RUNGS[rung] as number));
  if (first === null || last === null || last.at <= first.at || last.born <= first.born) return null;
  const passed = (account.passed[rung] as number) - (evidence?.passedBefore[rung] ?? 0);
  return Math.min(1, passed / (last.born - first.born));
}

/** How many descriptor numbers below the soft limit are free; null when the limit or the count is not known. */
export function headroomOf({ census }: Ledger, process: Process): number | null {
  const { softLimit } = process.fact;
  if (softLimit === null || process.open === null) return null;
  const free = softLimit - process.open;
  // Numbers at or above a limit that was lowered later do not count against it; far from it there is no need to look.
  if (free > softLimit / 2 || !process.listed) return Math.max(0, free);
  let above = 0;
  for (const slot of census.descriptors.ofProcess(process.index)) {
    if ((census.descriptors.number[slot] as number) >= softLimit) above++;
  }
  return Math.max(0, free + above);
}

/** No date is given beyond this: nothing grows evenly for a year. */
const HORIZON_SECONDS = 365 * 86_400;

/** Unix milliseconds at which the process's descriptors run out; null when nothing grows, or not within the horizon. */
export function exhaustionOf(
  ledger: Ledger,
  process: Process,
  at: number,
  account = ledger.ofProcess(process),
): { p05: number; p50: number; p95: number } | null {
  const headroom = headroomOf(ledger, process);
  const growth = account === undefined ? null : growthOf(account, ledger.now);
  if (headroom === null || growth === null || process.fact.softLimit === UNLIMITED) return null;
  return endOf(headroom, growth, at);
}

/** Unix milliseconds at which that many are used up at this growth; null when not within the horizon. */
export function endOf(
  headroom: number,
  growth: Growth,
  at: number,
): { p05: number; p50: number; p95: number } | null {
  const left = timeLeft(headroom, growth);
  if (left.p50 > HORIZON_SECONDS) return null;
  const date = (seconds: number): number => at + Math.min(seconds, HORIZON_SECONDS) * 1000;
  return { p05: date(left.p05), p50: date(left.p50), p95: date(left.p95) };
}

/** Open descriptors of the process, by its count or by what was listed of it. */
export function openOf(ledger: Ledger, process: Process): number {
  return process.open ?? ledger.ofProcess(process)?.open ?? 0;
}
