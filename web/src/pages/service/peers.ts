import type { ServiceAnswer, SnapshotAnswer } from "../../../../src/server/api.ts";
import { type Holding, listener, peerWords, type Subject } from "./subject.ts";

/** All connections of a service with one peer, or accepted on one address. */
export interface PeerRow {
  readonly key: string;
  readonly direction: Subject["direction"];
  /** For people. */
  readonly name: string;
  readonly open: number;
  /** Most first. */
  readonly states: readonly { readonly state: string; readonly open: number }[];
  /** Seconds without traffic, least and most of all states; null: not known. */
  readonly unused: { readonly least: number; readonly most: number } | null;
  /** How many carry a response that nobody reads; null: none was found to. */
  readonly unread: number | null;
  /** Requests answered over those that were closed soon, as a mean; null: not known. */
  readonly exchanges: number | null;
  /** Half of those that were closed within a minute lived shorter than this; null: not known. */
  readonly lifetimeSeconds: number | null;
}

/** Connections by peer, most first. Listening sockets are none. */
export function peersOf({ holdings, verdicts }: Pick<ServiceAnswer, "holdings" | "verdicts">): PeerRow[] {
  const groups = new Map<string, Holding[]>();
  for (const holding of holdings) {
    const { kind, state, direction, peer } = holding.subject;
    if (kind !== "tcp" || state === "LISTEN") continue;
    const key = `${direction} ${peer}`;
    groups.set(key, [...(groups.get(key) ?? []), holding]);
  }
  return [...groups].map(([key, held]) => rowOf(key, held, verdicts)).toSorted((a, b) => b.open - a.open);
}

function rowOf(key: string, held: readonly Holding[], verdicts: ServiceAnswer["verdicts"]): PeerRow {
  const { direction = null, peer = null, product = null } = held[0]?.subject ?? {};
  const same = verdicts.filter(({ subject }) => `${subject.direction} ${subject.peer}` === key);
  const pool = same.find((verdict) => verdict.pool !== null)?.pool ?? null;
  return {
    key,
    direction,
    name: direction === "inbound" ? listener(peer ?? "?") : (peerWords({ peer, product }) ?? "?"),
    open: held.reduce((sum, { open }) => sum + open, 0),
    states: statesOf(held),
    unused: unusedOf(held),
    unread: same.find(({ rule }) => rule === "unread-response")?.subjectOpen ?? null,
    exchanges: pool?.exchangesPerConnection ?? null,
    lifetimeSeconds: pool?.lifetimeSeconds ?? null,
  };
}

function statesOf(held: readonly Holding[]): { state: string; open: number }[] {
  const states = new Map<string, number>();
  for (const { subject, open } of held) {
    const state = subject.state ?? "state not known";
    states.set(state, (states.get(state) ?? 0) + open);
  }
  return [...states].map(([state, open]) => ({ state, open })).toSorted((a, b) => b.open - a.open);
}

function unusedOf(held: readonly Holding[]): PeerRow["unused"] {
  const known = held.flatMap(({ unusedSeconds }) => (unusedSeconds === null ? [] : [unusedSeconds]));
  if (known.length === 0) return null;
  return {
    least: Math.min(...known.map(({ least }) => least)),
    most: Math.max(...known.map(({ most }) => most)),
  };
}

/** Local ports and TIME_WAIT that concern a service, as the host tells them. */
export function portsOf(
  { ports, timeWaitBy }: Pick<SnapshotAnswer, "ports" | "timeWaitBy">,
  { service, holdings }: Pick<ServiceAnswer, "service" | "holdings">,
) {
  const peers = new Set(
    holdings.map(({ subject }) => (subject.direction === "outbound" ? subject.peer : null)),
  );
  return {
    ports: ports.filter((one) => one.service === service || peers.has(one.peer)),
    timeWait: timeWaitBy.flatMap(({ address, direction, count, services }) => {
      const own = services.find((one) => one.service === service)?.count;
      return own === undefined ? [] : [{ address, direction, count, own }];
    }),
  };
}
