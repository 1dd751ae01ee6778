/** A stretch of time that a page shows: the last so much, or from one moment to another (Unix milliseconds). */
export type Range =
  | { readonly span: Span }
  | { readonly span: null; readonly from: number; readonly to: number };

interface Span {
  /** In the address: "1h". */
  readonly key: string;
  /** For people: "1 h". */
  readonly words: string;
  readonly seconds: number;
}

const HOUR = 3600;
const DAY = 24 * HOUR;

export const SPANS: readonly Span[] = [
  { key: "15m", words: "15 min", seconds: HOUR / 4 },
  { key: "1h", words: "1 h", seconds: HOUR },
  { key: "6h", words: "6 h", seconds: 6 * HOUR },
  { key: "24h", words: "24 h", seconds: DAY },
  { key: "7d", words: "7 d", seconds: 7 * DAY },
  { key: "30d", words: "30 d", seconds: 30 * DAY },
  { key: "1y", words: "1 y", seconds: 365 * DAY },
];

const USUAL: Span = { key: "1h", words: "1 h", seconds: HOUR };
/** As the API wants it: with seconds or without, and always with a zone. */
const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)$/;
/** A shorter stretch has no two buckets. */
const LEAST_MILLISECONDS = 60_000;

/** What the address says of time; what cannot be read there is the usual hour, so that a cut-off link still opens. */
export function rangeOf(from: string | null, to: string | null, span: string | null, now: number): Range {
  const first = instantOf(from);
  const last = to === null ? now : instantOf(to);
  if (first !== null && last !== null && last - first >= LEAST_MILLISECONDS) {
    return { span: null, from: first, to: last };
  }
  return { span: SPANS.find(({ key }) => key === span) ?? USUAL };
}

function instantOf(text: string | null): number | null {
  if (text === null || !RFC_3339.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

/** The moments that a range stands for now. Both are whole seconds. */
export function momentsOf(range: Range, now: number): { readonly from: string; readonly to: string } {
  const to = range.span === null ? range.to : now;
  const from = range.span === null ? range.from : now - range.span.seconds * 1000;
  return { from: written(from), to: written(to) };
}

/** The parameters that stand for a last so-much. */
export function spanParameters(span: Span): Record<"range" | "from" | "to", string | null> {
  return { range: span.key === USUAL.key ? null : span.key, from: null, to: null };
}

/** The parameters that stand for a stretch between two moments. */
export function betweenParameters(from: number, to: number): Record<"range" | "from" | "to", string | null> {
  return { range: null, from: written(from), to: written(to) };
}

/** The stretch of the same length before it (-1) or after it (1). */
export function shifted(
  range: Range,
  steps: -1 | 1,
  now: number,
): { readonly from: number; readonly to: number } {
  const moments = momentsOf(range, now);
  const [from, to] = [Date.parse(moments.from), Date.parse(moments.to)];
  const by = (to - from) * steps;
  return { from: from + by, to: to + by };
}

/** How often a range is worth asking for: what is over does not change, and a month does not change in seconds. */
export function refreshSeconds(range: Range, now: number): number {
  if (range.span === null) return range.to > now ? 10 : 600;
  return range.span.seconds <= 6 * HOUR ? 10 : 60;
}

/** Names a range, so that what was read of another one is not shown as this. */
export function rangeKey(range: Range): string {
  return range.span === null ? `${range.from}-${range.to}` : range.span.key;
}

/** "2026-11-12T02:00": what an input of local date and time holds. */
export function inputText(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

function written(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
