import { commonFolder } from "../../census/link.ts";
import { portOf } from "../../census/product.ts";
import type { Subject } from "../../model/events.ts";
import { type Accumulation, accumulationOf } from "./accumulated.ts";
import type { Held, Record } from "./record.ts";
import { Series } from "./series.ts";

/** Of one subject in one process: what it had before, at most, in the end, and what of that counts as kept. */
export interface Kept {
  readonly pid: number;
  readonly command: string;
  /** Whether it came from the command or was named. */
  readonly origin: "command" | "named";
  /** It has ended; else it outlives the command. */
  readonly ended: boolean;
  readonly subject: Subject;
  readonly before: number;
  readonly peak: number;
  /** At its end when it has ended, else after the settling. */
  readonly after: number;
  readonly kept: number;
  /** By how much it grew in each quarter of the run, or of the process's life when that is shorter. */
  readonly quarters: readonly number[];
  readonly why: Accumulation | "more than before";
}

/** Seconds since boot. */
export interface RunTimes {
  readonly from: number;
  readonly to: number;
  /** The last look. */
  readonly settled: number;
}

/** What is there for one look at the end only is not kept: it has to last this long, in seconds. */
const LASTS = 0.3;

/** What a process kept; with `kept` 0 what it holds and may hold, so that a report can say what passed. */
export function keptBy(record: Record, run: RunTimes): Kept[] {
  const judge = record.member.elder && record.member.endedAt === null ? outliving : accumulated;
  const each = (held: Held): Kept | null => judge(record, held, run);
  const told = [...Map.groupBy(record.held.values(), ({ subject }) => wideKey(subject)).values()].flatMap(
    (alike) => toldOf(alike, each),
  );
  return told;
}

/** It was there before and is still there: what it has more than before, as far as that was opened during the run. */
function outliving(record: Record, { subject, series, births }: Held, run: RunTimes): Kept {
  const before = series.at(run.from);
  const after = Math.min(series.last, series.at(Math.max(run.to, run.settled - LASTS)));
  const during = births.filter(({ notBefore }) => notBefore < run.to).length;
  return {
    ...headOf(record),
    ...{ subject, before, peak: series.peak, after, why: "more than before" },
    kept: Math.max(0, Math.min(after - before, during)),
    quarters: series.quarters(run.from, run.to),
  };
}

/** It came with the run, or has ended: what it piled up; null when it had opened nothing of this that it still had. */
function accumulated(record: Record, { subject, series, births }: Held, run: RunTimes): Kept | null {
  if (births.length === 0) return null;
  const from = Math.max(record.metAt, run.from);
  const found = accumulationOf(subject, births, from, record.seenAt);
  return {
    ...headOf(record),
    ...{ subject, before: series.last - births.length, peak: series.peak, after: series.last },
    kept: found?.count ?? 0,
    quarters: series.quarters(from, record.seenAt),
    why: found?.why ?? "kept growing",
  };
}

function headOf({ member }: Record): Pick<Kept, "pid" | "command" | "origin" | "ended"> {
  const { pid, origin, fact, endedAt } = member;
  return { pid, origin, ended: endedAt !== null, command: fact.command.join(" ") || fact.name };
}

/** What differs in its peer's address alone, or in its folder. */
function wideKey({ kind, direction, peer, path }: Subject): string {
  const port = peer === null ? null : portOf(peer);
  return JSON.stringify([kind, direction, port, peer === null ? null : port === null, path === null]);
}

/** As many peers, or folders, of one kind are told one by one; more of them, or what only shows in all, as one. */
const MOST_ALIKE = 3;

function toldOf(alike: readonly Held[], judge: (held: Held) => Kept | null): Kept[] {
  const each = alike.flatMap((held) => judge(held) ?? []);
  const kept = each.filter((one) => one.kept > 0).length;
  if (each.length <= MOST_ALIKE || (kept > 0 && kept <= MOST_ALIKE)) return each;
  const all = judge(joined(alike));
  return all === null || all.kept === 0 ? each : [all];
}

function joined(alike: readonly Held[]): Held {
  const { subject } = alike[0] as Held;
  const port = subject.peer === null ? null : portOf(subject.peer);
  const paths = alike.flatMap((held) => held.subject.path ?? []);
  return {
    subject: {
      ...subject,
      peer: port === null ? subject.peer : `*:${port}`,
      // The common folder of folders: a path in each.
      path: commonFolder(paths.map((path) => `${path}/`)),
    },
    series: Series.sum(alike.map(({ series }) => series)),
    births: alike.flatMap(({ births }) => births).toSorted((a, b) => a.at - b.at),
  };
}

/**
 * Without what a server of the run held because its client, which is told as well, kept the connection: one leak is
 * told once.
 */
export function withoutOtherEnds(told: readonly Kept[]): Kept[] {
  const ports = new Set(
    told.flatMap(({ kept, subject }) =>
      kept > 0 && subject.direction === "outbound" && subject.peer !== null ? portOf(subject.peer) : [],
    ),
  );
  return told.filter(
    ({ ended, subject }) =>
      !ended || subject.direction !== "inbound" || subject.peer === null || !ports.has(portOf(subject.peer)),
  );
}
