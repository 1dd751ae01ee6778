/** What the socket tables of Linux say: the part of facts.ts that concerns them. */

/** Inbound when the local port is listened on, else outbound. */
export type Direction = "inbound" | "outbound";

/** States of TCP in the kernel's order, which numbers them from 1: include/net/tcp_states.h. */
export const TCP_STATES = [
  "ESTABLISHED",
  "SYN_SENT",
  "SYN_RECV",
  "FIN_WAIT1",
  "FIN_WAIT2",
  "TIME_WAIT",
  "CLOSE",
  "CLOSE_WAIT",
  "LAST_ACK",
  "LISTEN",
  "CLOSING",
  "NEW_SYN_RECV",
  "BOUND_INACTIVE",
] as const;

export type TcpState = (typeof TCP_STATES)[number];

export type SocketProtocol = "tcp" | "udp" | "unix" | "netlink" | "packet" | "raw";

/**
 * A row of a socket table that belongs to an open socket (inode > 0): new, or changed in state, address or in
 * whether bytes wait in its receive queue. Rows without an inode (TIME_WAIT, orphans) come as counts only.
 */
export interface SocketFact {
  readonly fact: "socket";
  readonly netns: number;
  readonly inode: number;
  readonly protocol: SocketProtocol;
  readonly state: TcpState | "LISTEN" | "UNCONNECTED" | "CONNECTED";
  /** "address:port", IPv6 in brackets; for unix the path ("@name" for an abstract one), "" where there is none. */
  readonly local: string;
  readonly remote: string;
  /** Bytes (LISTEN: connections) that nobody has read; null when the table does not say. */
  readonly receiveQueue: number | null;
  /** Owner of the socket; absent: the table does not say. */
  readonly uid?: number;
  /**
   * TCP through sock_diag: seconds since boot at which data last went either way (when it was connected, if none ever
   * did); absent: not known.
   */
  readonly usedAt?: number;
  /** TCP through sock_diag: segments with data so far, both ways; absent: not known. */
  readonly segments?: number;
  /** TCP through sock_diag: the smaller of its segments with data in and out; absent: not known. */
  readonly exchanges?: number;
}

/**
 * A socket that was used: when last, in seconds since boot, and its segments with data so far, both ways; the smaller
 * of those in and out: so often was asked and answered. Recordings from before that was told have no fourth figure.
 */
export type Use =
  | readonly [inode: number, usedAt: number, segments: number]
  | readonly [inode: number, usedAt: number, segments: number, exchanges: number];

/**
 * TCP sockets that carried data since that was last said of them. Said again only when the last use has moved on by
 * an eighth of the socket's age, so that a busy connection is not told at every tick.
 */
export interface UseFact {
  readonly fact: "use";
  readonly netns: number;
  readonly sockets: readonly Use[];
}

/** The socket has left every table of its namespace. Its descriptor may still be open. */
export interface SocketGoneFact {
  readonly fact: "socket-gone";
  readonly inode: number;
}

/** What the kernel calls the protocol of a socket that stands in no table (xattr system.sockprotoname): "TCP", "UDPv6". */
export interface SocketProtocolFact {
  readonly fact: "socket-protocol";
  readonly inode: number;
  readonly name: string;
}

/** TCP connections of a namespace since it was made, /proc/PID/net/snmp: opened by it, accepted by it. */
export interface CountersFact {
  readonly fact: "counters";
  readonly netns: number;
  readonly activeOpens: number;
  readonly passiveOpens: number;
}

/** All socket tables of a namespace were read at this tick: what stands in no row now is in no table. */
export interface TablesFact {
  readonly fact: "tables";
  readonly netns: number;
  /** TIME_WAIT rows: they hold no descriptor; they use up ports. */
  readonly timeWait: number;
  /** ESTABLISHED rows that no process has accepted yet. */
  readonly unaccepted: number;
}

/** TIME_WAIT rows towards one address, when their number changed. `local` is "address" when outbound. */
export interface TimeWaitFact {
  readonly fact: "time-wait";
  readonly netns: number;
  /** The listening address when this host's server closed first, else the remote "address:port". */
  readonly address: string;
  readonly direction: Direction;
  readonly count: number;
}
