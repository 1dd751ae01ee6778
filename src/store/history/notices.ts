import type { HistoryNotice } from "../../model/history.ts";
import { printable } from "../failure-words.ts";
import type { HistoryFault } from "./database.ts";

/** `aside` is the name under which a damaged file is kept now; null: it is where it was. */
export function noticeOf(fault: HistoryFault, path: string, aside: string | null): HistoryNotice {
  const what = `the history in ${printable(path)}: ${fault.message}`;
  switch (fault.kind) {
    case "malformed":
      return {
        what,
        why: "malformed",
        mend:
          aside === null
            ? "nothing is kept until it is moved away"
            : `it was set aside as ${printable(aside)}, and a new one was begun`,
      };
    case "newer":
      return {
        what,
        why: "newer",
        mend: "update descry, or name another folder with --state-dir; it stays as it is, and nothing is kept",
      };
    case "locked":
      return { what, why: "locked", mend: "end the program that has it open; it is tried again and again" };
    case "unwritable":
      return {
        what,
        why: "unwritable",
        mend: "make room or rights there, or name another folder with --state-dir; it is tried again and again",
      };
  }
}

export function heldElsewhere(path: string): HistoryNotice {
  return {
    what: `the history in ${printable(path)} is written by another descry`,
    why: "locked",
    mend: "one agent a folder: end the other one, or name another folder with --state-dir",
  };
}

export function noLock(path: string, because: string): HistoryNotice {
  return {
    what: `the lock of the history in ${printable(path)}: ${because}`,
    why: "unwritable",
    mend: "make room or rights there, or name another folder with --state-dir; it is tried again and again",
  };
}

export function damagedChunks(path: string): HistoryNotice {
  return {
    what: `the history in ${printable(path)}: some figures in it are damaged, and not known any more`,
    why: "malformed",
    mend: "check the disk",
  };
}

export function lostTicks(path: string, lost: number): HistoryNotice {
  return {
    what: `the history in ${printable(path)}: ${lost} ticks could not be kept, and are not known`,
    why: "unwritable",
    mend: "nothing to do: it goes on from here",
  };
}

export function clockJumped(milliseconds: number): HistoryNotice {
  const seconds = Math.round(Math.abs(milliseconds) / 1000);
  const ahead = milliseconds > 0;
  return {
    what: `the clock of this host went ${seconds} s ${ahead ? "ahead" : "back"}`,
    why: "clock",
    mend: ahead
      ? "nothing to do if it was set or the host slept; nothing is known of the time between"
      : "nothing to do if it was set; the history holds that time twice",
  };
}
