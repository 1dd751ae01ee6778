import assert from "node:assert/strict";
import { test } from "node:test";
import { KnownCookies } from "./cookies.ts";

test("a socket that stood in a table is known until it ends", () => {
  const cookies = new KnownCookies();
  assert.ok(cookies.begin(), "the first reading has to show all rows");
  cookies.add(7);
  cookies.add(0);
  cookies.end(1);
  assert.ok(!cookies.begin(), "the next one only what is new");
  cookies.end(1);
  assert.deepEqual([cookies.take(7), cookies.take(7), cookies.take(0)], [true, false, false]);
});

test("sockets whose end was not heard of do not pile up", () => {
  const cookies = new KnownCookies();
  for (let reading = 0; reading < 10; reading++) {
    const all = cookies.begin();
    for (let cookie = 1; cookie <= 3000; cookie++) cookies.add(1 + reading * 3000 + cookie);
    if (all) cookies.add(1);
    cookies.end(1);
    assert.ok(cookies.take(1), `reading ${reading}`);
    cookies.add(1);
  }
  cookies.begin();
  cookies.end(1);
  assert.ok(!cookies.take(2));
});

test("after a time without hearing, all rows have to be shown again", () => {
  const cookies = new KnownCookies();
  cookies.begin();
  cookies.add(7);
  cookies.end(1);
  cookies.forget();
  assert.ok(!cookies.take(7));
  assert.ok(cookies.begin());
});
