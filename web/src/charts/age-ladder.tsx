import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { count } from "../words/figures.ts";
import { ageRangeWords, type AgeSelection, type AgeSeries, cellWords, ladderSummary } from "./ages.ts";
import { type Rung, rungsOf, selectionOf } from "./ages.ts";
import { bucketStart, type ChartProps, known, newestKnown } from "./buckets.ts";
import { type Entry, Frame } from "./frame.tsx";
import { LadderCursor, ladderPicture } from "./ladder-picture.ts";
import type { PlotShape } from "./plot-options.ts";
import { pointed } from "./pointed.ts";

const SHAPE: PlotShape = { series: [{ paths: () => null, points: { show: false } }], selects: true };
const ROW = 18;
const BESIDE_ROWS = 44;

export interface AgeLadderProps extends Omit<ChartProps, "series"> {
  /** The series of the measure `ages`. */
  readonly series: readonly AgeSeries[];
  /** A rectangle was drawn, or made by Shift and arrow keys and Enter; null: it was taken back. */
  readonly onSelect?: (selection: AgeSelection | null) => void;
}

/** Descriptors by age over time: a leak climbs without end, churn stays on the floor. */
export function AgeLadder({ from, to, stepSeconds, series, now, until, onSelect }: AgeLadderProps) {
  const span = useMemo(() => ({ from, to, stepSeconds }), [from, to, stepSeconds]);
  const rungs = useMemo(() => rungsOf(span, series), [span, series]);
  const picture = useMemo(() => ladderPicture(span, rungs, until, now), [span, rungs, until, now]);
  const row = useSignal(0);
  const cursor = useRef<LadderCursor | null>(null);
  useEffect(() => cursor.current?.show(span, rungs), [span, rungs, picture]);
  const told = useRef(onSelect);
  told.current = onSelect;
  const rungAt = (): number => Math.min(row.value, rungs.length - 1);
  const keyed = (event: KeyboardEvent, bucket: number, before: number): boolean => {
    const start = { rung: rungAt(), bucket: before };
    const up = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (up !== undefined) {
      row.value = Math.min(rungs.length - 1, Math.max(0, start.rung + up));
      pointed.value = { at: bucketStart(span, bucket + 0.5), byKeys: true };
    }
    const cell = { rung: rungAt(), bucket };
    if (event.key === "Escape") {
      cursor.current?.deselect();
      onSelect?.(null);
    } else if (event.key === "Enter") {
      onSelect?.(selectionOf(span, rungs, ...(cursor.current?.select(cell, cell) ?? [cell, cell])));
    } else if (event.shiftKey && (up !== undefined || bucket !== before)) cursor.current?.select(start, cell);
    else if (event.key.startsWith("Arrow")) cursor.current?.deselect();
    return up !== undefined || event.key === "Enter";
  };
  return (
    <Frame
      title="How old they are"
      now={now}
      picture={picture}
      shape={SHAPE}
      height={rungs.length * ROW + BESIDE_ROWS}
      role="application"
      label={`${ladderSummary(span, rungs, now)} Arrow keys move from cell to cell; Shift with them and Enter select.`}
      newest={newestKnown(rungs.map(({ values }) => values))}
      entries={(bucket) => entriesOf(rungs[rungAt()], bucket)}
      spoken={(bucket) => cellWords(span, rungs, { rung: rungAt(), bucket }, now)}
      onMade={(u) => {
        const made = new LadderCursor(u, row, () => told.current?.(null));
        cursor.current = made;
        made.show(span, rungs);
        return () => made.end();
      }}
      onSelected={() => {
        const drawn = cursor.current?.drawn();
        if (drawn !== undefined) onSelect?.(selectionOf(span, rungs, ...drawn));
      }}
      onKey={keyed}
    />
  );
}

function entriesOf(rung: Rung | undefined, bucket: number | null): Entry[] {
  if (rung === undefined || bucket === null) return [];
  return [{ swatch: "heat", words: ageRangeWords(rung), figure: count(known(rung.values, bucket)) }];
}
