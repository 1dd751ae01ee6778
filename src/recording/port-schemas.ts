/** The schemas of model/port-facts.ts. */
import { Type } from "typebox";
import { PORT_AGES } from "../model/port-facts.ts";
import { MAX_LISTED_PER_LINE } from "./limits.ts";
import { integer, orNull, netns, inode, seconds, address, rows } from "./schema-parts.ts";

const port = integer(1, 65_535, "Number of a port.");
export const network = Type.Object({
  fact: Type.Literal("network"),
  netns,
  localPorts: orNull(
    Type.Object({
      first: port,
      last: port,
      count: integer(0, 65_536, "How many of them connect(2) may choose."),
    }),
  ),
  timeWaitReuse: orNull(integer(0, 2 ** 31 - 1, "tcp_tw_reuse.")),
  reuseAfterSeconds: seconds("tcp_tw_reuse_delay: a port in TIME_WAIT may be used again after these."),
  timestamps: orNull(Type.Boolean({ description: "tcp_timestamps." })),
  timeWaitMost: orNull(rows("tcp_max_tw_buckets.")),
});

export const ports = Type.Object({
  fact: Type.Literal("ports"),
  netns,
  source: address("Source address, without a port."),
  peer: address('Destination "address:port".'),
  live: rows("Local ports taken by connections in any state but TIME_WAIT."),
  timeWait: rows("Local ports taken by TIME_WAIT rows."),
  recent: rows("TIME_WAIT rows younger than reuseAfterSeconds."),
  ages: Type.Array(rows("TIME_WAIT rows."), {
    maxItems: PORT_AGES,
    description: "TIME_WAIT rows by age, in steps of 5 s, the youngest first; empty: not known.",
  }),
});

export const closedFirst = Type.Object({
  fact: Type.Literal("closed-first"),
  netns,
  inodes: Type.Array(inode, {
    maxItems: MAX_LISTED_PER_LINE,
    description: "Sockets seen open before, whose rows stand in TIME_WAIT now.",
  }),
});
