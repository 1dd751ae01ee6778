/** What was opened and closed a minute, from totals that only grow. */
import { bucketsIn, type Figures, isOver, known, partsOf, type Series, type Span } from "./buckets.ts";

export interface Turnover {
  readonly openedPerMinute: Figures;
  readonly closedPerMinute: Figures;
}

/** `now` in Unix milliseconds. Both totals begin again together: where one does, the other is not known either. */
export function turnover(span: Span, series: readonly Series[], now: number): Turnover {
  const opened = perMinute(span, partsOf(series, "born-total"), now);
  const closed = perMinute(span, partsOf(series, "closed-total"), now);
  return {
    openedPerMinute: opened.map((figure, bucket) => (known(closed, bucket) === null ? null : figure)),
    closedPerMinute: closed.map((figure, bucket) => (known(opened, bucket) === null ? null : figure)),
  };
}

/**
 * The increase of a bucket over the one before it, of all kinds together. Null where either is not known, where a total
 * begins again, and in the bucket that is not over yet. A kind has no total until something of it is opened: where others
 * have one, it is at 0.
 */
function perMinute(span: Span, totals: readonly { readonly values: Figures }[], now: number): Figures {
  const counted = (bucket: number): boolean => totals.some(({ values }) => known(values, bucket) !== null);
  return Array.from({ length: bucketsIn(span) }, (_, bucket) => {
    if (bucket === 0 || !counted(bucket) || !counted(bucket - 1) || !isOver(span, bucket, now)) return null;
    let more = 0;
    for (const { values } of totals) {
      const increase = (known(values, bucket) ?? 0) - (known(values, bucket - 1) ?? 0);
      if (increase < 0) return null;
      more += increase;
    }
    return (more * 60) / span.stepSeconds;
  });
}
