import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { HOSTILE_NAMES } from "./example-desk.ts";
import { serviceIdOf } from "./service-id.ts";

test("an ordinary name is its own id", () => {
  for (const name of ["gunicorn.service", "7zip", "web-1", "A_b.c", "x".repeat(64)])
    assert.equal(serviceIdOf(name), name);
});

test("any other name keeps a hint, and a part of its hash that is the same for ever", () => {
  assert.equal(serviceIdOf("gunicorn app:app"), "gunicorn-app-app~d6b8c61ae7108a9cdf394bde");
  assert.match(serviceIdOf("/usr/bin/x"), /^usr-bin-x~[0-9a-f]{24}$/);
  assert.match(serviceIdOf("служба"), /^service~[0-9a-f]{24}$/);
  assert.match(serviceIdOf(""), /^service~[0-9a-f]{24}$/);
});

/** What a URL's path keeps as it is: "." and ".." do not stand alone. */
const SAFE = /^(?=.{1,128}$)[A-Za-z0-9][A-Za-z0-9._~-]*$/;

test("an id passes through a URL unchanged, and two names have two ids", () => {
  const texts = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.constantFrom(...HOSTILE_NAMES),
    fc.stringMatching(/^[.~%/\\a-z-]{0,80}$/),
  );
  fc.assert(
    fc.property(fc.uniqueArray(texts, { minLength: 2, maxLength: 6 }), (names) => {
      const ids = names.map(serviceIdOf);
      for (const id of ids) {
        assert.match(id, SAFE);
        assert.equal(new URL(`http://h/services/${id}/series`).pathname, `/services/${id}/series`);
        assert.equal(encodeURIComponent(id), id);
      }
      assert.equal(new Set(ids).size, names.length);
      // An id given as a name stays what it is only when it is plain: no name takes another's id.
      for (const id of ids) assert.ok(!id.includes("~") || serviceIdOf(id) !== id);
    }),
    { numRuns: 1000 },
  );
});
