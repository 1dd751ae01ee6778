/**
 * A column is a list of figures, unknown ones as NaN, written as tokens, each a varint:
 *
 *     ...0  one figure: the difference to the last known one, zigzag
 *     ..01  a run: the last difference again, so many times more
 *     .011  so many unknown ones
 *     .111  one figure as the eight bytes of a float64 that follow
 *
 * What stays the same, rises steadily or is not known takes a few bytes however long it is; other counts mostly one byte
 * a figure. Unknown figures at the end are not written.
 */
import { ByteFault, ByteReader, ByteWriter } from "./bytes.ts";

/** Whole numbers below this are written as differences. */
const MOST_WHOLE = 2 ** 50;
const FLOAT = 0b111;

function isWhole(value: number): boolean {
  return Number.isInteger(value) && value < MOST_WHOLE && value > -MOST_WHOLE;
}

/** The token of one figure after the last known one, 0 at first. */
export function writeFigure(writer: ByteWriter, last: number, value: number): void {
  if (Number.isNaN(value)) {
    writer.varint(0b011);
  } else if (isWhole(value) && isWhole(last)) {
    const step = value - last;
    writer.varint((step >= 0 ? step * 2 : -step * 2 - 1) * 2);
  } else {
    writer.varint(FLOAT);
    writer.float(value);
  }
}

/** The counterpart of writeFigure. Throws a ByteFault. */
export function readFigure(reader: ByteReader, last: number): number {
  const token = reader.varint();
  if (token % 2 === 0) return last + unzigzag(token / 2);
  if (token === 0b011) return Number.NaN;
  if (token === FLOAT) return reader.float();
  throw new ByteFault("a run where one figure is expected");
}

export function encodeColumn(values: Float64Array): Uint8Array {
  const writer = new ByteWriter();
  let last = 0;
  let step = Number.NaN;
  let end = values.length;
  while (end > 0 && Number.isNaN(values[end - 1])) end--;
  for (let at = 0; at < end;) {
    const value = values[at] as number;
    const until = Number.isNaN(value) ? endOfUnknown(values, at) : endOfRun(values, at, end, last, step);
    const run = until - at;
    if (Number.isNaN(value)) {
      writer.varint((run - 1) * 8 + 0b011);
    } else if (run > 0) {
      writer.varint((run - 1) * 4 + 0b01);
    } else {
      writeFigure(writer, last, value);
      step = isWhole(value) && isWhole(last) ? value - last : value === last ? 0 : Number.NaN;
    }
    at += Math.max(run, 1);
    const known = values[at - 1] as number;
    if (!Number.isNaN(known)) last = known;
  }
  return writer.take();
}

/** Where the figures from `at` on stop being unknown. */
function endOfUnknown(values: Float64Array, at: number): number {
  let end = at;
  while (Number.isNaN(values[end])) end++;
  return end;
}

/** Where the figures from `at` on stop rising by `step` each; `at` itself where they do not. */
function endOfRun(values: Float64Array, at: number, end: number, last: number, step: number): number {
  if (step !== 0 && !isWhole(last)) return at;
  let until = at;
  let next = last + step;
  while (until < end && values[until] === next && (step === 0 || isWhole(next))) {
    until++;
    next += step;
  }
  return until;
}

/** `count` figures; those that were not written are unknown. Throws a ByteFault. */
export function decodeColumn(bytes: Uint8Array, count: number): Float64Array {
  const values = new Float64Array(count).fill(Number.NaN);
  const reader = new ByteReader(bytes);
  let last = 0;
  let step = Number.NaN;
  for (let at = 0; !reader.ended;) {
    const token = reader.varint();
    const kind = token % 2 === 0 ? 0 : token % 4 === 1 ? 1 : token % 8;
    const run = kind === 1 ? Math.floor(token / 4) + 1 : kind === 3 ? Math.floor(token / 8) + 1 : 1;
    if (at + run > count) throw new ByteFault("it holds more figures than it should");
    if (kind === 1) {
      for (let i = 0; i < run; i++) values[at + i] = last += step;
    } else if (kind === 0) {
      step = unzigzag(token / 2);
      values[at] = last += step;
    } else if (kind === FLOAT) {
      const value = reader.float();
      step = isWhole(value) && isWhole(last) ? value - last : value === last ? 0 : Number.NaN;
      values[at] = last = value;
    }
    at += run;
  }
  return values;
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
