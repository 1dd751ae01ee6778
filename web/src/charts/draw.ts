/** What uplot does not draw by itself. Lengths are pixels of the canvas, moments Unix seconds. */
import uPlot from "uplot";
import { bucketStart, type Figures, known, type Run, type Span } from "./buckets.ts";
import { colourOf } from "./colours.ts";
import type { Cone, Mark } from "./count-columns.ts";

/** Draws inside the plot only. */
export function clipped(u: uPlot, draw: (ctx: CanvasRenderingContext2D) => void): void {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw(ctx);
  ctx.restore();
}

/** From the left side of a bucket to the left side of another, without a seam between neighbours. */
export function sides(u: uPlot, span: Span, [first, end]: Run): readonly [left: number, right: number] {
  const side = (bucket: number): number => Math.round(u.valToPos(bucketStart(span, bucket), "x", true));
  return [side(first), Math.max(side(end), side(first) + 1)];
}

/** Nothing is known of these times. */
export function drawUnknown(u: uPlot, span: Span, runs: readonly Run[]): void {
  clipped(u, (ctx) => {
    for (const run of runs) {
      const [left, right] = sides(u, span, run);
      hatch(ctx, left, u.bbox.top, right - left, u.bbox.height);
    }
  });
}

export function hatch(
  ctx: CanvasRenderingContext2D,
  left: number,
  top: number,
  width: number,
  height: number,
): void {
  ctx.fillStyle = hatchOf(ctx, colourOf("--unknown"));
  ctx.fillRect(left, top, width, height);
}

const hatches = new Map<string, CanvasPattern | string>();

function hatchOf(ctx: CanvasRenderingContext2D, colour: string): CanvasPattern | string {
  const size = Math.round(8 * uPlot.pxRatio);
  const key = `${colour} ${size}`;
  let pattern = hatches.get(key);
  if (pattern === undefined) {
    const tile = document.createElement("canvas");
    tile.width = size;
    tile.height = size;
    const lines = tile.getContext("2d");
    if (lines !== null) {
      lines.strokeStyle = colour;
      lines.globalAlpha = 0.45;
      lines.lineWidth = uPlot.pxRatio;
      lines.beginPath();
      for (const shift of [-size, 0, size]) {
        lines.moveTo(shift - 1, size + 1);
        lines.lineTo(shift + size + 1, -1);
      }
      lines.stroke();
    }
    pattern = ctx.createPattern(tile, "repeat") ?? colour;
    hatches.set(key, pattern);
  }
  return pattern;
}

/** One rectangle a bucket, from `floor` to `top`; nothing where either is not known. */
export function drawColumns(u: uPlot, span: Span, floor: Figures, top: Figures, colour: string | null): void {
  clipped(u, (ctx) => {
    if (colour !== null) ctx.fillStyle = colour;
    for (const [bucket, figure] of top.entries()) {
      const from = known(floor, bucket);
      if (figure === null || from === null || figure === from) continue;
      const [left, right] = sides(u, span, [bucket, bucket + 1]);
      const [y0, y1] = [u.valToPos(from, "y", true), u.valToPos(figure, "y", true)];
      const [upper, lower] = [Math.round(Math.min(y0, y1)), Math.round(Math.max(y0, y1))];
      const height = Math.max(1, lower - upper);
      if (colour === null) hatch(ctx, left, upper, right - left, height);
      else ctx.fillRect(left, upper, right - left, height);
    }
  });
}

/** Where the count will be, between the earliest and the latest time at which nothing can be opened any more. */
export function drawCone(u: uPlot, { at, open, full, p05, p50, p95 }: Cone): void {
  const x = (moment: number): number => u.valToPos(moment, "x", true);
  const y = (figure: number): number => u.valToPos(figure, "y", true);
  const right = u.bbox.left + u.bbox.width;
  clipped(u, (ctx) => {
    ctx.fillStyle = colourOf("--leak");
    ctx.globalAlpha = 0.16;
    ctx.beginPath();
    ctx.moveTo(x(at), y(open));
    ctx.lineTo(x(p05), y(full));
    ctx.lineTo(p95 === null ? right : x(p95), y(full));
    if (p95 === null) ctx.lineTo(right, y(open));
    ctx.closePath();
    ctx.fill();
    if (p50 === null) return;
    ctx.globalAlpha = 1;
    ctx.strokeStyle = colourOf("--leak");
    ctx.lineWidth = 1.5 * uPlot.pxRatio;
    ctx.setLineDash([4 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
    ctx.beginPath();
    ctx.moveTo(x(at), y(open));
    ctx.lineTo(x(p50), y(full));
    ctx.stroke();
  });
}

const MARK_COLOURS: Readonly<Record<Mark["kind"], string>> = {
  ...{ began: "--leak", confirmed: "--leak", suspect: "--suspect", cleared: "--quiet", restart: "--quiet" },
};
const SIGNS: Readonly<Record<Mark["kind"], string>> = {
  ...{ began: "x ", confirmed: "x ", suspect: "? ", cleared: "- ", restart: "" },
};
const MARK_ROWS = 3;

/** A line at each moment, with its words beside it where no others stand. */
export function drawMarks(u: uPlot, marks: readonly Mark[]): void {
  const ends: number[] = Array.from({ length: MARK_ROWS }, () => -Infinity);
  const pixel = uPlot.pxRatio;
  const placed = marks
    .map((mark) => ({ mark, x: Math.round(u.valToPos(mark.at, "x", true)) + 0.5 }))
    .filter(({ x }) => x >= u.bbox.left && x <= u.bbox.left + u.bbox.width)
    .toSorted((a, b) => a.x - b.x);
  clipped(u, (ctx) => {
    ctx.font = `${12 * pixel}px system-ui, sans-serif`;
    ctx.textBaseline = "top";
    ctx.textAlign = "left";
    ctx.lineWidth = pixel;
    for (const { mark, x } of placed) {
      ctx.strokeStyle = colourOf(MARK_COLOURS[mark.kind]);
      ctx.setLineDash(mark.kind === "restart" ? [2 * pixel, 3 * pixel] : []);
      ctx.beginPath();
      ctx.moveTo(x, u.bbox.top);
      ctx.lineTo(x, u.bbox.top + u.bbox.height);
      ctx.stroke();
    }
    for (const { mark, x } of placed) {
      ctx.fillStyle = colourOf(MARK_COLOURS[mark.kind]);
      writeBeside(u, ctx, SIGNS[mark.kind] + mark.words, x, ends);
    }
  });
}

function writeBeside(
  { bbox }: uPlot,
  ctx: CanvasRenderingContext2D,
  words: string,
  x: number,
  ends: number[],
): void {
  const pixel = uPlot.pxRatio;
  const width = ctx.measureText(words).width + 6 * pixel;
  const left = Math.min(x, bbox.left + bbox.width - width);
  const row = ends.findIndex((end) => end < left);
  if (row === -1) return;
  ends[row] = left + width;
  const [x0, y0] = [left + 3 * pixel, bbox.top + (2 + row * 14) * pixel];
  // Lines that cross the words do not make them hard to read.
  ctx.setLineDash([]);
  ctx.lineWidth = 4 * pixel;
  ctx.strokeStyle = colourOf("--ground");
  ctx.strokeText(words, x0, y0);
  ctx.fillText(words, x0, y0);
}
