/** The API for people: made from the OpenAPI document. */
import {
  type Answered,
  type JsonSchema,
  openapiDocument,
  type Operation,
  type Parameter,
} from "./openapi.ts";

const INTRODUCTION = `# HTTP API

Generated from src/server/schema/ and src/server/routes/ by scripts/generate-reference.ts. A running agent has the same for programs, as an
OpenAPI 3.1 document, at \`/api/v1/openapi.json\`.

\`descry agent\` answers on \`http://127.0.0.1:8321\` unless \`--listen\` names another address. All is only read but
silences. Times are RFC 3339 in UTC, units are in the names, unknown is \`null\` and never 0, and every answer carries \`host\`. Fields may be added; clients let pass what they do not
know. Names of services, commands and paths are texts that others chose: escape them where you show them.

## Who is let in

- **Address.** On the loopback address no token is needed, though one may be set. On any other address the agent does not start without one.
- **Token.** \`Authorization: Bearer TOKEN\`, or Basic authentication with any user and the token as password, which browsers ask for by themselves.
  Without it every path answers 401. It is never taken from a URL.
- **Host.** A literal address of the agent or \`localhost\`, with any port (a tunnel may change it), or a name that it was told. Anything else is 403: so
  does DNS rebinding fail, where a page makes its own name resolve to this host.
- **Origin.** A page of another origin is 403, unless that origin was allowed; then the answers carry the headers of CORS.
- **Writing.** Whoever may read may make and end silences: set a token where other users of the host should not. A page of another origin may not,
  also where it is allowed to read: a browser names its origin with every such request, and asks before it sends JSON or DELETE. JSON has to come as
  \`Content-Type: application/json\`.
- **Rate.** Too many requests a second from one address (IPv6: one /64) are 429 with Retry-After.

A request that is not answered gets a [Refusal](#refusal): what is wrong, and what to do about it. Besides those above: 400 for a parameter that is
wrong or unknown, 503 before the host was read for the first time and while the history cannot be read.

## How a service is named

Paths name a service by its \`id\`. A name of 1 to 64 letters, digits, \`.\`, \`_\` and \`-\` that begins with a letter or digit is its own id:
\`gunicorn.service\`. Any other gets what is left of it as a hint, \`~\`, and the first 24 hexadecimal digits of the SHA-256 of the name in UTF-8:
\`gunicorn app:app\` is \`gunicorn-app-app~d6b8c61ae7108a9cdf394bde\`. The id depends on nothing else, so it is the same on every host and after every restart.

## How long an answer may be

Services and verdicts come in pages of at most about 2 MiB; \`next\` says where to go on. One service takes at most 512 KiB: its lists are cut at the end, where the
least important is, and \`leftOut\` counts what is missing. A series has at most 2,000 points: \`stepSeconds\` says what a step that was too fine was widened to.
`;

/** docs/reference/api.md */
export function apiReference(): string {
  const { paths, components } = openapiDocument();
  const parts = [
    INTRODUCTION.trimEnd(),
    "## Paths",
    ...Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item as Readonly<Record<string, Operation>>).flatMap(([method, operation]) =>
        pathParts(`${method.toUpperCase()} ${path}`, operation),
      ),
    ),
    "## Schemas",
    ...Object.entries(components.schemas).flatMap(([name, schema]) => schemaParts(name, schema)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function pathParts(heading: string, operation: Operation): string[] {
  const { summary, description, parameters, requestBody, responses } = operation;
  const body = requestBody?.content["application/json"].schema;
  return [
    `### \`${heading}\``,
    `${summary}. ${description}`,
    ...(body === undefined ? [] : [`It is sent a ${typeWords(body)} as JSON.`]),
    ...(parameters.length === 0
      ? []
      : [table(["parameter", "in", "type", "meaning"], parameters.map(parameterRow))]),
    table(
      ["status", "answer", "meaning"],
      Object.entries(responses)
        .filter(isOwn)
        .map(([status, answered]) => [status, answerWords(answered), answered.description]),
    ),
  ];
}

function parameterRow({ name, in: place, required, schema, description }: Parameter): string[] {
  const { default: usual, examples = [] } = schema;
  const facts = [
    description,
    ...(usual === undefined ? [] : [`Default: \`${JSON.stringify(usual)}\`.`]),
    ...examples.map((example) => `Example: \`${String(example)}\`.`),
  ];
  return [`\`${name}\`${required ? "" : "?"}`, place, typeWords(schema), facts.join(" ")];
}

/** The refusals that every path has are told once, at the top. */
function isOwn([status, answered]: readonly [string, Answered]): boolean {
  return !/^(?:400|401|403|429|503)$/.test(status) || !answerWords(answered).includes("[Refusal]");
}

function answerWords({ content }: Answered): string {
  return Object.entries(content)
    .map(([type, { schema }]) => (schema.$ref === undefined ? `\`${type}\`` : typeWords(schema)))
    .join(", ");
}

function schemaParts(name: string, schema: JsonSchema): string[] {
  const rows = fieldRows(schema, "");
  return [
    `### ${name}`,
    ...(schema.description === undefined ? [] : [schema.description]),
    table(["field", "type", "meaning"], rows),
  ];
}

/** A field's own fields follow it, their names after its own and a dot. */
function fieldRows({ properties = {} }: JsonSchema, prefix: string): string[][] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = `${prefix}${name}`;
    const inner = known(schema).items ?? known(schema);
    const places = known(schema).items === undefined ? `${path}.` : `${path}[].`;
    return [[`\`${path}\``, typeWords(schema), meaning(schema)], ...fieldRows(inner, places)];
  });
}

function meaning(schema: JsonSchema): string {
  return schema.description ?? known(schema).description ?? "";
}

/** What it is when it is known. */
function known(schema: JsonSchema): JsonSchema {
  return schema.anyOf?.find(({ type }) => type !== "null") ?? schema;
}

function typeWords(schema: JsonSchema): string {
  const { $ref, type, anyOf, items, enum: words, const: only, format, minimum, maximum } = schema;
  if ($ref !== undefined) {
    const name = $ref.split("/").at(-1) ?? "";
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (anyOf !== undefined) return anyOf.map(typeWords).join(" or ");
  if (only !== undefined) return `\`${JSON.stringify(only)}\``;
  if (words !== undefined) return words.map((word) => `\`${String(word)}\``).join(", ");
  if (items !== undefined) return `list of ${typeWords(items)}`;
  if (type === "integer" && maximum !== undefined) return `whole number from ${minimum ?? 0} to ${maximum}`;
  if (type === "integer") return "whole number";
  if (type === "string") return format === "date-time" ? "time" : "text";
  return type ?? "anything";
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
