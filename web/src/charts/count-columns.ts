/** Open files over time against their limit, and what is to come. */
import type { ListedVerdict, ServiceAnswer } from "../../../src/server/api.ts";
import {
  bucketsIn,
  bucketStart,
  type Figures,
  known,
  partsOf,
  type Series,
  seriesNamed,
  type Span,
} from "./buckets.ts";

export interface CountColumns {
  /** The last figure of each bucket, the smallest and the largest. */
  readonly open: Figures;
  readonly least: Figures;
  readonly most: Figures;
  /** Limit of the process that may open the fewest more. */
  readonly limit: Figures;
  /**
   * As many as are open when that process is full and the others stand still: what is open and what it may still open.
   * The limit itself where the service is one process.
   */
  readonly full: Figures;
}

export function countColumns(span: Span, series: readonly Series[]): CountColumns {
  const nothing: Figures = Array.from({ length: bucketsIn(span) }, () => null);
  const open = seriesNamed(series, "open-descriptors");
  const limit = seriesNamed(series, "descriptor-limit")?.values ?? nothing;
  const headroom = seriesNamed(series, "headroom")?.values ?? nothing;
  const values = open?.values ?? nothing;
  const full = values.map((figure, bucket) => {
    const room = known(headroom, bucket);
    return figure === null || room === null ? known(limit, bucket) : figure + room;
  });
  return { open: values, least: open?.least ?? nothing, most: open?.most ?? nothing, limit, full };
}

/** From what is open now to the count at which nothing can be opened any more. Moments are Unix seconds. */
export interface Cone {
  readonly at: number;
  readonly open: number;
  readonly full: number;
  /** When that is reached at 5, 50 and 95 % probability; null: not within the horizon. */
  readonly p05: number;
  readonly p50: number | null;
  readonly p95: number | null;
}

export type Forecast = Pick<ServiceAnswer, "at" | "open" | "runway">;

/** null: descriptors do not run out, as far as can be seen. */
export function coneOf({ at, open, runway }: Forecast): Cone | null {
  const first = runway?.exhaustedAt?.p05 ?? null;
  if (runway === null || runway.resource !== "nofile" || first === null) return null;
  const start = Date.parse(at) / 1000;
  const seconds = (moment: string | null): number | null =>
    moment === null ? null : Math.max(start, Date.parse(moment) / 1000);
  return {
    ...{ at: start, open, full: open + runway.headroom },
    p05: seconds(first) as number,
    p50: seconds(runway.exhaustedAt?.p50 ?? null),
    p95: seconds(runway.exhaustedAt?.p95 ?? null),
  };
}

/** A limit that is more than so many times what is open would press the line to the floor: it is told, not drawn. */
const FAR_ABOVE = 5;

/** The top of the scale: all that was open, and the limit where it is near or forecast to be reached. */
export function topOf({ most, open, full }: CountColumns, cone: Cone | null): number {
  const highest = largest([...most, ...open]);
  const ceiling = largest(full);
  const near = ceiling <= highest * FAR_ABOVE ? ceiling : 0;
  return Math.max(highest, near, cone?.full ?? 0, 4) * 1.08;
}

function largest(figures: Figures): number {
  return figures.reduce<number>((top, figure) => Math.max(top, figure ?? 0), 0);
}

/** A moment that stands out. */
export interface Mark {
  /** Unix seconds. */
  readonly at: number;
  readonly kind: "began" | "suspect" | "confirmed" | "cleared" | "restart";
  readonly words: string;
}

/**
 * When leaks began, were suspected, proved and withdrawn: of verdicts as /api/v1/verdicts tells them, in any order. What
 * was told again with the same standing is one mark.
 */
export function verdictMarks(
  verdicts: readonly Pick<ListedVerdict, "id" | "at" | "since" | "standing">[],
): Mark[] {
  const marks: Mark[] = [];
  const standing = new Map<string, string>();
  for (const verdict of verdicts.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    if (!standing.has(verdict.id) && verdict.since !== null)
      marks.push({ at: Date.parse(verdict.since) / 1000, kind: "began", words: "leak began" });
    if (standing.get(verdict.id) === verdict.standing) continue;
    standing.set(verdict.id, verdict.standing);
    marks.push({ at: Date.parse(verdict.at) / 1000, kind: verdict.standing, words: WORDS[verdict.standing] });
  }
  return marks;
}

const WORDS = { suspect: "suspect", confirmed: "confirmed", cleared: "cleared" } as const;

/** When processes of the service started, of those that run now. */
export function startMarks(
  processes: readonly Pick<ServiceAnswer["processes"][number], "startedAt">[],
): Mark[] {
  return processes
    .flatMap(({ startedAt }) => (startedAt === null ? [] : [Date.parse(startedAt) / 1000]))
    .toSorted((a, b) => a - b)
    .filter((at, index, all) => index === 0 || at - (all[index - 1] as number) > 1)
    .map((at) => ({ at, kind: "restart", words: "started" }));
}

/** Where totals begin again at 0: descry was started anew, or the service came back. */
export function resetMarks(span: Span, series: readonly Series[]): Mark[] {
  const totals = [...partsOf(series, "born-total"), ...partsOf(series, "closed-total")];
  const resets = new Set<number>();
  for (const { values } of totals) {
    let before: number | null = null;
    for (const [bucket, value] of values.entries()) {
      if (value !== null && before !== null && value < before) resets.add(bucket);
      before = value ?? before;
    }
  }
  return [...resets]
    .toSorted((a, b) => a - b)
    .map((bucket) => ({ at: bucketStart(span, bucket), kind: "restart", words: "counted anew" }));
}

/** Marks of one kind that come within so many seconds of each other are one: "3 × confirmed" stands at the first. */
export function merged(marks: readonly Mark[], withinSeconds: number): Mark[] {
  const groups: { readonly mark: Mark; many: number }[] = [];
  for (const mark of marks.toSorted((a, b) => a.at - b.at)) {
    const same = groups.findLast((group) => group.mark.words === mark.words);
    if (same !== undefined && mark.at - same.mark.at <= withinSeconds) same.many++;
    else groups.push({ mark, many: 1 });
  }
  return groups.map(({ mark, many }) =>
    many === 1 ? mark : { ...mark, words: `${many} \u00d7 ${mark.words}` },
  );
}
