/** Keeps answers short. What is left out is counted in the answer itself. */

import type { Page } from "./schema/queries.ts";

/** A page of services ends before it is longer. */
export const MOST_PAGE_BYTES = 2 * 2 ** 20;
/** One service, and what a snapshot says beside its services; lists that would make it longer are cut. */
export const MOST_PART_BYTES = 2 ** 19;

/** Of one list in a part, however short its entries are. */
const MOST_ENTRIES = 500;

/**
 * The value as JSON text, with each list in it ended where its share of the bytes is used up (the most important come
 * first) and `leftOut` saying how many are missing. What one list does not need goes to those named after it. What does
 * not fit is not written either, so that a service of hostile size costs no more time than another.
 */
export function fitted<T extends { readonly [L in K]: readonly unknown[] }, K extends string & keyof T>(
  value: T,
  lists: readonly K[],
  most = MOST_PART_BYTES,
): string {
  const named: readonly string[] = lists;
  const rest = Object.fromEntries(Object.entries(value).filter(([name]) => !named.includes(name)));
  let text = JSON.stringify(rest);
  const leftOut: Record<string, number> = {};
  for (const [at, name] of lists.entries()) {
    const share = (most - Buffer.byteLength(text)) / (lists.length - at);
    const texts = textsWithin(value[name], share);
    leftOut[name] = value[name].length - texts.length;
    text = withList(text, name, texts);
  }
  return `${text.slice(0, -1)},"leftOut":${JSON.stringify(leftOut)}}`;
}

function textsWithin(entries: readonly unknown[], share: number): string[] {
  const texts: string[] = [];
  let bytes = 0;
  for (const entry of entries.slice(0, MOST_ENTRIES)) {
    const text = JSON.stringify(entry);
    bytes += Buffer.byteLength(text) + 1;
    if (bytes > share) break;
    texts.push(text);
  }
  return texts;
}

export interface Filled {
  readonly texts: readonly string[];
  /** Place of the first that did not fit, for the next page; null: all are there. */
  readonly next: number | null;
}

/** Texts of a list from `offset` on: at most `limit`, at most so many bytes, and always one so that paging moves on. */
export function fill<T>(all: readonly T[], { offset, limit }: Page, textOf: (item: T) => string): Filled {
  const texts: string[] = [];
  let bytes = 0;
  for (const item of all.slice(offset, offset + limit)) {
    const text = textOf(item);
    bytes += Buffer.byteLength(text) + 1;
    if (bytes > MOST_PAGE_BYTES && texts.length > 0) break;
    texts.push(text);
  }
  const end = offset + texts.length;
  return { texts, next: end < all.length ? end : null };
}

/** An object's text with one more property, a list whose entries are text already. */
export function withList(text: string, name: string, texts: readonly string[]): string {
  return `${text.slice(0, -1)},"${name}":[${texts.join(",")}]}`;
}
