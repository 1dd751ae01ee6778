import assert from "node:assert/strict";
import { test } from "node:test";
import { KnownCookies } from "./cookies.ts";

test("a socket that stood in a table is known until it ends", () => {
  const cookies = new KnownCookies();
  assert.ok(cookies.begin(1000), "the first reading has to show all rows");
  cookies.add(7);
  cookies.add(0);
  cookies.end(1);
  assert.ok(!cookies.begin(1000), "the next one only what is new");
  cookies.end(1);
  assert.deepEqual([cookies.take(7), cookies.take(7), cookies.take(0)], [Number.NaN, null, null]);
});

test("sockets whose end was not heard of do not pile up", () => {
  const cookies = new KnownCookies();
  for (let reading = 0; reading < 10; reading++) {
    const all = cookies.begin(1000);
    for (let cookie = 1; cookie <= 3000; cookie++) cookies.add(1 + reading * 3000 + cookie);
    if (all) cookies.add(1);
    cookies.end(1);
    assert.notEqual(cookies.take(1), null, `reading ${reading}`);
    cookies.add(1);
  }
  cookies.begin(1000);
  cookies.end(1);
  assert.equal(cookies.take(2), null);
});

test("after a time without hearing, all rows have to be shown again", () => {
  const cookies = new KnownCookies();
  cookies.begin(1000);
  cookies.add(7);
  cookies.end(1);
  cookies.forget();
  assert.equal(cookies.take(7), null);
  assert.ok(cookies.begin(1000));
});

test("it tells when a socket was first seen, also after all rows were shown again", () => {
  const cookies = new KnownCookies();
  cookies.begin(1000);
  cookies.add(1);
  cookies.end(1);
  cookies.begin(1001.7);
  cookies.add(2);
  for (let stray = 10; stray < 5000; stray++) cookies.add(stray);
  cookies.end(2);
  assert.ok(cookies.begin(1009), "too many are of sockets whose end was not heard of");
  for (const cookie of [1, 2, 3]) cookies.add(cookie);
  cookies.end(3);
  assert.deepEqual([cookies.take(1), cookies.take(2), cookies.take(3)], [Number.NaN, 1001, 1009]);
});
