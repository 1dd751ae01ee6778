/** What is asked of the listing of a process: it stands in the address of the page, and goes to the agent. */

/** Of the table's columns, and what they are sorted by when first chosen: what matters most comes first. */
export const COLUMNS = [
  { sort: "number", label: "No.", first: "number" },
  { sort: "kind", label: "What", first: "kind" },
  { sort: "name", label: "Where", first: "name" },
  { sort: "state", label: "State", first: "state" },
  { sort: "age", label: "Open for", first: "-age" },
  { sort: "unused", label: "Unused for", first: "-unused" },
] as const;

export type Column = (typeof COLUMNS)[number];

/** Parameters of the address that choose descriptors, as the agent calls them. */
export const FILTERS = ["kind", "state", "peer", "path", "olderThan"] as const;
export type Filter = (typeof FILTERS)[number];

export const USUAL_SORT = "number";

/** Where the agent is asked; everything but the page. Null: that is no number of a process. */
export function askedPath(pid: string, parameter: (name: string) => string | null): string | null {
  if (!/^[1-9]\d{0,9}$/.test(pid)) return null;
  const query = new URLSearchParams();
  for (const name of [...FILTERS, "sort"]) {
    const value = parameter(name);
    if (value !== null && value !== "") query.set(name, value);
  }
  query.sort();
  return `/api/v1/processes/${pid}/descriptors?${query.toString()}`;
}

export function pagePath(asked: string, offset: number, limit: number): string {
  return `${asked}${asked.endsWith("?") ? "" : "&"}limit=${limit}&offset=${offset}`;
}

/** What the column's head asks for next: the other way round where it is sorted by that column already. */
export function nextSort(now: string, { sort, first }: Column): string {
  if (now.replace(/^-/, "") !== sort) return first;
  return now.startsWith("-") ? sort : `-${sort}`;
}

/** For screen readers. Ages and times unused fall when the oldest come first. */
export function ariaSort(now: string, { sort }: Column): "ascending" | "descending" | "none" {
  if (now.replace(/^-/, "") !== sort) return "none";
  return now.startsWith("-") ? "descending" : "ascending";
}
