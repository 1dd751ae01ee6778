/** What Linux says of local ports: the part of facts.ts that concerns them. */

/**
 * What a network namespace allows the connections that are opened in it: /proc/sys/net/ipv4 as a thread inside reads it,
 * ip(7) and Documentation/networking/ip-sysctl.rst. Said when it was first read and when it changed; null: not known.
 */
export interface NetworkFact {
  readonly fact: "network";
  readonly netns: number;
  /** Ports that connect(2) may choose, ip_local_port_range without ip_local_reserved_ports. */
  readonly localPorts: { readonly first: number; readonly last: number; readonly count: number } | null;
  /** tcp_tw_reuse: 0 never, 1 always, 2 on loopback; with 1 and 2 a port in TIME_WAIT is free again after the delay. */
  readonly timeWaitReuse: number | null;
  /** tcp_tw_reuse_delay; one second where the kernel has no such setting. */
  readonly reuseAfterSeconds: number;
  /** tcp_timestamps: without them nothing is reused. */
  readonly timestamps: boolean | null;
  /** tcp_max_tw_buckets: connections closed beyond so many skip TIME_WAIT. */
  readonly timeWaitMost: number | null;
}

/** Seconds for which each of the `ages` of a PortsFact stands, and how many there are: TIME_WAIT lasts a minute. */
export const PORT_AGE_SECONDS = 5;
export const PORT_AGES = 12;
/** Of the ports that may be chosen, the share that has to be taken towards one address for a PortsFact. */
export const PORTS_TOLD_SHARE = 0.01;

/**
 * Local ports that are taken towards one address: connect(2) chooses a port once for each source address, destination
 * address and destination port. Said when it changed, of those with 1 % of the ports and more; once more when it has
 * less.
 */
export interface PortsFact {
  readonly fact: "ports";
  readonly netns: number;
  /** An address without a port: "127.0.0.1", "[::1]". */
  readonly source: string;
  readonly peer: string;
  /** Taken by connections in any state but TIME_WAIT, and by those in TIME_WAIT. */
  readonly live: number;
  readonly timeWait: number;
  /** Of the latter, those for less than `reuseAfterSeconds`. */
  readonly recent: number;
  /** Those in TIME_WAIT by the time since they were closed, in steps of 5 s, the latest first; []: not known. */
  readonly ages: readonly number[];
}

/**
 * Sockets that stand in TIME_WAIT now: they were closed here first. Only those whose row was seen while they were open
 * can be told; the others are in the counts alone.
 */
export interface ClosedFirstFact {
  readonly fact: "closed-first";
  readonly netns: number;
  readonly inodes: readonly number[];
}
