import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type JsonSchema, openapiDocument } from "./openapi.ts";
import { apiReference } from "./reference.ts";
import { serviceIdOf } from "./service-id.ts";

const document = openapiDocument();

/** Every schema inside a value, at any depth. */
function* references(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  const { $ref } = value as JsonSchema;
  if ($ref !== undefined) yield $ref;
  for (const inner of Object.values(value)) yield* references(inner);
}

test("docs/reference/api.md says what the schemas say", () => {
  const file = new URL("../../docs/reference/api.md", import.meta.url);
  assert.equal(
    readFileSync(file, "utf8"),
    apiReference(),
    "it is stale; run: sh scripts/run scripts/generate-reference.ts",
  );
});

test("the reference names every path, parameter and schema, and its example of an id is right", () => {
  const text = apiReference();
  for (const [path, { get }] of Object.entries(document.paths)) {
    assert.ok(text.includes(`### \`GET ${path}\``), path);
    for (const { name } of get.parameters) assert.ok(text.includes(`| \`${name}\``), name);
  }
  for (const name of Object.keys(document.components.schemas))
    assert.ok(text.includes(`### ${name}\n`), name);
  for (const [, name = ""] of text.matchAll(/\]\(#([a-z]+)\)/g))
    assert.ok(text.toLowerCase().includes(`### ${name}\n`), name);
  assert.ok(text.includes(serviceIdOf("gunicorn app:app")));
});

test("the OpenAPI document is whole: every reference leads somewhere, every operation has a name of its own", () => {
  const used = new Set(references(document));
  const defined = new Set(
    Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`),
  );
  for (const reference of used) assert.ok(defined.has(reference), reference);
  const operations = Object.values(document.paths).map(({ get }) => get.operationId);
  assert.equal(new Set(operations).size, operations.length);
  for (const [path, { get }] of Object.entries(document.paths)) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = get.parameters.filter((parameter) => parameter.in === "path");
    assert.deepEqual(
      declared.map(({ name, required }) => [name, required]),
      inPath.map((name) => [name, true]),
    );
    for (const status of ["200", "400", "401", "403", "429", "503"])
      assert.ok(get.responses[status] !== undefined, `${path} ${status}`);
  }
  assert.deepEqual(JSON.parse(JSON.stringify(document)), document, "nothing in it is lost on the way");
});
