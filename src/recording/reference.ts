import { END_SCHEMA, FACT_SCHEMAS, HEADER_SCHEMA, RECORDING_VERSION, TICK_SCHEMA } from "./schema.ts";

/**
 * docs/reference/recording.schema.json: one JSON Schema for a line of a recording, so that other programs can check
 * what they write. Draft 7, which nearly every validator knows.
 */
export function recordingSchema(): object {
  const definitions = { header: HEADER_SCHEMA, tick: TICK_SCHEMA, ...FACT_SCHEMAS, end: END_SCHEMA };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: `One line of a descry recording, version ${RECORDING_VERSION}`,
    description:
      "Generated from src/recording/schema.ts by scripts/generate-reference.ts. The order of lines, what they mean and " +
      "what readers do with lines of other types: docs/recording-format.md.",
    oneOf: Object.keys(definitions).map((name) => ({ $ref: `#/definitions/${name}` })),
    definitions,
  };
}
