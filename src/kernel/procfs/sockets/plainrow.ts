import type { SocketFact } from "../../../model/socket-facts.ts";
import { parseHex } from "./hexaddress.ts";
import { parseDecimal, skipBlanks, skipDigits, skipField } from "./inetrow.ts";

/** A row of the tables of unix, netlink and packet sockets. One object for all rows. */
export interface PlainFields {
  inode: number;
  state: SocketFact["state"];
  /** Where its own address is in the bytes: a unix path, a netlink family and port. */
  local: number;
  localEnd: number;
  /** null: the table does not say. */
  receiveQueue: number | null;
  /** null: the table does not say. */
  uid: number | null;
}

export function blankPlainFields(): PlainFields {
  return { inode: 0, state: "UNCONNECTED", local: 0, localEnd: 0, receiveQueue: null, uid: null };
}

/** Parses bytes[start, end) into the row; false when it is not one. */
export type ParsePlainRow = (bytes: Uint8Array, start: number, end: number, row: PlainFields) => boolean;

/** __SO_ACCEPTCON in the flags of a unix socket that listens. */
const ACCEPTS = 0x10000;
/** SS_CONNECTED, and SS_CONNECTING, of socket states in include/uapi/linux/net.h. */
const CONNECTED = 3;

/**
 * A line of /proc/net/unix: "Num: RefCount Protocol Flags Type St Inode Path"; the numbers but for the inode are
 * hexadecimal, the path may be absent and may hold anything (proc_pid_net(5)). A process that binds a path with a line
 * end in it can write rows of its own here; where an inode stands twice the first row counts.
 */
export const parseUnixRow: ParsePlainRow = (bytes, start, end, row) => {
  let at = skipField(bytes, start, end);
  if (at === start || bytes[at - 1] !== 0x3a) return false;
  // RefCount, Protocol, Flags, Type, St: all of a fixed width.
  const flags = at + 1 + 9 + 9;
  const state = flags + 9 + 5;
  if (state + 3 >= end) return false;
  for (const gap of [at, at + 9, at + 18, flags + 8, flags + 13, state + 2])
    if (bytes[gap] !== 0x20) return false;
  const flagBits = parseHex(bytes, flags, 8);
  const stateNumber = parseHex(bytes, state, 2);
  if (flagBits < 0 || stateNumber < 0) return false;
  at = skipBlanks(bytes, state + 3, end);
  const inodeEnd = skipDigits(bytes, at, end);
  if (inodeEnd === at || inodeEnd - at > 15 || (inodeEnd < end && bytes[inodeEnd] !== 0x20)) return false;
  row.inode = parseDecimal(bytes, at, inodeEnd);
  row.state =
    Math.floor(flagBits / ACCEPTS) % 2 === 1
      ? "LISTEN"
      : stateNumber === CONNECTED
        ? "CONNECTED"
        : "UNCONNECTED";
  row.local = Math.min(inodeEnd + 1, end);
  row.localEnd = end;
  row.receiveQueue = null;
  row.uid = null;
  return true;
};

/** A line of /proc/net/netlink: "sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode". Its address is "Eth Pid". */
export const parseNetlinkRow: ParsePlainRow = (bytes, start, end, row) => {
  const columns = columnsOf(bytes, start, end);
  row.local = columns[2] ?? 0;
  row.localEnd = columns[5] ?? 0;
  row.uid = null;
  return columns.length === 20 && fill(bytes, columns, 4, 9, row);
};

/** A line of /proc/net/packet: "sk RefCnt Type Proto Iface R Rmem User Inode". Its address is "Proto Iface". */
export const parsePacketRow: ParsePlainRow = (bytes, start, end, row) => {
  const columns = columnsOf(bytes, start, end);
  row.local = columns[6] ?? 0;
  row.localEnd = columns[9] ?? 0;
  row.uid = wholeAt(bytes, columns, 7);
  return columns.length === 18 && row.uid >= 0 && fill(bytes, columns, 6, 8, row);
};

/** Start and end of each column, one after the other. */
function columnsOf(bytes: Uint8Array, start: number, end: number): number[] {
  const columns: number[] = [];
  for (
    let at = skipBlanks(bytes, start, end);
    at < end && columns.length < 40;
    at = skipBlanks(bytes, at, end)
  ) {
    columns.push(at);
    at = skipField(bytes, at, end);
    columns.push(at);
  }
  return columns;
}

function fill(
  bytes: Uint8Array,
  columns: readonly number[],
  memory: number,
  inode: number,
  row: PlainFields,
): boolean {
  const queue = wholeAt(bytes, columns, memory);
  const number = wholeAt(bytes, columns, inode);
  if (queue < 0 || number < 0) return false;
  row.state = "UNCONNECTED";
  row.receiveQueue = queue;
  row.inode = number;
  return true;
}

function wholeAt(bytes: Uint8Array, columns: readonly number[], column: number): number {
  const start = columns[column * 2] ?? 0;
  const end = columns[column * 2 + 1] ?? 0;
  if (end === start || end - start > 15 || skipDigits(bytes, start, end) !== end) return -1;
  return parseDecimal(bytes, start, end);
}
