/**
 * Ticks as they are committed, one after the other, until their block is complete and is turned into columns: of each
 * series that changed how far its number is from the one before, and its figure as the token of a column.
 */
import { ByteFault, ByteReader, ByteWriter } from "./bytes.ts";
import { decodeColumn, encodeColumn, readFigure, writeFigure } from "./columns.ts";
import { TICKS } from "./schema.ts";

/** The figures of a block as they were at its last tick, by the number of the series. NaN: not known. */
export class BlockState {
  readonly #figures = new Map<number, { value: number; known: number; seen: number }>();
  readonly #writer = new ByteWriter();
  #tick = 0;

  /** What changed since the tick before. A series that was there and is no more is unknown. */
  encode(points: ReadonlyMap<number, number>): Uint8Array {
    this.#tick++;
    const changed: number[] = [];
    for (const [series, value] of points) {
      const figure = this.#figures.get(series);
      if (figure === undefined) {
        this.#figures.set(series, { value: Number.NaN, known: 0, seen: this.#tick });
        if (!Number.isNaN(value)) changed.push(series);
      } else {
        figure.seen = this.#tick;
        if (!Object.is(figure.value, value)) changed.push(series);
      }
    }
    for (const [series, figure] of this.#figures)
      if (figure.seen !== this.#tick && !Number.isNaN(figure.value)) changed.push(series);
    let before = 0;
    for (const series of changed.toSorted((a, b) => a - b)) {
      const figure = this.#figures.get(series) as { value: number; known: number };
      const value = points.get(series) ?? Number.NaN;
      this.#writer.varint(series - before);
      writeFigure(this.#writer, figure.known, value);
      figure.value = value;
      if (!Number.isNaN(value)) figure.known = value;
      before = series;
    }
    return this.#writer.take();
  }
}

/** One tick of a block, as it stands in the file. */
export interface StoredTick {
  /** Unix milliseconds. */
  readonly at: number;
  readonly body: Uint8Array;
}

/** The numbers of all series in these ticks, in order. What is damaged is left out. */
export function seriesIn(ticks: readonly StoredTick[]): number[] {
  const found = new Set<number>();
  readTicks(ticks, (_, series) => void found.add(series));
  return [...found].toSorted((a, b) => a - b);
}

/**
 * The figures of some series at each of the ticks of one block. From a tick that is damaged on nothing is known, since
 * each rests on those before.
 */
export function columnsOf(
  ticks: readonly StoredTick[],
  wanted: readonly number[],
): Map<number, Float64Array> {
  const columns = new Map(
    wanted.map((series) => [
      series,
      { values: new Float64Array(ticks.length).fill(Number.NaN), value: Number.NaN, filled: 0 },
    ]),
  );
  const sound = readTicks(ticks, (tick, series, value) => {
    const column = columns.get(series);
    if (column === undefined) return;
    column.values.fill(column.value, column.filled, tick);
    column.filled = tick;
    column.value = value;
  });
  return new Map(
    [...columns].map(([series, { values, value, filled }]) => [series, values.fill(value, filled, sound)]),
  );
}

/** Tells each change in order; returns how many ticks could be read. */
function readTicks(
  ticks: readonly StoredTick[],
  tell: (tick: number, series: number, value: number) => void,
): number {
  const known = new Map<number, number>();
  for (const [tick, { body }] of ticks.entries()) {
    try {
      const reader = new ByteReader(body);
      for (let series = 0; !reader.ended;) {
        series += reader.varint();
        const value = readFigure(reader, known.get(series) ?? 0);
        if (!Number.isNaN(value)) known.set(series, value);
        tell(tick, series, value);
      }
    } catch (error) {
      if (error instanceof ByteFault) return tick;
      throw error;
    }
  }
  return ticks.length;
}

/** Milliseconds between each tick and the one before; 0 for the first. */
export function intervalsOf(ticks: readonly StoredTick[]): Float64Array {
  return Float64Array.from(ticks, ({ at }, index) => at - (ticks[index - 1]?.at ?? at));
}

/** When the ticks of a block were: how many there are, then the time between them as a column. */
export function encodeAxis(ticks: readonly StoredTick[]): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(ticks.length);
  writer.bytes(encodeColumn(intervalsOf(ticks)));
  return writer.take();
}

/** Unix milliseconds of each tick; `start` is that of the first. Throws a ByteFault. */
export function decodeAxis(bytes: Uint8Array, start: number): number[] {
  const reader = new ByteReader(bytes);
  const count = reader.varint();
  if (count > TICKS.length) throw new ByteFault("it holds more ticks than milliseconds");
  let at = start;
  return Array.from(decodeColumn(reader.rest(), count), (interval) => (at += interval));
}
