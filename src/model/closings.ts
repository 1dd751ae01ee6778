import type { Direction } from "./socket-facts.ts";

/**
 * Connections that were closed since the last tick, by the kernel's feed of closings, summed by where they led.
 * `unseen` of them never stood in a table that was read: opened and closed between two looks.
 */
export interface ClosingsFact {
  readonly fact: "closings";
  readonly netns: number;
  readonly protocol: "tcp" | "udp";
  readonly direction: Direction;
  /** The listening address when inbound, else the remote "address:port"; "" for all that are not told one by one. */
  readonly address: string;
  readonly count: number;
  readonly unseen: number;
  /**
   * TCP: those over which an exchange went, by how long they lived (LIFETIMES). What stood in the first reading is not
   * among them: nobody knows how old it is. Absent: not known.
   */
  readonly lives?: Lives;
}

/**
 * Ranges of lifetimes, by their upper ends in seconds: shorter than the time between two readings of the tables (the
 * unseen ones), under 10 s, under a minute, longer.
 */
export const LIFETIMES = [0, 10, 60, Infinity] as const;

/** Connections that were closed, and how often one end asked and the other answered over all of them together. */
export type Lived = readonly [connections: number, exchanges: number];

/** One for each of LIFETIMES. An exchange is a segment with data each way: the smaller of both counts. */
export type Lives = readonly [unseen: Lived, underTen: Lived, underSixty: Lived, longer: Lived];

/** A connection that is used this many seconds after it was first seen is one that is kept to be used again. */
export const REUSED_AFTER = 20;

/**
 * Connections to one address that stood idle while something was opened (or closed unseen) towards it since the tables
 * were read before: used again REUSED_AFTER after they were first seen, without data since before that reading and for
 * a second at least, and with no answer awaited. Not said where there are none; a hundred at most.
 */
export interface RestingFact {
  readonly fact: "resting";
  readonly netns: number;
  /** The remote "address:port". */
  readonly address: string;
  readonly sockets: readonly Resting[];
}

/** How long a connection has carried no data, in seconds. */
export type Resting = readonly [inode: number, seconds: number];
