/** What a process has open, and how to ask for it. */
import { type Static, Type } from "typebox";
import { DESCRIPTOR_KINDS } from "../../model/kinds.ts";
import type { OpenDescriptor } from "../../model/open-descriptor.ts";
import { SORTS } from "../open-descriptors.ts";
import { page } from "./answers.ts";
import { kind } from "./events.ts";
import { count, flag, host, instant, list, orNull, positive, serviceId, text } from "./parts.ts";
import type { Proved, Same } from "./proof.ts";

export const USUAL_DESCRIPTORS = 500;

export const PID_PATTERN = String.raw`^[1-9]\d{0,9}$`;
export const processParams = Type.Object({
  pid: Type.String({ pattern: PID_PATTERN, description: "Number of the process." }),
});

const part = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 256, description }));

export const descriptorsQuery = Type.Object(
  {
    kind: Type.Optional(Type.Enum([...DESCRIPTOR_KINDS], { description: "Only these." })),
    state: Type.Optional(
      Type.String({
        pattern: "^[A-Z][A-Z0-9_]{0,31}$",
        description: "Only sockets in this state.",
        examples: ["CLOSE_WAIT"],
      }),
    ),
    peer: part("Only sockets whose remote address has this in it."),
    path: part("Only those whose path has this in it."),
    olderThan: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1_000_000_000,
        description:
          "Only those that were opened more seconds ago. What was open before the watch began is at least as old as the watch.",
      }),
    ),
    sort: Type.Optional(
      Type.Enum(
        SORTS.flatMap((sort) => [sort, `-${sort}`]),
        {
          description:
            "Default: number. With - in front the largest, oldest or longest unused first; what is not known comes last. " +
            "name: the path, or the remote address.",
        },
      ),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 5000,
        default: USUAL_DESCRIPTORS,
        description: "The most to answer; a page ends earlier when it would be too long.",
      }),
    ),
    offset: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 10_000_000, default: 0, description: "How many to pass over." }),
    ),
  },
  { additionalProperties: false },
);

export const openDescriptor = Type.Object(
  {
    number: count("Of the descriptor, as in /proc/PID/fd."),
    kind,
    path: orNull(
      text("Of files, devices and terminals; of unix sockets the name they are bound to. Any text."),
    ),
    local: orNull(text('Sockets: "address:port", IPv6 in brackets.')),
    peer: orNull(text("Sockets: the remote one; null: it has none, or stands in no table.")),
    direction: orNull(
      Type.Enum(["inbound", "outbound"], { description: "inbound: this host was connected to." }),
    ),
    state: orNull(text("Sockets: the kernel's word. ESTABLISHED, CLOSE_WAIT, LISTEN ...")),
    openedAt: orNull(
      instant("When it was opened, to about the time between two looks; null: before the watch began."),
    ),
    unusedSeconds: orNull(positive("TCP: since it last carried data; null: not known.")),
    unread: orNull(flag("TCP: bytes wait in it that nobody has read; null: not known.")),
    ghost: flag("A socket that stands in no table: lsof cannot identify its protocol."),
  },
  { title: "OpenDescriptor" },
);

const share = (name: string, description: string) =>
  list(Type.Object({ name: text(name), open: count("How many.") }), description);

export const descriptorsAnswer = Type.Object(
  {
    host,
    at: instant("When the process was looked at."),
    pid: count("Number of the process."),
    startTicks: count("Field 22 of /proc/PID/stat: another one means another process."),
    command: text("Its command, without secrets. Any text."),
    service: text("Its service. Any text."),
    serviceId,
    watchedFrom: instant("Since when the host is watched: what was open before is at least so old."),
    open: count("Open descriptors of the process, as the kernel counts them."),
    leftOut: count("Of these, how many were one too many to be told: the highest numbers."),
    kinds: share("What they are.", "Of all that were told, most first, whatever was asked for."),
    states: share("State of the socket.", "The same by state."),
    page,
    descriptors: list(openDescriptor, "Those that were asked for."),
  },
  { title: "DescriptorsAnswer" },
);

/**
 * Does not compile when the schema and the model differ.
 *
 * @public
 */
export type Proof = Proved<{ descriptor: Same<OpenDescriptor, Static<typeof openDescriptor>> }>;
