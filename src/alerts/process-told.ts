import { type Process, startedAt } from "../census/processes.ts";
import { readableCommand } from "../census/readable-command.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { VerdictEvent } from "../model/events.ts";

/** A supervisor may start the next process this many seconds before the last one is gone. */
export const SUCCESSOR_OVERLAP = 5;

/** The very process that was told, where one was and it still runs. */
export function processTold({ census }: Ledger, { process }: VerdictEvent): Process | null {
  if (process === null) return null;
  const found = census.processes.byPid(process.pid);
  return found?.fact.startTicks === process.startTicks ? found : null;
}

/** What it runs, without what a deploy changes. */
export function programOf({ fact }: Process): string {
  return readableCommand(fact.name, fact.command);
}

/** Processes of a service that were started about `since` (seconds since boot) or later: they may be successors. */
export function startedSince({ census }: Ledger, service: string, since: number): Process[] {
  const started: Process[] = [];
  for (const process of census.processes.all()) {
    if (!process.judged || process.service !== service) continue;
    if (startedAt(process.fact) >= since - SUCCESSOR_OVERLAP) started.push(process);
  }
  return started;
}

/**
 * Whom to name when nothing of a class is open any more, which happened at `goneAt`: the process that was told, or the
 * only one of the same program that was started in its place. Null: any other has nothing to do with it.
 */
export function answersFor(
  ledger: Ledger,
  service: string,
  { told, program }: { readonly told: VerdictEvent; readonly program: string | null },
  goneAt: number,
): Process | null {
  const same = processTold(ledger, told);
  if (same !== null) return same.service === service ? same : null;
  const [first, ...others] = startedSince(ledger, service, goneAt);
  return first !== undefined && others.length === 0 && programOf(first) === program ? first : null;
}
