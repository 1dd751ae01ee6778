import type { SocketProtocol } from "../../model/socket-facts.ts";
import {
  inetTables,
  NETLINK_TABLE,
  PACKET_TABLE,
  type TextTable,
  UNIX_TABLE,
} from "../procfs/sockets/tables.ts";

/** A table of sockets, and how it can be read. */
export interface SocketTable {
  readonly protocol: SocketProtocol;
  /** Its place in a dump of sock_diag, native/sockrow.h; null: sock_diag does not have it. */
  readonly diag: number | null;
  /** The files that have the same rows in /proc/PID/net. */
  readonly texts: readonly TextTable[];
}

const [udp4, udp6] = inetTables("udp", "udp");
const [udplite4, udplite6] = inetTables("udplite", "udp");
const [raw4, raw6] = inetTables("raw", "raw");

/** Every table of a namespace. Ping sockets (icmp) count as raw. */
export const SOCKET_TABLES: readonly SocketTable[] = [
  { protocol: "tcp", diag: 0, texts: inetTables("tcp", "tcp") },
  { protocol: "udp", diag: 1, texts: [udp4] },
  { protocol: "udp", diag: 2, texts: [udp6] },
  { protocol: "udp", diag: 3, texts: [udplite4] },
  { protocol: "udp", diag: 4, texts: [udplite6] },
  { protocol: "raw", diag: 5, texts: [raw4] },
  { protocol: "raw", diag: 6, texts: [raw6] },
  { protocol: "raw", diag: null, texts: inetTables("icmp", "raw") },
  { protocol: "unix", diag: 7, texts: [UNIX_TABLE] },
  { protocol: "netlink", diag: 8, texts: [NETLINK_TABLE] },
  { protocol: "packet", diag: 9, texts: [PACKET_TABLE] },
];
