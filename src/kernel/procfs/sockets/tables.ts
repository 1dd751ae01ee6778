import type { SocketProtocol } from "../../../model/facts.ts";
import { linkText } from "../link.ts";
import { IPV4_DIGITS, IPV6_DIGITS } from "./address.ts";
import { type ParsePlainRow, parseNetlinkRow, parsePacketRow, parseUnixRow } from "./plainrow.ts";

export interface InetTable {
  readonly file: string;
  readonly protocol: SocketProtocol;
  readonly digits: number;
}

export interface PlainTable {
  readonly file: string;
  readonly protocol: SocketProtocol;
  readonly parse: ParsePlainRow;
  /** How the bytes of its address, one character each, stand in a fact. */
  readonly local: (raw: string) => string;
}

/** Tables of sockets with internet addresses, in /proc/PID/net. Ping sockets (icmp) are counted as raw. */
export const INET_TABLES: readonly InetTable[] = [
  { file: "tcp", protocol: "tcp", digits: IPV4_DIGITS },
  { file: "tcp6", protocol: "tcp", digits: IPV6_DIGITS },
  { file: "udp", protocol: "udp", digits: IPV4_DIGITS },
  { file: "udp6", protocol: "udp", digits: IPV6_DIGITS },
  { file: "udplite", protocol: "udp", digits: IPV4_DIGITS },
  { file: "udplite6", protocol: "udp", digits: IPV6_DIGITS },
  { file: "raw", protocol: "raw", digits: IPV4_DIGITS },
  { file: "raw6", protocol: "raw", digits: IPV6_DIGITS },
  { file: "icmp", protocol: "raw", digits: IPV4_DIGITS },
  { file: "icmp6", protocol: "raw", digits: IPV6_DIGITS },
];

/** "0  1234" as "0:1234". */
const joined = (raw: string): string => raw.replace(/ +/g, ":");

export const PLAIN_TABLES: readonly PlainTable[] = [
  { file: "unix", protocol: "unix", parse: parseUnixRow, local: linkText },
  { file: "netlink", protocol: "netlink", parse: parseNetlinkRow, local: joined },
  { file: "packet", protocol: "packet", parse: parsePacketRow, local: joined },
];
