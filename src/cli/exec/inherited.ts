import { fstatSync, readlinkSync } from "node:fs";
import { isSea } from "node:sea";

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
  const told = environment[INHERITED];
  const numbers =
    told === undefined && isSea()
      ? numbersBeforeOwn()
      : (told ?? "")
          .split(" ")
          .filter((word) => /^\d{1,4}$/.test(word))
          .map(Number);
  return numbers
    .filter((number) => number > LAST_STANDARD && number <= HIGHEST && isOpen(number))
    .toSorted((a, b) => a - b);
}

/**
 * A single-file executable has no bin/descry before it. What Node opens first is the epoll of its loop, with the lowest
 * number that is free: all below it were open before.
 */
function numbersBeforeOwn(): number[] {
  const numbers: number[] = [];
  for (let number = LAST_STANDARD + 1; number <= HIGHEST; number++) {
    const link = linkOf(number);
    if (link === null || link === "anon_inode:[eventpoll]") break;
    numbers.push(number);
  }
  return numbers;
}

function linkOf(number: number): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${number}`);
  } catch {
    return null;
  }
}

function isOpen(number: number): boolean {
  try {
    fstatSync(number);
    return true;
  } catch {
    return false;
  }
}
