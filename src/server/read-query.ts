/** What a request says, against its schema. Everything here throws a Refused. */
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { Refused } from "./refusal.ts";

interface Parameter {
  readonly type?: string;
  readonly description?: string;
}

interface QuerySchema {
  readonly properties: Readonly<Record<string, Parameter>>;
  readonly additionalProperties?: boolean;
}

/** Query parameters as text, one value each, become what the schema says. */
export function queryReader(schema: TSchema): (query: unknown) => unknown {
  const check = Compile(schema);
  const { properties, additionalProperties: open = true } = schema as QuerySchema;
  const names = Object.keys(properties);
  return (query) => {
    const read: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(query ?? {})) {
      if (!Object.hasOwn(properties, name) && open) continue;
      if (!Object.hasOwn(properties, name)) throw unknownParameter(names);
      if (typeof value !== "string") throw new Refused(400, `${name} is given twice.`, "Give it once.");
      read[name] = properties[name]?.type === "integer" && /^\d{1,15}$/.test(value) ? Number(value) : value;
    }
    if (check.Check(read)) return read;
    const [fault] = check.Errors(read);
    const name = fault?.instancePath.slice(1) ?? "";
    throw new Refused(400, `${name} ${fault?.message ?? "is wrong"}.`, about(properties[name], name));
  };
}

/** RFC 3339 to Unix milliseconds; null where it is not given. */
export function readInstant(text: string | undefined, name: string): number | null {
  if (text === undefined) return null;
  const milliseconds = Date.parse(text.toUpperCase());
  if (Number.isNaN(milliseconds) || milliseconds < 0)
    throw new Refused(400, `${name} is no time.`, "Write it as 2026-11-12T02:00:00Z.");
  return milliseconds;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** "30", "30s", "5m" to seconds; null where it is not given. */
export function readStep(text: string | undefined): number | null {
  if (text === undefined) return null;
  return Number.parseInt(text, 10) * (UNITS[text.at(-1) ?? ""] ?? 1);
}

function unknownParameter(names: readonly string[]): Refused {
  const mend = names.length === 0 ? "Ask without." : `There are: ${names.join(", ")}.`;
  return new Refused(400, "This path knows no such parameter.", mend);
}

function about(parameter: Parameter | undefined, name: string): string {
  const description = parameter?.description ?? "";
  return description === "" ? "GET /api/v1/openapi.json says what is possible." : `${name}: ${description}`;
}
