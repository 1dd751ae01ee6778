/** What a request may say. Numbers come as text and are read as the schema wants them (read-query.ts). */
import { Type } from "typebox";
import { rule } from "./events.ts";
import { serviceId } from "./parts.ts";

export const USUAL_SERVICES = 100;
export const USUAL_SUMMARIES = 500;
export const USUAL_VERDICTS = 100;
export const USUAL_ALERTS = 100;
export const USUAL_SILENCES = 500;

const offset = Type.Optional(
  Type.Integer({ minimum: 0, maximum: 10_000_000, default: 0, description: "How many to pass over." }),
);
const limit = (most: number, usual: number) =>
  Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: most,
      default: usual,
      description: "The most to answer; a page ends earlier when it would be too long.",
    }),
  );
const instant = (description: string) =>
  Type.Optional(
    Type.String({
      pattern: String.raw`^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)$`,
      description: `${description} RFC 3339; a "+" is written %2B.`,
      examples: ["2026-11-12T02:00:00Z"],
    }),
  );
const strict = { additionalProperties: false } as const;

export const noParams = Type.Object({});
export const idParams = Type.Object({ id: serviceId });
export const noQuery = Type.Object({}, strict);
export const snapshotQuery = Type.Object({ limit: limit(500, USUAL_SERVICES), offset }, strict);
export const servicesQuery = Type.Object({ limit: limit(1000, USUAL_SUMMARIES), offset }, strict);
export const alertsQuery = Type.Object({ limit: limit(500, USUAL_ALERTS), offset }, strict);
export const silencesQuery = Type.Object({ limit: limit(1000, USUAL_SILENCES), offset }, strict);
export const silenceParams = Type.Object({
  id: Type.String({ pattern: "^[0-9a-f]{1,64}$", description: "Of the silence." }),
});
export const seriesQuery = Type.Object(
  {
    from: instant("Default: an hour before to."),
    to: instant("Default: now."),
    step: Type.Optional(
      Type.String({
        pattern: String.raw`^[1-9]\d{0,6}[smhd]?$`,
        description: "Seconds, or 30s, 5m, 2h, 1d. Default: about 300 points.",
        examples: ["1m"],
      }),
    ),
    measure: Type.Optional(
      Type.String({
        pattern: "^[a-z][a-z-]{0,63}(,[a-z][a-z-]{0,63}){0,15}$",
        description: "Only these, with commas between them. Default: all.",
        examples: ["open-descriptors,runway-seconds"],
      }),
    ),
  },
  strict,
);
export const verdictsQuery = Type.Object(
  {
    from: instant("With from or to the history is answered, else what stands now."),
    to: instant("Not later."),
    service: Type.Optional(serviceId),
    rule: Type.Optional(rule),
    fingerprint: Type.Optional(Type.String({ pattern: "^[0-9a-f]{1,64}$", description: "Of one leak." })),
    limit: limit(500, USUAL_VERDICTS),
    cursor: Type.Optional(
      Type.String({ pattern: String.raw`^\d{1,15}$`, description: "next of the page before." }),
    ),
  },
  strict,
);

export interface Page {
  readonly offset: number;
  readonly limit: number;
}

export function pageOf(query: { readonly offset?: number; readonly limit?: number }, usual: number): Page {
  return { offset: query.offset ?? 0, limit: query.limit ?? usual };
}
