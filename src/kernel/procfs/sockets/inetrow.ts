import { parseHex } from "./hexaddress.ts";

/** Where the parts of one row are. One object for all rows: a table may have 20,000 and is read once a second. */
export interface InetFields {
  /** Offsets of "address:port" in the bytes. */
  local: number;
  remote: number;
  /** End of the state, which follows both. */
  end: number;
  localPort: number;
  state: number;
  receiveQueue: number;
  /** Clock ticks until the timer of the row; -1: none can be read. */
  expires: number;
  uid: number;
  inode: number;
}

export function blankInetFields(): InetFields {
  return {
    local: 0,
    remote: 0,
    end: 0,
    localPort: 0,
    state: 0,
    receiveQueue: 0,
    expires: -1,
    uid: 0,
    inode: 0,
  };
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
  row: InetFields,
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
  // " 03:000016b5": which timer, and when.
  row.expires = bytes[queues + 20] === COLON ? parseHex(bytes, queues + 21, 8) : -1;
  // Timer and retransmits, then user and timeout, then the inode.
  at = skipFields(bytes, queues + 17, end, 2);
  row.uid = parseWhole(bytes, at, end);
  at = skipFields(bytes, at, end, 2);
  row.inode = parseWhole(bytes, at, end);
  return row.uid >= 0 && row.inode >= 0;
}

/** The digits from `start` to a blank or the end as a number; -1 when something else stands there. */
function parseWhole(bytes: Uint8Array, start: number, end: number): number {
  const stop = skipDigits(bytes, start, end);
  if (stop === start || stop - start > 15 || (stop < end && bytes[stop] !== BLANK)) return -1;
  return parseDecimal(bytes, start, stop);
}

/** Where the field after the next `count` ones begins. */
function skipFields(bytes: Uint8Array, start: number, end: number, count: number): number {
  let at = skipBlanks(bytes, start, end);
  for (let field = 0; field < count; field++) at = skipBlanks(bytes, skipField(bytes, at, end), end);
  return at;
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
