import type uPlot from "uplot";
import { tickWords } from "./axis.ts";
import { colourOf } from "./colours.ts";

/** The same for all charts, so that their axes of time stand one below the other. */
const LEFT = 60;
const BOTTOM = 28;
/** Half of the last time fits. */
const RIGHT = 22;
const FONT = "12px system-ui, sans-serif";

/** What differs from chart to chart and stays for as long as one is there. */
export interface PlotShape {
  /** Beside time. */
  readonly series: readonly uPlot.Series[];
  readonly bands?: readonly uPlot.Band[];
  /** Whether a rectangle can be drawn over it. */
  readonly selects?: boolean;
}

/** What is asked whenever it is drawn. */
export interface PlotSource {
  readonly x: () => uPlot.Range.MinMax;
  readonly y: () => uPlot.Range.MinMax;
  /** Where the lines of the grid stand; null: as uplot finds well. */
  readonly lines: () => number[] | null;
  readonly words: (figure: number) => string;
  readonly beneath: (u: uPlot) => void;
  readonly above: (u: uPlot) => void;
  readonly selected: (u: uPlot) => void;
}

export function plotOptions(shape: PlotShape, source: PlotSource): Omit<uPlot.Options, "width" | "height"> {
  const drag = { x: shape.selects === true, y: shape.selects === true, setScale: false, dist: 4 };
  return {
    padding: [8, RIGHT, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag, bind: { dblclick: () => null } },
    scales: { x: { time: true, range: source.x }, y: { range: source.y } },
    axes: [
      {
        ...axis(),
        size: BOTTOM,
        space: 72,
        values: (_, ticks, _at, _space, apart) => tickWords(ticks, apart),
      },
      {
        ...axis(),
        size: LEFT,
        space: 34,
        splits: (_, _at, least, most, apart) => source.lines() ?? evenly(least, most, apart),
        values: (_, figures) => figures.map(source.words),
      },
    ],
    series: [{}, ...shape.series],
    bands: [...(shape.bands ?? [])],
    hooks: { drawClear: [source.beneath], draw: [source.above], setSelect: [source.selected] },
  };
}

function axis(): uPlot.Axis {
  return {
    font: FONT,
    gap: 6,
    stroke: () => colourOf("--quiet"),
    grid: { stroke: () => colourOf("--line"), width: 1 },
    ticks: { show: false },
  };
}

function evenly(least: number, most: number, apart: number): number[] {
  const first = Math.ceil(least / apart);
  const many = Math.floor(most / apart) - first + 1;
  return Array.from({ length: Math.max(0, many) }, (_, at) => (first + at) * apart);
}
