/** The schemas of model/socket-facts.ts and model/closings.ts. */
import { Type } from "typebox";
import { TCP_STATES } from "../model/socket-facts.ts";
import { MAX_LISTED_PER_LINE } from "./limits.ts";
import { integer, text, orNull, netns, inode, seconds, address, direction, rows } from "./schema-parts.ts";

export const socket = Type.Object({
  fact: Type.Literal("socket"),
  netns,
  inode,
  protocol: Type.Enum(["tcp", "udp", "unix", "netlink", "packet", "raw"]),
  state: Type.Enum([...TCP_STATES, "UNCONNECTED", "CONNECTED"]),
  local: address('"address:port", IPv6 in brackets; unix: the path, "@name" for an abstract one; "": none.'),
  remote: address("As local, of the other end."),
  receiveQueue: orNull(
    integer(0, Number.MAX_SAFE_INTEGER, "Bytes that nobody has read (LISTEN: connections); null: not told."),
  ),
  uid: Type.Optional(integer(0, 2 ** 32 - 1, "Owner of the socket; absent: not told.")),
  usedAt: Type.Optional(
    seconds("uptime at which data last went either way, or at which it was connected; absent: not known."),
  ),
  segments: Type.Optional(rows("Segments with data so far, both ways; absent: not known.")),
  exchanges: Type.Optional(rows("The smaller of its segments with data in and out; absent: not known.")),
});

const usedAt = seconds("uptime at which data last went either way.");
const segments = rows("Segments with data so far, both ways.");

export const use = Type.Object({
  fact: Type.Literal("use"),
  netns,
  sockets: Type.Array(
    Type.Union([
      Type.Tuple([inode, usedAt, segments]),
      Type.Tuple([inode, usedAt, segments, rows("The smaller of its segments with data in and out.")]),
    ]),
    { maxItems: MAX_LISTED_PER_LINE, description: "Sockets that carried data since that was last said." },
  ),
});

export const socketProtocol = Type.Object({
  fact: Type.Literal("socket-protocol"),
  inode,
  name: text(64, "What the kernel calls its protocol: xattr system.sockprotoname."),
});

const lived = Type.Tuple([
  rows("Connections."),
  rows("Exchanges over them: for each the smaller of its segments with data in and out."),
]);
const LIVES =
  "Those with at least one exchange by lifetime: unseen, under 10 s, under 60 s, longer. Absent: not known.";

export const closings = Type.Object({
  fact: Type.Literal("closings"),
  netns,
  protocol: Type.Enum(["tcp", "udp"]),
  direction,
  address: address('inbound: the listening "address:port"; outbound: the remote one; "": all others.'),
  count: rows("Connections closed since the tick before."),
  unseen: rows("Those of them that stood in no table that was read."),
  lives: Type.Optional(Type.Tuple([lived, lived, lived, lived], { description: LIVES })),
});

export const resting = Type.Object({
  fact: Type.Literal("resting"),
  netns,
  address: address('The remote "address:port" to which something was opened since the last reading.'),
  sockets: Type.Array(Type.Tuple([inode, seconds("For so long it has carried no data.")]), {
    maxItems: MAX_LISTED_PER_LINE,
    description: "Connections to it, used again 20 s after they were first seen, that stood idle meanwhile.",
  }),
});

export const counters = Type.Object({
  fact: Type.Literal("counters"),
  netns,
  activeOpens: rows("ActiveOpens of /proc/PID/net/snmp."),
  passiveOpens: rows("PassiveOpens of /proc/PID/net/snmp."),
});

export const socketGone = Type.Object({ fact: Type.Literal("socket-gone"), inode });

export const tables = Type.Object({
  fact: Type.Literal("tables"),
  netns,
  timeWait: rows("TIME_WAIT rows."),
  unaccepted: rows("ESTABLISHED rows that no process has accepted yet."),
});

export const timeWait = Type.Object({
  fact: Type.Literal("time-wait"),
  netns,
  address: address('"address:port": inbound the listening one, outbound the remote one.'),
  direction,
  count: rows("TIME_WAIT rows towards that address now."),
});
