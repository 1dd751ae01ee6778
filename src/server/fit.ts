/** Keeps answers short. What is left out is counted in the answer itself. */

import type { Page } from "./schema/queries.ts";

/** A page of services ends before it is longer. */
export const MOST_PAGE_BYTES = 2 * 2 ** 20;
/** One service, and what a snapshot says beside its services; lists that would make it longer are cut. */
export const MOST_PART_BYTES = 2 ** 19;

const CAPS = [500, 200, 50, 10, 1, 0];

export type LeftOut<K extends string> = Record<K, number>;

/**
 * The value as JSON text, its lists cut alike at the end (the most important come first) until it fits, with
 * `leftOut` saying how many of each are missing.
 */
export function fitted<T extends { readonly [L in K]: readonly unknown[] }, K extends string & keyof T>(
  value: T,
  lists: readonly K[],
  most = MOST_PART_BYTES,
): string {
  let text = "";
  for (const cap of CAPS) {
    const cut = lists.map((name) => [name, value[name].slice(0, cap)] as const);
    const leftOut = Object.fromEntries(
      lists.map((name) => [name, Math.max(0, value[name].length - cap)]),
    ) as LeftOut<K>;
    text = JSON.stringify({ ...value, ...Object.fromEntries(cut), leftOut });
    if (Buffer.byteLength(text) <= most) break;
  }
  return text;
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
