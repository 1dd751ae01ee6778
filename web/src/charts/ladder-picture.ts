/** The heat map of the age ladder: its cells, and the one that is looked at. */
import { effect, type Signal } from "@preact/signals";
import type uPlot from "uplot";
import { type Cell, mostIn, type Rung, rungWords, shade } from "./ages.ts";
import { bucketAt, bucketsIn, bucketStart, middles, type Span, unknownRuns } from "./buckets.ts";
import { colourOf } from "./colours.ts";
import { clipped, drawUnknown, sides } from "./draw.ts";
import type { Picture } from "./plot.tsx";
import { pointed } from "./pointed.ts";

const HEAT = "--kind-1";

export function ladderPicture(span: Span, rungs: readonly Rung[], until: number, now: number): Picture {
  const unknown = unknownRuns(
    span,
    rungs.map(({ values }) => values),
    now,
  );
  const times = middles(span);
  return {
    ...{ span, until, least: 0, most: rungs.length },
    columns: [times, times.map(() => null)],
    // In the middle of each row.
    lines: rungs.map((_, row) => row + 0.5),
    words: (line) => {
      const rung = rungs[Math.floor(line)];
      return rung === undefined ? "" : rungWords(rung);
    },
    beneath: (u) => drawUnknown(u, span, unknown),
    above: (u) => drawCells(u, span, rungs),
  };
}

function drawCells(u: uPlot, span: Span, rungs: readonly Rung[]): void {
  const most = mostIn(rungs);
  const y = (row: number): number => Math.round(u.valToPos(row, "y", true));
  clipped(u, (ctx) => {
    ctx.fillStyle = colourOf(HEAT);
    for (const [row, { values }] of rungs.entries()) {
      const [top, height] = [y(row + 1) + 1, y(row) - y(row + 1) - 1];
      for (const [bucket, figure] of values.entries()) {
        if (figure === null || figure === 0) continue;
        const [left, right] = sides(u, span, [bucket, bucket + 1]);
        ctx.globalAlpha = shade(figure, most);
        ctx.fillRect(left, top, right - left, height);
      }
    }
  });
}

/** The cell that is looked at, and the rectangle of cells that is selected. */
export class LadderCursor {
  readonly #u: uPlot;
  readonly #row: Signal<number>;
  readonly #frame = document.createElement("div");
  /** Stops following what is pointed at. */
  readonly end: () => void;
  #span: Span | null = null;
  #rungs: readonly Rung[] = [];
  /** Corners of what is selected: where it began, and where it is now. */
  #first: Cell | null = null;
  #last: Cell | null = null;
  /** The pointer has drawn it, and is about to be told as a click too. */
  #fresh = false;

  /** `row` follows the pointer; a click takes the selection back, which is told to `cleared`. */
  constructor(u: uPlot, row: Signal<number>, cleared: () => void) {
    this.#u = u;
    this.#row = row;
    this.#frame.className = "cell";
    u.over.append(this.#frame);
    u.over.addEventListener("pointermove", (event) => {
      const down = event.clientY - u.over.getBoundingClientRect().top;
      row.value = this.#rungAt(down);
    });
    u.over.addEventListener("pointerdown", () => (this.#fresh = false));
    u.over.addEventListener("click", () => {
      if (this.#fresh || this.#first === null) return;
      this.deselect();
      cleared();
    });
    this.end = effect(() => this.#place(row.value, pointed.value?.at ?? null));
  }

  /** What the cells are now. What is selected stays with the descriptors that it is about, as time goes on. */
  show(span: Span, rungs: readonly Rung[]): void {
    const before = this.#span;
    this.#span = span;
    this.#rungs = rungs;
    if (before !== null && this.#first !== null && this.#last !== null) {
      const shifted = (cell: Cell): Cell => ({
        rung: cell.rung,
        bucket: Math.round((bucketStart(before, cell.bucket) - bucketStart(span, 0)) / span.stepSeconds),
      });
      if (before.stepSeconds === span.stepSeconds) {
        this.#first = shifted(this.#first);
        this.select(this.#first, shifted(this.#last));
      } else this.deselect();
    }
    this.#place(this.#row.peek(), pointed.peek()?.at ?? null);
  }

  /** Selects up to a cell: from `start`, unless a selection has begun already. Returns its corners. */
  select(start: Cell, to: Cell): readonly [Cell, Cell] {
    this.#first ??= start;
    this.#last = to;
    if (this.#span !== null) {
      const box = boxOf(this.#u, this.#span, this.#first, to);
      this.#u.setSelect(box, false);
    }
    return [this.#first, to];
  }

  deselect(): void {
    this.#first = null;
    this.#last = null;
    this.#u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }

  /** The corners of what the pointer has drawn, which is made to fit whole cells; undefined: it is no rectangle. */
  drawn(): readonly [Cell, Cell] | undefined {
    const { left, top, width, height } = this.#u.select;
    if (width < 1 || height < 1 || this.#span === null) return undefined;
    this.#first = null;
    this.#fresh = true;
    return this.select(this.#cellAt(left, top + height - 0.5), this.#cellAt(left + width - 0.5, top));
  }

  #rungAt(down: number): number {
    const row = Math.floor(this.#u.posToVal(down, "y"));
    return Math.min(this.#rungs.length - 1, Math.max(0, row));
  }

  #cellAt(left: number, down: number): Cell {
    const at = this.#u.posToVal(left, "x");
    const span = this.#span as Span;
    const outside = at < bucketStart(span, 0) ? 0 : bucketsIn(span) - 1;
    return { rung: this.#rungAt(down), bucket: bucketAt(span, at) ?? outside };
  }

  #place(row: number, at: number | null): void {
    const bucket = at === null || this.#span === null ? null : bucketAt(this.#span, at);
    this.#frame.hidden = bucket === null || this.#rungs.length === 0;
    if (bucket === null || this.#span === null) return;
    const cell = { rung: Math.min(row, this.#rungs.length - 1), bucket };
    const { left, top, width, height } = boxOf(this.#u, this.#span, cell, cell);
    const { style } = this.#frame;
    style.transform = `translate(${left}px, ${top}px)`;
    style.width = `${Math.max(3, width)}px`;
    style.height = `${height}px`;
  }
}

/** Of the cells between two corners, both included; CSS pixels from the top left of the plot. */
function boxOf(u: uPlot, span: Span, one: Cell, other: Cell): uPlot.Select {
  const x = (bucket: number): number => u.valToPos(bucketStart(span, bucket), "x");
  const left = x(Math.min(one.bucket, other.bucket));
  const top = u.valToPos(Math.max(one.rung, other.rung) + 1, "y");
  return {
    left,
    top,
    width: x(Math.max(one.bucket, other.bucket) + 1) - left,
    height: u.valToPos(Math.min(one.rung, other.rung), "y") - top,
  };
}
