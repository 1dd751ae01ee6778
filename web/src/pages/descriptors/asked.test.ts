import assert from "node:assert/strict";
import { test } from "node:test";
import { ariaSort, askedPath, COLUMNS, nextSort, pagePath } from "./asked.ts";

const [number, , , , age] = COLUMNS;

test("the agent is asked for what stands in the address, whatever that is", () => {
  const address = new URLSearchParams("pid=7&kind=tcp&state=&peer=a%26b%3D%23&sort=-age&more=1");
  assert.equal(
    askedPath("7", (name) => address.get(name)),
    "/api/v1/processes/7/descriptors?kind=tcp&peer=a%26b%3D%23&sort=-age",
  );
  for (const pid of ["", "0", "-1", "7/../../x", "self", "12345678901"])
    assert.equal(
      askedPath(pid, () => null),
      null,
      pid,
    );
});

test("a page is asked for with and without other parameters", () => {
  assert.equal(pagePath("/x?", 0, 500), "/x?limit=500&offset=0");
  assert.equal(pagePath("/x?kind=tcp", 500, 500), "/x?kind=tcp&limit=500&offset=500");
});

test("a column is sorted by what matters most, and then the other way round", () => {
  assert.equal(nextSort("number", age), "-age");
  assert.equal(nextSort("-age", age), "age");
  assert.equal(nextSort("age", age), "-age");
  assert.equal(nextSort("-age", number), "number");
  assert.deepEqual(
    ["age", "-age", "number"].map((now) => ariaSort(now, age)),
    ["ascending", "descending", "none"],
  );
});
