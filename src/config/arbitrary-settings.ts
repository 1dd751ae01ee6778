/** Configurations made up from the schema: good ones, and such as are wrong in one place. */
import * as fc from "fast-check";
import { durationOf, durationText } from "../model/duration.ts";
import { isPlainMap, type Place, valuesOf } from "./place.ts";
import { shareOf, sizeOf, type Writing } from "./writings.ts";

type Value = fc.Arbitrary<unknown>;

/** What no message may repeat. */
export const SECRET = "hunter2-s3cret";

export function goodAt(place: Place): Value {
  const { anyOf, type, properties, items, enum: words, const: one } = place;
  if (anyOf !== undefined) return fc.oneof(...anyOf.map(goodAt));
  if (properties !== undefined) return goodMap(place, Object.keys(properties)).map(together);
  const values = valuesOf(place);
  if (values !== null)
    return fc.dictionary(nameFor(place), goodAt(values), { maxKeys: 3, noNullPrototype: true });
  if (items !== undefined) return fc.array(goodAt(items), { minLength: place.minItems ?? 0, maxLength: 3 });
  if (words !== undefined) return fc.constantFrom(...words);
  if (one !== undefined) return fc.constant(one);
  if (type === "boolean") return fc.boolean();
  if (type === "integer") return whole(place.minimum ?? 0, place.maximum ?? 0);
  return goodText(place);
}

/** Always wrong, wherever it breaks; what may be a secret holds SECRET. */
export function brokenAt(place: Place, isHidden = false): Value {
  const hidden = isHidden || place.hidden === true;
  const [noText, noMap] = hidden ? [noSecret, noSecretMap] : [noPlainText, noPlainMap];
  const { anyOf, type, properties, patternProperties, items, enum: words } = place;
  if (anyOf !== undefined)
    return fc.oneof(noMap, ...anyOf.map((one) => brokenAt(one, hidden)), ofNoKind(place));
  if (properties !== undefined) {
    const inner = Object.entries(properties).map(([key, one]) =>
      fc
        .tuple(goodAt(place), brokenAt(one, hidden))
        .map(([map, broken]) => ({ ...(map as object), [key]: broken })),
    );
    return fc.oneof(
      { arbitrary: fc.oneof(...inner), weight: 6 },
      noMap,
      withForeignKey(place),
      ...lacking(place),
    );
  }
  if (patternProperties !== undefined) {
    const broken = fc.dictionary(nameFor(place), brokenAt(valuesOf(place) as Place, hidden), {
      ...{ minKeys: 1, maxKeys: 2, noNullPrototype: true },
    });
    return fc.oneof({ arbitrary: broken, weight: 4 }, noMap, withForeignName(place));
  }
  if (items !== undefined) {
    const noList = fc.constantFrom({}, "one", 1, true);
    return fc.oneof(noList, fc.tuple(goodAt(items), brokenAt(items, hidden)));
  }
  if (words !== undefined) return fc.constantFrom<unknown>("no such word", 7, true, [], {});
  if (type === "boolean") return fc.constantFrom<unknown>("maybe", 1, [], {});
  if (type === "integer") {
    const { minimum = 0, maximum = 0 } = place;
    return fc.constantFrom<unknown>(
      minimum - 1,
      maximum + 1,
      minimum + 0.5,
      String(minimum),
      true,
      [minimum],
      Infinity,
      NaN,
    );
  }
  return place.writing === undefined ? noText : fc.oneof(noText, wrongText[place.writing]);
}

const noPlainText = fc.constantFrom<unknown>(1, true, ["a"], { a: "b" }, -0.5);
const noSecret = fc.constantFrom<unknown>(1, true, [SECRET], { a: SECRET }, -0.5);
const noPlainMap = fc.constantFrom<unknown>(1, true, [1], "words");
const noSecretMap = fc.constantFrom<unknown>(1, true, [SECRET], SECRET);

const bad = (...texts: string[]): Value => fc.constantFrom(...texts);

const wrongText: Readonly<Record<Writing, Value>> = {
  duration: bad("", "5", "5 minutes", "-1s", "1s2m", "9999d", "0.1", "1e3s", " 10m ", "ever"),
  size: bad("", "64", "64M", "-1MB", "1TB", "0MiB", "1MiB2", "9999999GiB"),
  share: bad("", "1", "0.01", "0%", "101%", "one %", "1%%", "-1%"),
  secret: bad(
    SECRET,
    `file:${SECRET}`,
    `env:${SECRET}`,
    `file://${SECRET}`,
    "env:",
    "file:",
    `https://x/${SECRET}`,
  ),
  url: bad(
    "",
    SECRET,
    `ftp://${SECRET}`,
    `https://u:${SECRET}@h/`,
    `https://h/?t=${SECRET}`,
    `https://h/#${SECRET}`,
    `file:/x`,
  ),
  "url-or-secret": bad(
    "",
    SECRET,
    `https://u:${SECRET}@h/`,
    `http:${SECRET}`,
    `https:///?${SECRET}`,
    `env:${SECRET}`,
  ),
  listen: bad("", "8321", "localhost", "web:80", "127.0.0.1:65536", "::1:80", "[::1]", "1.2.3.4:0x50"),
  "host-name": bad("", "a b", "https://a", "a:80", "a/b"),
  origin: bad("", "https://a/", "a", "ftp://a", "https://a/b", "HTTPS://A"),
};

function goodText(place: Place): Value {
  const { writing, pattern, also = [] } = place;
  const own = writing === undefined ? null : goodTexts(writing, place);
  if (own !== null) return also.length === 0 ? own : fc.oneof(own, fc.constantFrom(...also));
  return pattern === undefined ? fc.string() : matching(pattern);
}

function goodTexts(writing: Writing, { least = "", most = "" }: Place): fc.Arbitrary<string> {
  switch (writing) {
    case "duration":
      return fc
        .integer({ min: durationOf(least) ?? 0, max: Math.min(2 ** 31, durationOf(most) ?? 0) })
        .map(durationText);
    case "size":
      return fc
        .integer({ min: Math.ceil((sizeOf(least) ?? 0) / 1024), max: (sizeOf(most) ?? 0) / 1024 })
        .map((kib) => `${kib}KiB`);
    case "share":
      return fc
        .integer({ min: (shareOf(least) ?? 0) * 1000, max: (shareOf(most) ?? 0) * 1000 })
        .map((thousandths) => `${thousandths / 10}%`);
    case "secret":
      return fc.constantFrom("file:/etc/descry/secret", "file:/a b/ü:c", "env:DESCRY_SECRET", "env:_");
    case "url":
      return fc.constantFrom("http://127.0.0.1:9093", "https://[::1]/a/b", "https://hooks.example/");
    case "url-or-secret":
      return fc.constantFrom("http://127.0.0.1:9093/x", "file:/etc/x", "env:X");
    case "listen":
      return fc.constantFrom("127.0.0.1:8321", "[::1]:0", "localhost:65535", "127.9.9.9:80");
    case "host-name":
      return fc.constantFrom("web-12.example", "a", "10.0.0.1");
    case "origin":
      return fc.constantFrom("https://overview.example", "http://a:8080");
  }
}

/** With no more than what has to be there. */
function barest(place: Place): Value {
  return goodMap(place, place.required ?? []);
}

function goodMap({ properties = {}, required = [] }: Place, keys: readonly string[]): Value {
  const parts = Object.fromEntries(keys.map((key) => [key, goodAt(properties[key] as Place)]));
  const needed = keys.filter((key) => required.includes(key) && properties[key]?.default === undefined);
  return fc.record(parts, { requiredKeys: needed, noNullPrototype: true });
}

/** A user and a password go together. */
function together(map: unknown): unknown {
  if (!isPlainMap(map) || map["kind"] !== "email") return map;
  return { ...map, user: "none", password: "none" };
}

function nameFor({ patternProperties = {} }: Place): fc.Arbitrary<string> {
  return matching(Object.keys(patternProperties)[0] as string);
}

/** Half a surrogate pair is no text in UTF-8. */
function matching(pattern: string): fc.Arbitrary<string> {
  return fc.stringMatching(new RegExp(pattern), { size: "xsmall" }).filter((text) => text.isWellFormed());
}

function whole(min: number, max: number): fc.Arbitrary<number> {
  return fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max));
}

function withForeignKey(place: Place): Value {
  const key = fc.constantFrom("zzz", "Kind", "toString", "__proto__", "", "a.b", "ünbekannt", "\u202e");
  return fc
    .tuple(barest(place), key, fc.constantFrom<unknown>(1, SECRET, {}, null))
    .map(([map, name, value]) => Object.fromEntries([...Object.entries(map as object), [name, value]]));
}

function withForeignName(place: Place): Value {
  return fc
    .tuple(fc.constantFrom("", "a\nb"), goodAt(valuesOf(place) as Place))
    .map(([name, value]) => ({ [name]: value }));
}

/** Without one of those that have to be there. */
function lacking(place: Place): Value[] {
  const { required = [], properties = {} } = place;
  return required
    .filter((key) => properties[key]?.default === undefined)
    .map((key) =>
      barest(place).map((map) =>
        Object.fromEntries(Object.entries(map as object).filter(([one]) => one !== key)),
      ),
    );
}

function ofNoKind(place: Place): Value {
  return fc
    .tuple(goodAt(place), fc.constantFrom<unknown>("emial", "", 1, ["slack"], {}))
    .map(([map, kind]) => ({ ...(map as object), kind }));
}
