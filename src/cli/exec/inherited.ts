import { fstatSync } from "node:fs";

/** The variable in which bin/descry tells the numbers that were open before Node opened its own. */
export const INHERITED = "DESCRY_INHERITED";

/** File descriptors are a small array for the command: nobody passes on one numbered higher. */
const HIGHEST = 1023;
const LAST_STANDARD = 2;

/**
 * Numbers from 3 on that whoever started this program left open for it, as the job server of make(1) and the third
 * output of bats: the command gets them as it would without descry. Node closes them to its children.
 */
export function inheritedDescriptors(environment: Readonly<Record<string, string | undefined>>): number[] {
  return (environment[INHERITED] ?? "")
    .split(" ")
    .filter((word) => /^\d{1,4}$/.test(word))
    .map(Number)
    .filter((number) => number > LAST_STANDARD && number <= HIGHEST && isOpen(number))
    .toSorted((a, b) => a - b);
}

function isOpen(number: number): boolean {
  try {
    fstatSync(number);
    return true;
  } catch {
    return false;
  }
}
