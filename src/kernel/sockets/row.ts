import { TCP_STATES, type SocketFact, type SocketProtocol } from "../../model/socket-facts.ts";

/** 64 bits of all that a socket fact says of a row; only ever compared with the previous ones of the same socket. */
export interface Print {
  low: number;
  high: number;
}

/**
 * A row of a socket table, however it was read. One object stands for every row of a table in turn: a table may have
 * 20,000 and is read once a second.
 */
export interface SocketRow {
  /** 0: no process holds it. */
  readonly inode: number;
  /** null: a state without a name. */
  readonly state: SocketFact["state"] | null;
  /** null: the table does not say; so with `uid`. */
  readonly receiveQueue: number | null;
  readonly uid: number | null;
  /** Seconds since boot; NaN: not known. So with `segments`, of data, both ways. */
  readonly usedAt: number;
  readonly segments: number;
  /** The smaller of the segments with data in and out; NaN: not known. */
  readonly exchanges: number;
  /** Data was sent after the last was received: an answer is awaited. False where the table does not say. */
  readonly awaits: boolean;
  /** What the kernel calls the socket until it is destroyed; 0: the table does not say. */
  readonly cookie: number;
  /** TIME_WAIT: seconds until the kernel forgets it; NaN: not known, or another state. */
  readonly expiresIn: number;
  print(): Print;
  local(): string;
  remote(): string;
}

/** The two ends of a row with internet addresses. Keys are equal where addresses are. */
export interface Ends {
  readonly family: 4 | 6;
  readonly localPort: number;
  /** The local address without its port; one key for an IPv4 address, mapped into IPv6 or not. */
  sourceKey(): string | number;
  /** Whether that is 0.0.0.0 or [::]. */
  isAnyLocal(): boolean;
  local(): string;
  /** The remote address with its port; one key for an IPv4 address, mapped into IPv6 or not. */
  remoteKey(): string | number;
  remote(): string;
}

/** The rows of one table, one after the other: `next` steps to the following one, which `row` then shows. */
export interface TableRows {
  readonly row: SocketRow;
  /** The same row where it has internet addresses. */
  readonly ends: Ends | null;
  next(): boolean;
}

/** ESTABLISHED in the tables of every protocol. */
const CONNECTED = 1;

/** Names a state of a table; sockets without connections of their own say only whether they have a peer. */
export function socketState(protocol: SocketProtocol, state: number): SocketFact["state"] | null {
  if (protocol === "tcp" || (protocol === "unix" && TCP_STATES[state - 1] === "LISTEN"))
    return TCP_STATES[state - 1] ?? null;
  return state === CONNECTED ? "CONNECTED" : "UNCONNECTED";
}
