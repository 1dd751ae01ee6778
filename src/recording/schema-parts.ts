/** Parts that the schemas of several facts have in common. */
import { type TSchema, Type } from "typebox";
import { MAX_LISTED_PER_LINE, MAX_PATH } from "./limits.ts";

export const integer = (minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, description });
export const text = (maxLength: number, description: string) => Type.String({ maxLength, description });
export const orNull = <S extends TSchema>(known: S) => Type.Union([known, Type.Null()]);

export const pid = integer(1, 2 ** 31 - 1, "Process number.");
export const startTicks = integer(
  0,
  Number.MAX_SAFE_INTEGER,
  "Field 22 of /proc/PID/stat: clock ticks after boot.",
);
export const netns = integer(0, Number.MAX_SAFE_INTEGER, "Inode of the network namespace: /proc/PID/ns/net.");
export const inode = integer(
  1,
  Number.MAX_SAFE_INTEGER,
  "Inode of the socket, as in the link socket:[INODE].",
);
// Linux has limits up to 2^64 - 1, which a JavaScript number holds rounded; fs.file-max often is 2^63 - 1.
export const limit = (description: string) => orNull(integer(0, 2 ** 64, description));
// The range that a JavaScript Date can show.
export const unixMilliseconds = (description: string) =>
  Type.Number({ minimum: 0, maximum: 8.64e15, description });
export const seconds = (description: string) => Type.Number({ minimum: 0, maximum: 1e10, description });
export const address = (description: string) => text(MAX_PATH, description);
export const direction = Type.Enum(["inbound", "outbound"], {
  description: "inbound when the local port is listened on, else outbound.",
});
export const rows = (description: string) => integer(0, Number.MAX_SAFE_INTEGER, description);
export const opening = Type.Tuple([
  integer(0, 2 ** 31 - 1, "Descriptor number."),
  text(MAX_PATH, "What the link /proc/PID/fd/NUMBER says."),
]);
export const openings = (description: string) =>
  Type.Array(opening, { maxItems: MAX_LISTED_PER_LINE, description });
