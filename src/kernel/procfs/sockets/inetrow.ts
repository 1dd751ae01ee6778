import { TCP_STATES, type SocketFact, type SocketProtocol } from "../../../model/facts.ts";
import { parseHex } from "./address.ts";

/** Numbers of states in the tables: their place in TCP_STATES, from 1. */
export const ESTABLISHED = 1;
export const TIME_WAIT = 6;
export const LISTEN = 10;

/** Names a state of a table; sockets without connections of their own say only whether they have a peer. */
export function socketState(protocol: SocketProtocol, state: number): SocketFact["state"] | undefined {
  if (protocol === "tcp") return TCP_STATES[state - 1];
  return state === ESTABLISHED ? "CONNECTED" : "UNCONNECTED";
}

/** Where the parts of one row are. One object for all rows: a table may have 20,000 and is read once a second. */
export interface InetRow {
  /** Offsets of "address:port" in the bytes. */
  local: number;
  remote: number;
  /** End of the state, which follows both. */
  end: number;
  localPort: number;
  state: number;
  receiveQueue: number;
  inode: number;
}

export function blankInetRow(): InetRow {
  return { local: 0, remote: 0, end: 0, localPort: 0, state: 0, receiveQueue: 0, inode: 0 };
}

const BLANK = 0x20;
const COLON = 0x3a;
const DIGIT_0 = 0x30;

/**
 * Parses bytes[start, end), one line of /proc/net/{tcp,udp,raw,icmp}{,6}, into `row`; false when it is not one.
 *
 *     0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000   0        0 12668 1 ...
 *        local         remote        st tx       rx       tr tm       retr     uid  timeout inode
 *
 * `digits` is 8 for IPv4 and 32 for IPv6. proc_net(5), Documentation/networking/proc_net_tcp.rst. 0.4 us a row
 * (Linux 6.18, one core), no allocation.
 */
export function parseInetRow(
  bytes: Uint8Array,
  start: number,
  end: number,
  digits: number,
  row: InetRow,
): boolean {
  let at = skipBlanks(bytes, start, end);
  at = skipDigits(bytes, at, end);
  if (bytes[at] !== COLON || bytes[at + 1] !== BLANK) return false;
  const local = at + 2;
  const remote = local + digits + 6;
  const state = remote + digits + 6;
  const queues = state + 3;
  if (queues + 17 >= end) return false;
  if (bytes[local + digits] !== COLON || bytes[remote + digits] !== COLON || bytes[queues + 8] !== COLON)
    return false;
  if (bytes[remote - 1] !== BLANK || bytes[state - 1] !== BLANK || bytes[queues - 1] !== BLANK) return false;
  row.local = local;
  row.remote = remote;
  row.end = state + 2;
  row.localPort = parseHex(bytes, local + digits + 1, 4);
  row.state = parseHex(bytes, state, 2);
  row.receiveQueue = parseHex(bytes, queues + 9, 8);
  if (row.localPort < 0 || row.state < 0 || row.receiveQueue < 0) return false;
  if (!areDigits(bytes, local, digits) || !areDigits(bytes, remote, digits)) return false;
  if (parseHex(bytes, remote + digits + 1, 4) < 0) return false;
  // Timer and retransmits, then user and timeout, then the inode.
  at = queues + 17;
  for (let field = 0; field < 4; field++) at = skipField(bytes, skipBlanks(bytes, at, end), end);
  at = skipBlanks(bytes, at, end);
  const stop = skipDigits(bytes, at, end);
  if (stop === at || stop - at > 15 || (stop < end && bytes[stop] !== BLANK)) return false;
  row.inode = parseDecimal(bytes, at, stop);
  return true;
}

function areDigits(bytes: Uint8Array, start: number, digits: number): boolean {
  for (let at = start; at < start + digits; at += 8) if (parseHex(bytes, at, 8) < 0) return false;
  return true;
}

export function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] === BLANK) at++;
  return at;
}

export function skipField(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== BLANK) at++;
  return at;
}

export function skipDigits(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] ?? 0) >= DIGIT_0 && (bytes[at] ?? 0) <= DIGIT_0 + 9) at++;
  return at;
}

/** The digits in bytes[start, end), which must be digits. */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 10 + ((bytes[at] ?? DIGIT_0) - DIGIT_0);
  return value;
}
