import type { SocketProtocol } from "../../../model/socket-facts.ts";
import type { TableRows } from "../../sockets/row.ts";
import { linkText } from "../link.ts";
import { IPV4_DIGITS, IPV6_DIGITS } from "./hexaddress.ts";
import { type ParsePlainRow, parseNetlinkRow, parsePacketRow, parseUnixRow } from "./plainrow.ts";
import { InetTextRows, type Malformed, PlainTextRows } from "./textrows.ts";

/** A table in /proc/PID/net: the name of its file, and its rows. */
export interface TextTable {
  readonly file: string;
  rows(bytes: Buffer, malformed: Malformed): TableRows;
}

/** The tables of IPv4 and IPv6 of one name. */
export function inetTables(name: string, protocol: SocketProtocol): readonly [TextTable, TextTable] {
  const of = (file: string, digits: number): TextTable => ({
    file,
    rows: (bytes, malformed) => new InetTextRows(bytes, protocol, digits, malformed),
  });
  return [of(name, IPV4_DIGITS), of(`${name}6`, IPV6_DIGITS)];
}

/** `format`: how the bytes of the socket's address, one character each, stand in a fact. */
function plainTable(file: string, parse: ParsePlainRow, format: (raw: string) => string): TextTable {
  return { file, rows: (bytes, malformed) => new PlainTextRows(bytes, parse, format, malformed) };
}

/** "0  1234" as "0:1234". */
const joined = (raw: string): string => raw.replace(/ +/g, ":");

export const UNIX_TABLE = plainTable("unix", parseUnixRow, linkText);
export const NETLINK_TABLE = plainTable("netlink", parseNetlinkRow, joined);
export const PACKET_TABLE = plainTable("packet", parsePacketRow, joined);
