/** Parts that the schemas of several answers have in common. A schema with a title is one of OpenAPI's components. */
import { type TSchema, Type } from "typebox";

export const text = (description: string) => Type.String({ description });
export const flag = (description: string) => Type.Boolean({ description });
export const number = (description: string) => Type.Number({ description });
export const positive = (description: string) => Type.Number({ minimum: 0, description });
export const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
export const count = (description: string) => Type.Integer({ minimum: 0, description });
/** As toISOString() writes it: whatever passes is a time that every program can read. */
const INSTANT = String.raw`^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z$`;
export const instant = (description: string) =>
  Type.String({ format: "date-time", pattern: INSTANT, description: `${description} RFC 3339, UTC.` });
export const orNull = <S extends TSchema>(known: S) => Type.Union([known, Type.Null()]);
export const list = <S extends TSchema>(of: S, description: string) => Type.Array(of, { description });

export const host = text("Name of the host that answers.");
export const at = instant("When the host was read.");
export const serviceId = Type.String({
  minLength: 1,
  maxLength: 128,
  pattern: "^[A-Za-z0-9._~-]+$",
  description: "Names the service in paths of this API.",
});
