import assert from "node:assert/strict";
import { test } from "node:test";
import { answerOf, calmRow, leakingRow, NOW } from "./example.ts";
import { fold, merged, ordered, sortOf, whatWords } from "./rows.ts";

const calm = (count: number) =>
  Array.from({ length: count }, (_, place) => calmRow({ id: `calm-${place}`, service: `calm-${place}` }));
const pace = (netPerMinute: number | null) => ({
  windowSeconds: 600,
  bornPerMinute: 1,
  diedPerMinute: 1,
  netPerMinute,
});

test("what says nothing folds behind a few, and the line says how many do, also of later pages", () => {
  const services = [leakingRow(), ...calm(99)];
  const { shown, hidden, words } = fold(
    answerOf(services, { growing: 1, page: { total: 2000, offset: 0, next: 100 } }),
  );
  assert.deepEqual(
    [shown.length, shown[0]?.id, hidden, words],
    [8, "gunicorn.service", 1992, "1,992 more, none growing"],
  );
});

test("what grows, leaks or is the other end never folds, however far down", () => {
  const other = calmRow({ id: "mariadbd", otherEndOf: ["gunicorn.service"], rates: pace(125) });
  const full = calmRow({ id: "full", fullest: { pid: 1, command: "x", open: 9, softLimit: 9, headroom: 0 } });
  const services = [...calm(20), calmRow({ id: "grows", rates: pace(6) }), other, full];
  const { shown, words } = fold(answerOf(services, { growing: 1 }));
  assert.deepEqual(
    shown.slice(8).map(({ id }) => id),
    ["grows", "mariadbd", "full"],
  );
  assert.equal(words, "12 more, none growing");
});

test("none growing is not said where that is not known, nor where it is not so", () => {
  const page = { total: 30, offset: 0, next: null };
  assert.equal(fold(answerOf(calm(30), { page, unknownGrowth: 1 })).words, "22 more");
  assert.equal(fold(answerOf(calm(30), { page, growing: 2 })).words, "22 more, 2 growing");
  const learning = [calmRow({ id: "young", rates: pace(null) }), ...calm(29)];
  assert.equal(fold(answerOf(learning, { page, unknownGrowth: 1 })).words, "22 more, none growing");
  assert.deepEqual(fold(answerOf(calm(3))), { shown: calm(3), hidden: 0, words: "" });
});

test("rows sort by what they show, and what is not known comes last", () => {
  const rows = [
    calmRow({ id: "a", service: "b", rates: pace(null) }),
    leakingRow(7200, { id: "slow", service: "d" }),
    leakingRow(540, { id: "soon", service: "c", rates: pace(6) }),
    calmRow({ id: "other", service: "a", otherEndOf: ["d"], rates: pace(900) }),
    calmRow({
      id: "full",
      service: "e",
      rates: pace(0),
      fullest: { pid: 9, command: "e", open: 5, softLimit: 5, headroom: 0 },
    }),
  ];
  const ids = (sort: string, filter = "") => ordered(rows, sortOf(sort), filter, NOW).map(({ id }) => id);
  assert.deepEqual(ids("risk"), ["a", "slow", "soon", "other", "full"]);
  assert.deepEqual(ids("time left"), ["full", "soon", "slow", "a", "other"]);
  assert.deepEqual(ids("kept"), ["slow", "soon", "full", "a", "other"]);
  assert.deepEqual(ids("open"), ["slow", "soon", "a", "other", "full"]);
  assert.deepEqual(ids("name"), ["other", "a", "soon", "slow", "full"]);
  assert.equal(sortOf("nonsense"), "risk");
});

test("the filter looks at the name, what is not closed, the command and the pid", () => {
  const rows = [leakingRow(), calmRow({ mostly: null })];
  const found = (filter: string) => ordered(rows, "risk", filter, NOW).map(({ id }) => id);
  assert.deepEqual(found(" GUNI "), ["gunicorn.service"]);
  assert.deepEqual(found("mysql"), ["gunicorn.service"]);
  assert.deepEqual(found("nginx: master"), ["nginx.service"]);
  assert.deepEqual(found("812"), ["gunicorn.service"]);
  assert.deepEqual(found("81"), [], "a part of a pid is no pid");
  assert.deepEqual(found("no such"), []);
});

test("the freshest figures come first, and nobody is there twice", () => {
  const fresh = [leakingRow(540, { open: 3000 })];
  const rows = merged(fresh, [leakingRow(), ...calm(2)]);
  assert.deepEqual(
    rows.map(({ id, open }) => [id, open]),
    [
      ["gunicorn.service", 3000],
      ["calm-0", 611],
      ["calm-1", 611],
    ],
  );
});

test("the last word of a row: the leak, its other end, a shape, or what most of it is", () => {
  assert.equal(whatWords(leakingRow()), "connections to MySQL 127.0.0.1:3306");
  const { notClosed } = leakingRow();
  assert.ok(notClosed !== null);
  const full = { ...notClosed, rule: "at-limit" as const, partial: true };
  assert.equal(
    whatWords(leakingRow(540, { notClosed: full })),
    "partial: mostly connections to MySQL 127.0.0.1:3306",
  );
  assert.equal(whatWords(calmRow({ standing: "suspect" })), "grows towards its limit");
  assert.equal(
    whatWords(calmRow({ otherEndOf: ["gunicorn.service"] })),
    "other end of the leak of gunicorn.service",
  );
  assert.equal(whatWords(calmRow({ readable: false })), "not permitted");
  assert.equal(whatWords(calmRow({ shape: { shape: "cyclic", cycleSeconds: 40 } })), "cycles, 40 s");
  assert.equal(whatWords(calmRow()), "mostly connections to MySQL 127.0.0.1:3306");
  assert.equal(whatWords(calmRow({ mostly: null })), "not looked into yet");
});
