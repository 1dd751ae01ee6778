import { useMemo } from "preact/hooks";
import { rate } from "../words/figures.ts";
import {
  bucketWords,
  type ChartProps,
  type Figures,
  known,
  middles,
  newestKnown,
  unknownRuns,
} from "./buckets.ts";
import { colourOf } from "./colours.ts";
import { drawColumns, drawUnknown } from "./draw.ts";
import { type Entry, Frame, gridWords } from "./frame.tsx";
import type { Picture } from "./plot.tsx";
import type { PlotShape } from "./plot-options.ts";
import { turnover, type Turnover } from "./turnover.ts";

const SHAPE: PlotShape = {
  series: [
    { paths: () => null, points: { show: false } },
    { paths: () => null, points: { show: false } },
  ],
};

/** What was opened, up, and closed, down, each minute: a leak has no second half. */
export function MirrorChart({ from, to, stepSeconds, series, now, until }: ChartProps) {
  const { figures, newest, picture, label } = useMemo(() => {
    const span = { from, to, stepSeconds };
    const both = turnover(span, series, now);
    const last = newestKnown([both.openedPerMinute, both.closedPerMinute]);
    return {
      figures: both,
      newest: last,
      picture: pictureOf({ from, to, stepSeconds, series, now, until }, both),
      label:
        last === null
          ? "Opened and closed a minute: not known in this time."
          : `A minute at ${bucketWords(span, last, now)}: ${rate(known(both.openedPerMinute, last))} opened, ${rate(known(both.closedPerMinute, last))} closed.`,
    };
  }, [from, to, stepSeconds, series, now, until]);
  return (
    <Frame
      title="Opened and closed a minute"
      now={now}
      picture={picture}
      shape={SHAPE}
      height={200}
      label={label}
      newest={newest}
      entries={(bucket) => entriesOf(figures, bucket)}
    />
  );
}

function pictureOf(
  { now, until, ...span }: ChartProps,
  { openedPerMinute, closedPerMinute }: Turnover,
): Picture {
  // Before the first bucket nothing is known that it could be compared to.
  const unknown = unknownRuns(span, [openedPerMinute, closedPerMinute], now);
  const down = closedPerMinute.map((figure) => (figure === null ? null : -figure));
  const floor: Figures = openedPerMinute.map(() => 0);
  const most = [...openedPerMinute, ...closedPerMinute].reduce<number>(
    (top, figure) => Math.max(top, figure ?? 0),
    1,
  );
  return {
    ...{ span, until, least: -most * 1.1, most: most * 1.1, words: gridWords },
    columns: [middles(span), [...openedPerMinute], down],
    beneath: (u) => drawUnknown(u, span, unknown),
    above: (u) => {
      drawColumns(u, span, floor, openedPerMinute, colourOf("--kind-1"));
      drawColumns(u, span, floor, down, colourOf("--kind-3"));
    },
  };
}

function entriesOf({ openedPerMinute, closedPerMinute }: Turnover, bucket: number | null): Entry[] {
  const at = (figures: Figures): number | null => (bucket === null ? null : known(figures, bucket));
  const [opened, closed] = [at(openedPerMinute), at(closedPerMinute)];
  return [
    { swatch: "kind-1", words: "opened", figure: rate(opened) },
    { swatch: "kind-3", words: "closed", figure: rate(closed) },
    {
      swatch: null,
      words: "kept",
      figure: rate(opened === null || closed === null ? null : opened - closed, true),
    },
  ];
}
