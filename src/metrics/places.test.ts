import assert from "node:assert/strict";
import { test } from "node:test";
import { Places } from "./places.ts";

function ranked(names: string, urgent = ""): { name: string; urgent: boolean }[] {
  return [...names].map((name) => ({ name, urgent: urgent.includes(name) }));
}

function told(places: Places): string {
  return [..."abcdefghijklmnopqrstuvwxyz"].filter((name) => places.has(name)).join("");
}

test("places: the first are told, and keep their place for a time", () => {
  const places = new Places(3, 900);
  places.assign(ranked("abcde"), 0);
  assert.equal(told(places), "abc");
  places.assign(ranked("edcba"), 899);
  assert.equal(told(places), "abc");
  places.assign(ranked("edcba"), 900);
  assert.equal(told(places), "cde");
  places.assign(ranked("abcde"), 1000);
  assert.equal(told(places), "cde", "those that came at 900 keep their place as long");
});

test("places: a leak is told at once, in the place of one that is gone, else of the last", () => {
  const places = new Places(3, 900);
  places.assign(ranked("abc"), 0);
  places.assign(ranked("xacd", "x"), 1);
  assert.equal(told(places), "acx", "b was gone");
  places.assign(ranked("yxacd", "xy"), 2);
  assert.equal(told(places), "axy");
  places.assign(ranked("zyxacd", "xyz"), 3);
  assert.equal(told(places), "xyz");
  places.assign(ranked("wzyxa", "wxyz"), 4);
  assert.equal(told(places), "wyz", "more leaks than places: the first of them");
});

test("places: however many names come and go, there are few in any time", () => {
  const places = new Places(10, 900);
  const names = new Set<string>();
  for (let second = 0; second < 3600; second++) {
    const now = Array.from({ length: 50 }, (_, at) => ({ name: `run-u${second * 50 + at}`, urgent: false }));
    places.assign(now, second);
    for (const { name } of now) if (places.has(name)) names.add(name);
  }
  assert.equal(names.size, 40);
});
