import type { HistoryKept } from "../../model/history.ts";
import type { ChannelStatus } from "../../notify/lane.ts";

/** One thing that has to work. */
export interface Check {
  /** "kernel", "history", "channel ops" ... */
  readonly name: string;
  readonly ok: boolean;
  /** In words for a person. */
  readonly says: string;
  /** What to do; "" when nothing is to be done. */
  readonly mend: string;
}

/** The kernel is read every second, and what was found is handed over every few. */
const LONGEST_SILENCE = 30;

export interface DeskFacts {
  /** Since the last tick was handed over; null: none was. */
  readonly silentSeconds: number | null;
  readonly kept: Pick<HistoryKept, "waiting" | "leftAlone">;
  readonly channels: readonly ChannelStatus[];
}

/** Ready is an agent of which all of this is so. */
export function checksOf({ silentSeconds, kept, channels }: DeskFacts): Check[] {
  return [kernel(silentSeconds), history(kept), ...channels.map(channel)];
}

function kernel(silentSeconds: number | null): Check {
  const name = "kernel";
  if (silentSeconds === null) return { name, ok: false, says: "the first reading is under way", mend: "" };
  const ok = silentSeconds <= LONGEST_SILENCE;
  return ok
    ? { name, ok, says: "the host is read every second", mend: "" }
    : {
        ...{ name, ok, says: `nothing was read for ${Math.round(silentSeconds)} s` },
        mend: "See what the agent writes on standard error.",
      };
}

function history({ waiting, leftAlone }: DeskFacts["kept"]): Check {
  if (leftAlone)
    return {
      ...{ name: "history", ok: false, says: "nothing is kept: the file is of a newer version of descry" },
      mend: "Update descry, or name another folder with --state-dir.",
    };
  const ok = waiting === 0;
  return {
    ...{ name: "history", ok },
    says: ok ? "the history is written" : `${waiting} ticks wait to be written`,
    mend: ok ? "" : "Make room where the state folder is, and see what the agent writes on standard error.",
  };
}

function channel({ name, waiting, failingSince, lastFailure }: ChannelStatus): Check {
  const ok = failingSince === null;
  return {
    ...{ name: `channel ${name}`, ok },
    says: ok ? "it takes what it is sent" : `it fails since ${failingSince}: ${lastFailure}; ${waiting} wait`,
    mend: ok ? "" : `Try it: descry alert test ${name}.`,
  };
}
