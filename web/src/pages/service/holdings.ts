import { duration } from "../../words/times.ts";
import { type Holding, subjectWords } from "./subject.ts";

/** By what the table of holdings can be sorted. */
export type HoldingColumn =
  | "weight"
  | "what"
  | "state"
  | "open"
  | "objects"
  | "born"
  | "died"
  | "net"
  | "unused"
  | "otherEnd";

export interface Order {
  readonly column: HoldingColumn;
  readonly descending: boolean;
}

/** What was judged first, then what there is most of. */
export const BY_WEIGHT: Order = { column: "weight", descending: true };

const KEYS: Readonly<Record<HoldingColumn, (holding: Holding) => number | string | null>> = {
  weight: ({ standing, open }) => rankOf(standing) * 1e12 + open,
  what: ({ subject }) => subjectWords(subject),
  state: ({ subject }) => subject.state,
  open: ({ open }) => open,
  objects: ({ objects }) => objects,
  born: ({ rates }) => rates.bornPerMinute,
  died: ({ rates }) => rates.diedPerMinute,
  net: ({ rates }) => rates.netPerMinute,
  unused: ({ unusedSeconds }) => unusedSeconds?.most ?? null,
  otherEnd: ({ otherEnd }) => otherEnd,
};

/** The more certain that it leaks, the higher. */
export function rankOf(standing: Holding["standing"]): number {
  if (standing === "confirmed") return 2;
  return standing === "suspect" ? 1 : 0;
}

/** Sorted; what is unknown comes last either way, and equal ones stay in their order. */
export function sorted(holdings: readonly Holding[], { column, descending }: Order): Holding[] {
  const key = KEYS[column];
  const sign = descending ? -1 : 1;
  return holdings.toSorted((one, other) => {
    const [a, b] = [key(one), key(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return sign * (typeof a === "string" ? a.localeCompare(String(b)) : a - Number(b));
  });
}

/**
 * Names each holding for as long as it is there. A subject can come more than once: the connections of a pool are counted
 * apart from those made beside it.
 */
export function keysOf(holdings: readonly Holding[]): ReadonlyMap<Holding, string> {
  const times = new Map<string, number>();
  return new Map(
    holdings.map((holding) => {
      const subject = JSON.stringify(holding.subject);
      const time = times.get(subject) ?? 0;
      times.set(subject, time + 1);
      return [holding, `${subject} ${time}`];
    }),
  );
}

/** The order after a press on a column: figures begin with the largest, words with A; a second press turns it round. */
export function pressed(order: Order, column: HoldingColumn): Order {
  if (order.column === column) return { column, descending: !order.descending };
  return { column, descending: !["what", "state", "otherEnd"].includes(column) };
}

/** "0 s to 22 min": from the least to the most idle; "" where it does not apply; null: not known. */
export function unusedWords({ subject, unusedSeconds }: Holding): string | null {
  if (subject.kind !== "tcp" || subject.state === "LISTEN") return "";
  if (unusedSeconds === null) return null;
  const [least, most] = [duration(unusedSeconds.least), duration(unusedSeconds.most)];
  return least === most ? most : `${least} to ${most}`;
}
