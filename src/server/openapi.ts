/** The OpenAPI 3.1 document: made from the routes and the schemas that answers are tested against. */
import type { TSchema } from "typebox";
import { greeting, listedForecast, listedVerdict, missed, refusal } from "./schema/answers.ts";
import { gap, summary } from "./schema/events.ts";
import { type AnswerForm, jsonForm, type RouteForm } from "./routes/route.ts";
import { ROUTES } from "./routes/table.ts";

export interface OpenApi {
  readonly openapi: "3.1.0";
  readonly info: Readonly<Record<string, unknown>>;
  readonly security: readonly unknown[];
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
}

export interface PathItem {
  readonly get?: Operation;
  readonly post?: Operation;
  readonly delete?: Operation;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: {
    readonly required: true;
    readonly content: { readonly "application/json": { readonly schema: JsonSchema } };
  };
  readonly responses: Readonly<Record<string, Answered>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query";
  readonly required: boolean;
  readonly description: string;
  readonly schema: JsonSchema;
}

export interface Answered {
  readonly description: string;
  readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

/** The keywords that our schemas use. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly additionalProperties?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

const VERSION = "1";

/** Schemas of what only streams carry. */
const STREAMED = [greeting, listedVerdict, listedForecast, gap, summary, missed];

const REFUSALS: Readonly<Record<string, AnswerForm>> = {
  400: jsonForm(refusal, "A parameter, or what is sent, is wrong."),
  401: jsonForm(refusal, "The token is missing or wrong."),
  403: jsonForm(refusal, "Host or Origin is not this agent's, or the agent has not the rights itself."),
  429: jsonForm(refusal, "Too many requests from this address."),
  503: jsonForm(refusal, "The host has not been read yet, or the history cannot be."),
};

export function openapiDocument(): OpenApi {
  const schemas: Record<string, JsonSchema> = {};
  const paths: Record<string, PathItem> = {};
  for (const route of ROUTES) {
    const method = (route.method ?? "GET").toLowerCase();
    paths[route.path] = { ...paths[route.path], [method]: operation(route, schemas) };
  }
  for (const schema of STREAMED) refer(schema, schemas);
  return {
    openapi: "3.1.0",
    info: {
      title: "descry agent",
      version: VERSION,
      description:
        "What the agent knows of its host, and silences of its alerts. Times are RFC 3339 in UTC, units are in the names, unknown is null and never 0. " +
        "Names of services, commands and paths are texts that others chose. Clients must let pass fields that they do not know.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    security: [{}, { bearer: [] }, { basic: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "The agent's token, when it has one." },
        basic: {
          type: "http",
          scheme: "basic",
          description: "The same as password, with any user; for browsers.",
        },
      },
    },
  };
}

function operation(route: RouteForm, schemas: Record<string, JsonSchema>): Operation {
  const answers = { ...REFUSALS, ...route.answers };
  return {
    operationId: route.name,
    summary: route.summary,
    description: route.description,
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: refer(route.body, schemas) } },
          },
        }),
    parameters: [...parameters(route.params, "path", schemas), ...parameters(route.query, "query", schemas)],
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, { description, type, schema }]) => [
        status,
        {
          description,
          content: {
            [type]: { schema: schema === null ? { type: "string" } : refer(schema as JsonSchema, schemas) },
          },
        },
      ]),
    ),
  };
}

function parameters(
  { properties = {}, required = [] }: JsonSchema,
  place: "path" | "query",
  schemas: Record<string, JsonSchema>,
): Parameter[] {
  return Object.entries(properties).map(([name, schema]) => {
    const { description = "", ...rest } = refer(schema, schemas);
    return { name, in: place, required: required.includes(name), description, schema: rest };
  });
}

/** The schema with each titled part put into `schemas` and referred to. */
function refer(schema: JsonSchema | TSchema, schemas: Record<string, JsonSchema>): JsonSchema {
  const { title, ...rest } = schema as JsonSchema;
  const inner = Object.fromEntries(
    Object.entries(rest).map(([keyword, value]) => [keyword, referIn(keyword, value, schemas)]),
  ) as JsonSchema;
  if (title === undefined) return inner;
  schemas[title] = inner;
  return { $ref: `#/components/schemas/${title}` };
}

function referIn(keyword: string, value: unknown, schemas: Record<string, JsonSchema>): unknown {
  if (keyword === "properties")
    return Object.fromEntries(
      Object.entries(value as Record<string, JsonSchema>).map(([name, inner]) => [
        name,
        refer(inner, schemas),
      ]),
    );
  if (keyword === "items") return refer(value as JsonSchema, schemas);
  if (keyword === "anyOf") return (value as JsonSchema[]).map((inner) => refer(inner, schemas));
  return value;
}
