import type { ProcessFact } from "../../model/facts.ts";
import { type DescriptorTable, emptyTable } from "./descriptors.ts";
import { type Holder, NO_HOLDERS } from "./fdinfo/holders.ts";

/** A process that is watched. Times are seconds of uptime, -Infinity for never. */
export interface WatchedProcess {
  readonly pid: number;
  readonly startTicks: number;
  /** What was last said of it. */
  fact: ProcessFact;
  execMark: string;
  /** The folder of its descriptors: that of a living thread when the leading one has exited. */
  folder: string;
  /** The thread whose folder it is: the pid, until the leading thread has exited. */
  thread: number;
  /** Inode of that folder: another one means to look who has the pid now. */
  folderInode: number;
  open: number;
  /** The count has moved since the descriptors were listed. */
  moved: boolean;
  /** The tick at which it was last seen in the list of processes. */
  seenAtTick: number;
  /** Before Linux 6.2 counting is a listing: not again before. */
  nextCountAt: number;
  metAt: number;
  lookedAt: number;
  nextLookAt: number;
  nextDeepLookAt: number;
  readonly descriptors: DescriptorTable;
  listedAt: number;
  /** When its count was last known not to have moved since it was listed: what is new was opened after that. */
  restedAt: number;
  /** Seconds that it took. */
  listingCost: number;
  /** Refused: not tried again before. */
  nextListingAt: number;
  /** By number: the descriptors that may hold things without one. */
  holders: Map<number, Holder>;
  /** Place in the table from which unix sockets are asked what is under way through them. */
  nextSocket: number;
  /** Its descriptors have been listed, and `descriptors` says what was told. */
  listed: boolean;
}

export function watch(
  fact: ProcessFact,
  execMark: string,
  folder: string,
  folderInode: number,
): WatchedProcess {
  return {
    pid: fact.pid,
    startTicks: fact.startTicks,
    fact,
    execMark,
    folder,
    thread: fact.pid,
    folderInode,
    open: -1,
    moved: false,
    seenAtTick: 0,
    nextCountAt: -Infinity,
    metAt: -Infinity,
    lookedAt: -Infinity,
    nextLookAt: -Infinity,
    nextDeepLookAt: -Infinity,
    descriptors: emptyTable(),
    listedAt: -Infinity,
    restedAt: -Infinity,
    listingCost: 0,
    nextListingAt: -Infinity,
    holders: NO_HOLDERS,
    nextSocket: 0,
    listed: false,
  };
}

/** Linux shows times in ticks of a hundredth of a second (USER_HZ) on every machine Node runs on. */
const TICKS_PER_SECOND = 100;

/** Seconds since the process started. */
export function ageOf(process: WatchedProcess, uptime: number): number {
  return Math.max(0, uptime - process.startTicks / TICKS_PER_SECOND);
}
