/** The JSON that comes with a request, against its schema. Everything here throws a Refused. */
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { Refused } from "./refusal.ts";

interface BodySchema {
  readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
}

export function bodyReader(schema: TSchema): (body: unknown) => unknown {
  const check = Compile(schema);
  const { properties = {} } = schema as BodySchema;
  return (body) => {
    if (check.Check(body)) return body;
    if (typeof body !== "object" || body === null || Array.isArray(body))
      throw new Refused(400, "The body is no JSON object.", `It may have: ${names(properties)}.`);
    const unknown = Object.keys(body).find((name) => !Object.hasOwn(properties, name));
    if (unknown !== undefined)
      throw new Refused(
        400,
        "The body has a field that is not known here.",
        `There are: ${names(properties)}.`,
      );
    const [fault] = check.Errors(body);
    const name = fault?.instancePath.split("/")[1] ?? "";
    const about = Object.hasOwn(properties, name) ? (properties[name]?.description ?? "") : "";
    throw new Refused(
      400,
      `${name === "" ? "The body" : name} ${fault?.message ?? "is wrong"}.`,
      about === "" ? "GET /api/v1/openapi.json says what is possible." : `${name}: ${about}`,
    );
  };
}

function names(properties: Readonly<Record<string, unknown>>): string {
  return Object.keys(properties).join(", ");
}
