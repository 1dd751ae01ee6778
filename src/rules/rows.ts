import type { ClassTraits } from "../census/classes.ts";
import type { RuleName } from "../model/kinds.ts";
import type { Standing } from "../model/events.ts";

/** A class of leak that is judged by accumulation. */
export interface AccumulationRow {
  readonly rule: RuleName;
  fits(of: ClassTraits): boolean;
  /** The state itself is a mistake of the program, so a younger age is proof enough. */
  readonly stateIsProof: boolean;
  /** The youngest age, in seconds, at which it is judged; absent: the youngest there is. */
  readonly youngest?: number;
  /** The most that may be said without a learned baseline. */
  readonly most: Exclude<Standing, "cleared">;
  /** The most that may be said with one, where that is more: those that used to be closed now stay. */
  readonly mostLearned?: "confirmed";
}

/** A connection that is used again and again rests for a minute or two in between. */
const RESTED_SECONDS = 160;

/** One accumulation rule, a row per class of leak; the first that fits judges. */
export const ACCUMULATION_ROWS: readonly AccumulationRow[] = [
  { rule: "close-wait", fits: ({ group }) => group === "close-wait", stateIsProof: true, most: "confirmed" },
  { rule: "ghost-socket", fits: ({ group }) => group === "no-row", stateIsProof: true, most: "confirmed" },
  {
    rule: "stalled-connect",
    fits: ({ group }) => group === "syn-sent",
    stateIsProof: false,
    most: "confirmed",
  },
  { rule: "unread-response", fits: ({ group }) => group === "unread", stateIsProof: true, most: "confirmed" },
  {
    rule: "unclosed-connection",
    fits: ({ group, subject }) => group === "reused" && subject.direction === "outbound",
    stateIsProof: false,
    youngest: RESTED_SECONDS,
    most: "confirmed",
  },
  {
    rule: "accepted-pileup",
    fits: ({ group }) => group === "reused",
    stateIsProof: false,
    youngest: RESTED_SECONDS,
    most: "suspect",
    mostLearned: "confirmed",
  },
  {
    rule: "unclosed-connection",
    fits: ({ group, subject }) =>
      group === "held" && subject.kind === "tcp" && subject.direction === "outbound",
    stateIsProof: false,
    most: "confirmed",
  },
  // Arriving clients look the same as clients that are never closed.
  {
    rule: "accepted-pileup",
    fits: ({ group, subject }) =>
      group === "held" && subject.kind === "tcp" && subject.direction === "inbound",
    stateIsProof: false,
    most: "suspect",
    mostLearned: "confirmed",
  },
  {
    rule: "unix-socket-leak",
    fits: ({ subject }) => subject.kind === "unix" && subject.direction === "inbound",
    stateIsProof: false,
    most: "suspect",
  },
  {
    rule: "unix-socket-leak",
    fits: ({ subject }) => subject.kind === "unix",
    stateIsProof: false,
    most: "confirmed",
  },
  {
    rule: "udp-socket-leak",
    fits: ({ subject }) => subject.kind === "udp",
    stateIsProof: false,
    most: "confirmed",
  },
  {
    rule: "socket-leak",
    fits: ({ group, subject }) => group === "listen" || SOCKETS.has(subject.kind),
    stateIsProof: false,
    most: "confirmed",
  },
  // A store closes none of its segments before their retention is over, which may take days.
  {
    rule: "descriptor-leak",
    fits: ({ group }) => group === "segments",
    stateIsProof: false,
    most: "suspect",
  },
  { rule: "descriptor-leak", fits: () => true, stateIsProof: false, most: "confirmed" },
];

const SOCKETS: ReadonlySet<string> = new Set(["netlink", "packet", "socket-other"]);

export function rowFor(of: ClassTraits): AccumulationRow {
  return ACCUMULATION_ROWS.find((row) => row.fits(of)) as AccumulationRow;
}
