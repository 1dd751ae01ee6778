import type { Opening, Openings } from "../../model/facts.ts";
import { mayHold } from "./fdinfo/holders.ts";
import { identityOf, isDeletionOf, linkText, socketInode } from "./link.ts";

/** A link is looked at again when a sixteenth of its age has passed, and after this many seconds at most. */
const LOOKED_AT_SECONDS = 30;
const AGE_SHARE = 16;

/** The descriptors of one process in typed arrays, by ascending number: 28 bytes each. Times are seconds of uptime. */
export interface DescriptorTable {
  length: number;
  numbers: Int32Array;
  identities: Float64Array;
  seenAt: Float64Array;
  lookedAt: Float64Array;
}

/** Openings that can be cut into pieces. */
interface Sliceable extends Openings {
  slice(from: number, to: number): Openings;
}

export interface Changes {
  readonly opened: Sliceable;
  readonly closed: readonly number[];
  readonly renamed: readonly Opening[];
  /** Of the opened, those that may hold things which have no descriptor. */
  readonly holding: readonly Opening[];
}

interface Merged extends Changes {
  readonly opened: Opening[];
  readonly closed: number[];
  readonly renamed: Opening[];
  readonly holding: Opening[];
}

/** Gives a link as one character for each byte, or null when the number is not open any more. */
export type LookAtLink = (number: number) => string | null;

/** When sockets were missed in their table, in seconds of uptime, by inode. */
export type MissedSockets = ReadonlyMap<number, number>;

/** Numbers between two places at which a merge can rest. */
const STEP = 64;

export function emptyTable(): DescriptorTable {
  return tableOf(0);
}

function tableOf(capacity: number): DescriptorTable {
  return {
    length: 0,
    numbers: new Int32Array(capacity),
    identities: new Float64Array(capacity),
    seenAt: new Float64Array(capacity),
    lookedAt: new Float64Array(capacity),
  };
}

/** One for merge after merge: it becomes as long as the longest table and is copied from. Null while one has it. */
let scratch: DescriptorTable | null = null;

function takeScratch(capacity: number): DescriptorTable {
  const taken = scratch;
  scratch = null;
  if (taken === null || taken.numbers.length < capacity) return tableOf(Math.max(1024, capacity * 2));
  taken.length = 0;
  return taken;
}

/**
 * Brings a table up to date with the numbers that are open now, ascending, and gives what changed. A number that was
 * there before is looked at again only when that is due: reading a link costs five times as much as listing it.
 *
 *   sockets   when their inode has been missed in the socket tables since the last look
 *   others    after age/16, 30 s at most, so that young ones are looked at in each listing
 *
 * A number whose link differs was closed and given out again; only " (deleted)" behind the same path is the same open
 * file. A rename cannot be told from that, and a file closed and opened again under the same number and path between
 * two looks cannot be seen at all. `lookAt` may throw; the table then is as it was. Yields where it can rest. native/descriptors.c does the same off the main thread.
 */
export function* mergeListing(
  table: DescriptorTable,
  numbers: Int32Array,
  now: number,
  lookAt: LookAtLink,
  missed: MissedSockets,
): Generator<void, Changes> {
  const changes: Merged = { opened: [], closed: [], renamed: [], holding: [] };
  const next = takeScratch(numbers.length);
  let old = 0;
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at] ?? 0;
    while (old < table.length && (table.numbers[old] ?? 0) < number)
      changes.closed.push(table.numbers[old++] ?? 0);
    if (old < table.length && table.numbers[old] === number)
      carryOver(table, old++, next, now, lookAt, missed, changes);
    else open(number, lookAt(number), next, now, changes);
    if (at % STEP === STEP - 1) yield;
  }
  while (old < table.length) changes.closed.push(table.numbers[old++] ?? 0);
  keep(table, next);
  scratch = next;
  return changes;
}

function carryOver(
  table: DescriptorTable,
  old: number,
  next: DescriptorTable,
  now: number,
  lookAt: LookAtLink,
  missed: MissedSockets,
  changes: Merged,
): void {
  const number = table.numbers[old] ?? 0;
  const identity = table.identities[old] ?? 0;
  const seenAt = table.seenAt[old] ?? 0;
  const lookedAt = table.lookedAt[old] ?? 0;
  if (!lookIsDue(identity, seenAt, lookedAt, now, missed)) {
    append(next, number, identity, seenAt, lookedAt);
    return;
  }
  const link = lookAt(number);
  const identityNow = link === null ? null : identityOf(link);
  if (identityNow === identity) {
    append(next, number, identity, seenAt, now);
  } else if (link !== null && identityNow !== null && isDeletionOf(link, identity)) {
    changes.renamed.push([number, linkText(link)]);
    append(next, number, identityNow, seenAt, now);
  } else {
    changes.closed.push(number);
    open(number, link, next, now, changes);
  }
}

function lookIsDue(
  identity: number,
  seenAt: number,
  lookedAt: number,
  now: number,
  missed: MissedSockets,
): boolean {
  if (now - lookedAt >= Math.min(LOOKED_AT_SECONDS, (now - seenAt) / AGE_SHARE)) return true;
  const inode = socketInode(identity);
  return inode !== null && (missed.get(inode) ?? -Infinity) >= lookedAt;
}

function open(
  number: number,
  link: string | null,
  next: DescriptorTable,
  now: number,
  changes: Merged,
): void {
  if (link === null) return;
  const opening = [number, linkText(link)] as const;
  changes.opened.push(opening);
  if (mayHold(opening[1])) changes.holding.push(opening);
  append(next, number, identityOf(link), now, now);
}

function append(
  next: DescriptorTable,
  number: number,
  identity: number,
  seenAt: number,
  lookedAt: number,
): void {
  const at = next.length++;
  next.numbers[at] = number;
  next.identities[at] = identity;
  next.seenAt[at] = seenAt;
  next.lookedAt[at] = lookedAt;
}

/** Copies `next` into the table, which keeps its arrays while they fit and are not four times too large. */
function keep(table: DescriptorTable, next: DescriptorTable): void {
  const capacity = table.numbers.length;
  if (capacity < next.length || capacity > 4 * next.length + 64) {
    Object.assign(table, tableOf(next.length + (next.length >> 3) + 4));
  }
  table.length = next.length;
  table.numbers.set(next.numbers.subarray(0, next.length));
  table.identities.set(next.identities.subarray(0, next.length));
  table.seenAt.set(next.seenAt.subarray(0, next.length));
  table.lookedAt.set(next.lookedAt.subarray(0, next.length));
}

/** The numbers of a folder's names, ascending. Node gives names in the order of text: 0, 1, 10, 100, 2. */
export function parseNumbers(names: readonly string[]): Int32Array {
  const numbers = new Int32Array(names.length);
  let length = 0;
  for (const name of names) {
    const number = parseNumber(name);
    if (number >= 0) numbers[length++] = number;
  }
  return numbers.subarray(0, length).toSorted();
}

function parseNumber(name: string): number {
  if (name.length === 0 || name.length > 9) return -1;
  let number = 0;
  for (let at = 0; at < name.length; at++) {
    const digit = name.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}
