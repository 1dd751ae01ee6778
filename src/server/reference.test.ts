import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type JsonSchema, openapiDocument, type Operation } from "./openapi.ts";
import { apiReference } from "./reference.ts";
import { serviceIdOf } from "./service-id.ts";

const document = openapiDocument();

function operations() {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Readonly<Record<string, Operation>>).map(([method, operation]) => ({
      ...{ method: method.toUpperCase(), path, operation },
    })),
  );
}

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
  for (const { method, path, operation } of operations()) {
    assert.ok(text.includes(`### \`${method} ${path}\``), path);
    for (const { name } of operation.parameters) assert.ok(text.includes(`| \`${name}\``), name);
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
  const names = operations().map(({ operation }) => operation.operationId);
  assert.equal(new Set(names).size, names.length);
  for (const { path, operation } of operations()) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = operation.parameters.filter((parameter) => parameter.in === "path");
    assert.deepEqual(
      declared.map(({ name, required }) => [name, required]),
      inPath.map((name) => [name, true]),
    );
    for (const status of ["400", "401", "403", "429", "503"])
      assert.ok(operation.responses[status] !== undefined, `${path} ${status}`);
  }
  assert.deepEqual(JSON.parse(JSON.stringify(document)), document, "nothing in it is lost on the way");
});
