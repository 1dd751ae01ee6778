import { useMemo } from "preact/hooks";
import uPlot from "uplot";
import type { ListedVerdict, ServiceAnswer } from "../../../src/server/api.ts";
import { count } from "../words/figures.ts";
import { moment } from "../words/times.ts";
import {
  bucketAt,
  bucketWords,
  type ChartProps,
  type Figures,
  known,
  middles,
  newestKnown,
  unknownRuns,
} from "./buckets.ts";
import { colourOf, faded } from "./colours.ts";
import {
  coneOf,
  countColumns,
  type CountColumns,
  type Forecast,
  type Mark,
  merged,
  resetMarks,
  startMarks,
  topOf,
  verdictMarks,
} from "./count-columns.ts";
import { drawCone, drawMarks, drawUnknown } from "./draw.ts";
import { type Entry, Frame, gridWords } from "./frame.tsx";
import type { Picture } from "./plot.tsx";
import type { PlotShape } from "./plot-options.ts";

export interface CountChartProps extends ChartProps {
  /** The service now, as its answer says; null: no forecast is drawn, because the range is of the past. */
  readonly forecast: Forecast | null;
  /** What was told of the service in this time, in any order. */
  readonly verdicts: readonly Pick<ListedVerdict, "id" | "at" | "since" | "standing">[];
  readonly processes: readonly Pick<ServiceAnswer["processes"][number], "startedAt">[];
}

/** Above the line, for their words. */
const ROOM_FOR_MARKS = 1.15;

const SHAPE: PlotShape = {
  series: [
    { stroke: () => colourOf("--kind-1"), width: 2, points: { show: false } },
    { stroke: () => "transparent", width: 0, points: { show: false } },
    { stroke: () => "transparent", width: 0, points: { show: false } },
    { stroke: () => colourOf("--text"), width: 1.5, dash: [8, 4], points: { show: false } },
  ],
  bands: [{ series: [3, 2], fill: () => faded("--kind-1", 0.25) }],
};

/** Open files of the service over time, its limit, what is to come, and what happened. */
export function CountChart(props: CountChartProps) {
  const { from, to, stepSeconds, series, now, until, forecast, verdicts, processes } = props;
  const drawn = useMemo(
    () => pictureOf(props),
    [from, to, stepSeconds, series, now, until, forecast, verdicts, processes],
  );
  const { columns, newest, picture, summary } = drawn;
  return (
    <Frame
      title="Open files"
      now={now}
      picture={picture}
      shape={SHAPE}
      height={260}
      label={summary}
      newest={newest}
      entries={(bucket) => [...entriesOf(columns, bucket, picture.most), ...markEntries(drawn, bucket)]}
    />
  );
}

interface Drawn {
  readonly columns: CountColumns;
  readonly marks: readonly Mark[];
  readonly newest: number | null;
  readonly picture: Picture;
  readonly summary: string;
}

function pictureOf(props: CountChartProps): Drawn {
  const { from, to, stepSeconds, series, now, until } = props;
  const span = { from, to, stepSeconds };
  const columns = countColumns(span, series);
  const cone = props.forecast === null ? null : coneOf(props.forecast);
  const unknown = unknownRuns(span, [columns.open], now);
  const marks = merged(
    [...verdictMarks(props.verdicts), ...startMarks(props.processes), ...resetMarks(span, series)],
    stepSeconds,
  );
  const times = middles(span);
  const newest = newestKnown([columns.open]);
  const picture: Picture = {
    ...{
      span,
      until,
      least: 0,
      most: topOf(columns, cone) * (marks.length > 0 ? ROOM_FOR_MARKS : 1),
      words: gridWords,
    },
    columns: [times, [...columns.open], [...columns.least], [...columns.most], [...columns.full]],
    beneath: (u) => drawUnknown(u, span, unknown),
    above: (u) => {
      if (cone !== null) drawCone(u, cone);
      drawLonely(u, times, columns.open);
      drawMarks(u, marks);
    },
  };
  const shown = marks.filter(({ at }) => at >= Date.parse(from) / 1000 && at * 1000 <= until);
  const told = shown.map(({ at, words }) => `${words} at ${moment(new Date(at * 1000).toISOString(), now)}`);
  const facts = [
    newest === null
      ? "Open files: not known in this time."
      : `Open files: ${count(known(columns.open, newest))} at ${bucketWords(span, newest, now)}, limit ${count(known(columns.limit, newest))}.`,
    ...(unknown.length > 0 ? ["Some of this time is not known."] : []),
    ...(told.length > 0 ? [`Marked: ${told.slice(-12).join(", ")}.`] : []),
  ];
  return { columns, marks, newest, picture, summary: facts.join(" ") };
}

/** A figure without a neighbour is no line, and would not be seen. */
function drawLonely(u: uPlot, times: readonly number[], figures: Figures): void {
  const side = 3 * uPlot.pxRatio;
  u.ctx.fillStyle = colourOf("--kind-1");
  for (const [bucket, figure] of figures.entries()) {
    if (figure === null || known(figures, bucket - 1) !== null || known(figures, bucket + 1) !== null)
      continue;
    const [x, y] = [u.valToPos(times[bucket] as number, "x", true), u.valToPos(figure, "y", true)];
    u.ctx.fillRect(x - side / 2, y - side / 2, side, side);
  }
}

function entriesOf(columns: CountColumns, bucket: number | null, top: number): Entry[] {
  const at = (figures: Figures): number | null => (bucket === null ? null : known(figures, bucket));
  const [least, most, limit, full] = [
    at(columns.least),
    at(columns.most),
    at(columns.limit),
    at(columns.full),
  ];
  const entries: Entry[] = [{ swatch: "line-1", words: "open", figure: count(at(columns.open)) }];
  // Also where both are the same: figures that come and go would move all that stands below.
  if (columns.least.some((figure, index) => figure !== columns.most[index]))
    entries.push({ swatch: "band-1", words: "between", figure: `${count(least)} and ${count(most)}` });
  const drawn = full !== null && full <= top;
  if (full === limit) entries.push({ swatch: drawn ? "limit" : null, words: "limit", figure: count(limit) });
  else
    entries.push(
      { swatch: drawn ? "limit" : null, words: "fullest process is full at", figure: count(full) },
      { swatch: null, words: "its own limit", figure: count(limit) },
    );
  return entries;
}

/** What happened in the bucket: where marks are close to each other, their words have no room in the picture. */
function markEntries({ marks, picture }: Drawn, bucket: number | null): Entry[] {
  const words = marks
    .filter(({ at }) => bucket !== null && bucketAt(picture.span, at) === bucket)
    .map((mark) => mark.words);
  return words.length === 0 ? [] : [{ swatch: null, words: "here:", figure: words.join(", ") }];
}
