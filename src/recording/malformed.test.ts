import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import * as fc from "fast-check";
import type { Facts } from "../model/facts.ts";
import { arbitraryTicks } from "./arbitrary-facts.ts";
import { readBytes, scratchFolder, writeTicks } from "./scratch.ts";

/** A recording that is whole, as text; its last line is empty. */
interface Whole {
  readonly ticks: readonly Facts[];
  readonly lines: readonly string[];
}

/** What has happened to one: its bytes, and the first line that is not as it was (1 is the header); null: not known. */
interface Damaged {
  readonly bytes: Uint8Array;
  readonly from: number | null;
}

type Damage = (whole: Whole) => Damaged;

/** Larger ones only take longer. */
const [SMALLEST_TICKS, MOST_CHARACTERS] = [2, 2500];
const DEEP = 1000;
/** In place of a value, as JSON text: other types, and numbers that are too large, too fine or none. */
const VALUES = [
  ...[
    "null",
    "true",
    "[]",
    "{}",
    '""',
    '"812"',
    "-1",
    "0.5",
    "1e999",
    "-1e999",
    "1e-400",
    "9007199254740993",
  ],
  ...["1e21", "123456789012345678901234567890", "NaN", "01", '"\\ud800"', '{"__proto__":1}', '[[1,"a"],[2]]'],
  ...["[".repeat(DEEP) + "]".repeat(DEEP), '{"a":'.repeat(DEEP) + "1" + "}".repeat(DEEP), "[".repeat(DEEP)],
] as const;

const at = fc.nat(1_000_000);
const packed = fc.boolean();
const bytesOf = (text: string, isPacked: boolean): Uint8Array =>
  isPacked ? gzipSync(text) : Buffer.from(text);
const textOf = ({ lines }: Whole): string => lines.join("\n");

const torn = fc.tuple(at, packed).map(([place, isPacked]): Damage => (whole) => {
  const bytes = bytesOf(textOf(whole), isPacked);
  const kept = bytes.subarray(0, place % (bytes.length - 1));
  return { bytes: kept, from: isPacked ? null : kept.filter((byte) => byte === 10).length + 1 };
});

const flipped = fc
  .tuple(fc.array(fc.tuple(at, fc.nat(7)), { minLength: 1, maxLength: 4 }), packed)
  .map(([flips, isPacked]): Damage => (whole) => {
    const bytes = Uint8Array.from(bytesOf(textOf(whole), isPacked));
    for (const [place, bit] of flips) (bytes[place % bytes.length] as number) ^= 1 << bit;
    return { bytes, from: null };
  });

/** Changes one line by its text. */
const withLine =
  (place: number, isPacked: boolean, change: (line: string) => string): Damage =>
  (whole) => {
    const index = place % (whole.lines.length - 1);
    const lines = whole.lines.with(index, change(whole.lines[index] as string));
    return { bytes: bytesOf(lines.join("\n"), isPacked), from: index + 1 };
  };

const otherValue = fc
  .tuple(at, at, fc.constantFrom(...VALUES), packed)
  .map(([line, place, value, isPacked]) =>
    withLine(line, isPacked, (text) => {
      const object = JSON.parse(text) as Record<string, unknown>;
      const keys = Object.keys(object);
      const key = keys[place % keys.length] as string;
      const fields = keys.map(
        (one) => `${JSON.stringify(one)}:${one === key ? value : JSON.stringify(object[one])}`,
      );
      return `{${fields.join(",")}}`;
    }),
  );

const withoutKey = fc.tuple(at, at, packed).map(([line, place, isPacked]) =>
  withLine(line, isPacked, (text) => {
    const entries = Object.entries(JSON.parse(text) as Record<string, unknown>);
    return JSON.stringify(Object.fromEntries(entries.toSpliced(place % entries.length, 1)));
  }),
);

const otherNumber = fc
  .tuple(at, at, fc.constantFrom("9".repeat(40), "1e308", "-7", "1.5", ""))
  .map(([line, place, number]) =>
    withLine(line, false, (text) => {
      const numbers = [...text.matchAll(/\d+/g)];
      const found = numbers[place % Math.max(1, numbers.length)];
      if (found === undefined) return "";
      return text.slice(0, found.index) + number + text.slice(found.index + found[0].length);
    }),
  );

/** Lines taken away, said twice, or in another order. */
const otherOrder = fc
  .tuple(at, at, fc.constantFrom("lost", "twice", "swapped", "from the end"), packed)
  .map(([one, other, how, isPacked]): Damage => ({ lines }) => {
    const count = lines.length - 1;
    const [first, second] = [one % count, other % count].toSorted((a, b) => a - b) as [number, number];
    const [line, later] = [lines[first] as string, lines[second] as string];
    const damaged = {
      lost: () => lines.toSpliced(first, 1),
      twice: () => lines.toSpliced(first, 0, later),
      swapped: () => lines.with(first, later).with(second, line),
      "from the end": () => [...lines.slice(0, first), ...lines.slice(first, count).toReversed(), ""],
    }[how]();
    return { bytes: bytesOf(damaged.join("\n"), isPacked), from: first + 1 };
  });

const WHERE =
  /^(?:Line (?<line>\d+) of ".*"|".*" is (?:not a descry recording: its first line|torn: it stops (?:in the middle of|after|before|within)|damaged: after line \d+ |empty; |compressed with)|".*" was written by ".*" in version )/;

test("recording: ten thousand that are torn, damaged, of wrong types or in disorder are read or refused, with the line", async () => {
  using folder = scratchFolder();
  const wholes: Whole[] = [];
  for (const [number, ticks] of fc.sample(arbitraryTicks, 150).entries()) {
    if (ticks.length < SMALLEST_TICKS) continue;
    const path = join(folder.path, `whole-${number}.descry`);
    await writeTicks(path, ticks);
    const text = gunzipSync(readFileSync(path)).toString();
    if (text.length < MOST_CHARACTERS) wholes.push({ ticks, lines: text.split("\n") });
  }
  assert.ok(wholes.length > 8, `${wholes.length} to begin with`);

  let refused = 0;
  const damage = fc.oneof(torn, flipped, otherValue, withoutKey, otherNumber, otherOrder);
  const property = fc.asyncProperty(at, damage, async (place, happens) => {
    const whole = wholes[place % wholes.length] as Whole;
    const { bytes, from } = happens(whole);
    // Throws what is no DescryError.
    const { ticks, error } = await readBytes(folder.path, bytes);
    if (from !== null) {
      // Those that are over before that line.
      const begun = whole.lines.slice(0, from - 1).filter((line) => line.startsWith('{"fact":"tick"')).length;
      const over = Math.max(0, begun - 1);
      assert.deepEqual(ticks.slice(0, over), whole.ticks.slice(0, over));
    }
    if (error === null) return;
    refused += 1;
    const where = WHERE.exec(error.message);
    assert.ok(where !== null, error.message);
    const line = where.groups?.["line"];
    if (line !== undefined && from !== null)
      assert.ok(Number(line) >= from, `${error.message} and not ${from}`);
    assert.ok(error.mend.length > 5);
    assert.doesNotMatch(error.message + error.mend, /[\p{Cc}\p{Zl}\p{Zp}]|undefined|\[object/u);
  });
  await fc.assert(property, { numRuns: 10_000 });
  assert.ok(refused > 6000, `${refused} were refused: these are malformed`);
});
