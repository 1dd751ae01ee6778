import { Type } from "typebox";
import { DEFAULT_SERVER_OPTIONS } from "../../server/options.ts";
import { NONE, secret, share, USUAL } from "./texts.ts";

const { listen, hostNames, origins, requestsPerSecond, mostReaders } = DEFAULT_SERVER_OPTIONS;

export const AGENT = Type.Object(
  {
    listen: Type.String({
      default: listen,
      description:
        "Where descry agent can be reached over HTTP: an address of this host and a port. Without a token it listens on a loopback address alone.",
      examples: ["127.0.0.1:8321", "[::1]:8321", "0.0.0.0:8321"],
      writing: "listen",
    }),
    token: secret({
      default: NONE,
      also: [NONE],
      description:
        "What every request has to bring, as Authorization: Bearer; none: nothing. A file holds the token alone, at least 22 characters of it.",
      examples: ["file:/etc/descry/token", "env:DESCRY_TOKEN"],
    }),
    "host-names": Type.Array(Type.String({ writing: "host-name" }), {
      default: [...hostNames],
      maxItems: 100,
      description: "Names under which users reach the agent besides its address; others are refused.",
      examples: [["web-12.example"]],
    }),
    origins: Type.Array(Type.String({ writing: "origin" }), {
      default: [...origins],
      maxItems: 100,
      description: "Origins of pages elsewhere that may read the answers.",
      examples: [["https://overview.example"]],
    }),
    "requests-per-second": Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: requestsPerSecond,
      description: "Requests a second that are answered to one address; beyond that it gets 429.",
    }),
    "event-readers": Type.Integer({
      minimum: 1,
      maximum: 10_000,
      default: mostReaders,
      description: "How many may read the stream of events at once.",
    }),
    "state-folder": Type.String({
      pattern: "^(/[^\\u0000]{0,4094}|usual)$",
      default: USUAL,
      description:
        "Folder of descry agent's history and of what it learns; usual: /var/lib/descry for root, ~/.local/state/descry for others. --state-dir and DESCRY_STATE_DIR go before it, and tell other commands of it.",
      examples: ["/srv/descry"],
      wanted: "a whole path, or usual",
    }),
    "cpu-budget": share({
      default: "1%",
      least: "0.1%",
      most: "100%",
      description:
        "Share of one core that descry agent may take over time. It lists descriptors less often when it would take more; every process is counted once a second in any case.",
      examples: ["2%"],
    }),
  },
  { additionalProperties: false, default: {}, description: "How descry agent runs, and who reaches it." },
);
