import { getSystemErrorMessage } from "node:util";

export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** In the words of strerror(3). */
export function reasonOf(error: unknown): string {
  if (error instanceof Error && "errno" in error && typeof error.errno === "number")
    return getSystemErrorMessage(error.errno);
  return error instanceof Error ? error.message : String(error);
}

/** A path without anything that a terminal would obey. */
export function printable(path: string): string {
  return path.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, "?");
}
