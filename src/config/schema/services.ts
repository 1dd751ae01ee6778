import { Type } from "typebox";
import { CONTROLS, duration, NEVER, NONE, USUAL } from "./texts.ts";

/** 0 to 255, and 1 to 65535. */
const OCTET = String.raw`(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
const PORT = String.raw`([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])`;
/** An address as descry shows peers, or * for all, and a port. */
const PEER = String.raw`^(\*|(${OCTET}\.){3}${OCTET}|\[[0-9A-Fa-f:.]+\]):${PORT}$`;

const pools = Type.Record(
  Type.String({ pattern: PEER }),
  Type.Integer({ minimum: 1, maximum: 1_000_000, description: "Connections." }),
  {
    additionalProperties: false,
    default: {},
    description:
      'Connections that the service\'s pool may hold, by peer: "address:port" as descry shows it, or "*:port" for every address. Without it the size is learned.',
    examples: [{ "127.0.0.1:3306": 20, "*:5432": 10 }],
    entry: "PEER",
    keys: 'a peer is written "address:port" as descry shows it, with * for every address: "127.0.0.1:3306", "[::1]:5432" or "*:5432"',
  },
);

const service = Type.Object(
  {
    pools,
    shape: Type.Enum(["learned", "follows-load", "steady", "cyclic"], {
      default: "learned",
      description:
        "How it uses descriptors when all is well: follows-load, as a web server does; steady, as a client of a database; cyclic, as a worker that opens and gives back in turns.",
      examples: ["steady"],
    }),
    ignore: Type.Boolean({
      default: false,
      description:
        "Nothing is said of what it alone opens: no verdict, no alert. It is still counted and shown, and what all services share, such as the host's limit of open files, is told whoever uses it up.",
    }),
    owner: Type.String({
      pattern: `^[^${CONTROLS}]{1,200}$`,
      default: NONE,
      description:
        "Who is to be told, in your words: it stands in every message, and is the label owner in Alertmanager; none: nobody is named.",
      examples: ["team-payments"],
      wanted: "a text of 1 to 200 characters on one line",
    }),
    "page-below": duration({
      default: USUAL,
      least: "1m",
      most: "30d",
      also: [USUAL, NEVER],
      description:
        "As alerts.page-below, for this service alone; usual: as it is there; never: what it alone opens is a ticket, however little time is left.",
      examples: ["30m"],
    }),
    "suspected-for": duration({
      default: USUAL,
      least: "10s",
      most: "30d",
      also: [USUAL, NEVER],
      description: "As alerts.suspected-for, for this service alone; usual: as it is there.",
      examples: ["never"],
    }),
  },
  { additionalProperties: false, description: "What is known of one service." },
);

export const SERVICES = Type.Record(Type.String({ pattern: "^[^\\n]{1,512}$" }), service, {
  additionalProperties: false,
  default: {},
  description: "What you know of services, each by its name as descry top shows it.",
  entry: "SERVICE",
  keys: "a service is named in 1 to 512 characters without a line break",
});
