/**
 * What a configuration file may say, written once: what is read is checked by it, its defaults are the program's,
 * `descry config reference` and docs/reference/configuration.md are made from it. Every setting has a description, and
 * all but those inside a named entry have a default.
 */
import { type Static, Type } from "typebox";

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
  },
  { additionalProperties: false, description: "What is known of one service." },
);

export const SETTINGS = Type.Object(
  {
    services: Type.Record(Type.String({ pattern: "^[^\\n]{1,512}$" }), service, {
      additionalProperties: false,
      default: {},
      description: "What you know of services, each by its name as descry top shows it.",
      entry: "SERVICE",
      keys: "a service is named in 1 to 512 characters without a line break",
    }),
  },
  { additionalProperties: false, description: "The whole file." },
);

/** A file's settings, with the defaults where it says nothing. */
export type Settings = Static<typeof SETTINGS>;

/** One place in the schema, as the walks over it see it. */
export interface Place {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** Of a map with names that the user chooses: what stands for the name in the reference, and how it is written. */
  readonly entry?: string;
  readonly keys?: string;
  readonly properties?: Readonly<Record<string, Place>>;
  readonly patternProperties?: Readonly<Record<string, Place>>;
}

/** The place of one key inside another; null when there is none. */
export function placeIn(place: Place, key: string): Place | null {
  if (place.properties !== undefined)
    return Object.hasOwn(place.properties, key) ? (place.properties[key] ?? null) : null;
  return valuesOf(place);
}

/** The place of every value of a map with names that the user chooses; null when it is none. */
export function valuesOf(place: Place): Place | null {
  return Object.values(place.patternProperties ?? {})[0] ?? null;
}
