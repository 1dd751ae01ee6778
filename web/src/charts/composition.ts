/** What a service holds, part by part. */
import { bucketsIn, type Figures, known, partsOf, type Series, seriesNamed, type Span } from "./buckets.ts";

export type PartsBy = "kind" | "peer";

export interface Part {
  /** A kind, or "address:port" of a peer; null: those that have no colour of their own. */
  readonly label: string | null;
  readonly values: Figures;
}

export interface Composition {
  /** From the floor up. */
  readonly parts: readonly Part[];
  /** Open and not known what; null: nothing is known. By peer there is no such rest. */
  readonly rest: Figures;
}

const MEASURES = { kind: "open-descriptors", peer: "connections" } as const;
/** As many as there are colours, with one for the others. */
const MOST_PARTS = 8;

/**
 * The parts, largest first, but in the order that they had before (`order`, labels), so that no colour changes hands while
 * one looks. The smallest share one colour; their figures are added up.
 */
export function composition(
  span: Span,
  series: readonly Series[],
  by: PartsBy,
  order: readonly string[] = [],
): Composition {
  const named = partsOf(series, MEASURES[by]).filter(({ values }) => peak(values) > 0);
  const place = (label: string): number => (order.includes(label) ? order.indexOf(label) : Infinity);
  const sorted = named.toSorted(
    (a, b) => compared(place(a.label), place(b.label)) || peak(b.values) - peak(a.values),
  );
  const own = sorted.length > MOST_PARTS ? MOST_PARTS - 1 : MOST_PARTS;
  const parts: Part[] = sorted.slice(0, own).map(({ label, values }) => ({ label, values }));
  const others = sorted.slice(own).map(({ values }) => values);
  if (others.length > 0) parts.push({ label: null, values: sums(span, others) });
  return { parts, rest: by === "kind" ? restOf(span, series, parts) : sums(span, []) };
}

function compared(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function restOf(span: Span, series: readonly Series[], parts: readonly Part[]): Figures {
  const total = seriesNamed(series, "open-descriptors")?.values;
  const named = sums(
    span,
    parts.map(({ values }) => values),
  );
  return named.map((sum, bucket) => {
    const open = known(total, bucket);
    return open === null ? null : Math.max(0, open - (sum ?? 0));
  });
}

/** Of what is known; null where nothing is. */
function sums(span: Span, columns: readonly Figures[]): Figures {
  return Array.from({ length: bucketsIn(span) }, (_, bucket) => {
    const figures = columns.flatMap((column) => known(column, bucket) ?? []);
    return figures.length === 0 ? null : figures.reduce((sum, figure) => sum + figure, 0);
  });
}

function peak(values: Figures): number {
  return values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
}

/** The height of the highest stack. */
export function tallest(span: Span, { parts, rest }: Composition): number {
  return peak(sums(span, [...parts.map(({ values }) => values), rest]));
}
