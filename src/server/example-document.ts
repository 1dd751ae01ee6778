/** Holds answers against the OpenAPI document, for the tests. */
import assert from "node:assert/strict";
import { Compile } from "typebox/compile";
import { type JsonSchema, openapiDocument } from "./openapi.ts";

export const document = openapiDocument();

/** With every reference followed, and nothing allowed that the document does not name. */
function strict(schema: JsonSchema): JsonSchema {
  if (schema.$ref !== undefined) {
    const named = document.components.schemas[schema.$ref.replace("#/components/schemas/", "")];
    assert.ok(named !== undefined, schema.$ref);
    return strict(named);
  }
  const { properties, items, anyOf } = schema;
  return {
    ...(properties === undefined ? {} : { additionalProperties: false }),
    ...schema,
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, inner]) => [name, strict(inner)]),
          ),
        }),
    ...(items === undefined ? {} : { items: strict(items) }),
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(strict) }),
  };
}

export function checkOf(schema: JsonSchema) {
  return Compile(strict(schema) as object);
}

/** Throws unless the answer is what the document says of that path and status. */
export function assertFollows(
  path: string,
  status: number,
  type: string,
  text: string,
  method: "get" | "post" | "delete" = "get",
): void {
  const content = document.paths[path]?.[method]?.responses[status]?.content;
  const [media, form] = Object.entries(content ?? {})[0] ?? [];
  assert.ok(media !== undefined && form !== undefined, `${path} ${status} is in the document`);
  assert.ok(type.startsWith(media), `${type} is ${media}`);
  const value: unknown = media === "application/json" ? JSON.parse(text) : text;
  const faults = [...checkOf(form.schema).Errors(value)];
  assert.deepEqual(faults.slice(0, 3), [], `${path} ${status}`);
}
