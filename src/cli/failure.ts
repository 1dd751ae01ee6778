import type { DescryError } from "../model/error.ts";

/** What went wrong and the mend, on one line: every sentence with its period. */
export function failureWords({ message, mend }: DescryError): string {
  return [message, mend]
    .filter((part) => part !== "")
    .map((part) => (/[.?!]$/.test(part) ? part : `${part}.`))
    .join(" ")
    .replaceAll("\n", " ");
}
