import assert from "node:assert/strict";
import { it } from "node:test";
import { exampleHolding } from "./example-service.ts";
import { isByUse, laddersOf, rungsOf } from "./ladder.ts";

const RUNG = { fromSeconds: 0, toSeconds: 20, open: 40 };

it("has a rung for every age up to the oldest, and one for what is older than the watch", () => {
  const ages = [
    RUNG,
    { fromSeconds: 40, toSeconds: 80, open: 10 },
    { fromSeconds: 80, toSeconds: null, open: 20 },
  ];
  assert.deepEqual(
    rungsOf(exampleHolding({}, { ages, openedBeforeWatch: 4 })).map(({ label, open, share }) => [
      label,
      open,
      share,
    ]),
    [
      ["under 20 s", 40, 1],
      ["20 s to 40 s", 0, 0],
      ["40 s to 80 s", 10, 0.25],
      ["over 80 s", 20, 0.5],
      ["before the watch", 4, 0.1],
    ],
  );
});

it("says nothing of what has no age", () => {
  assert.deepEqual(rungsOf(exampleHolding()), []);
  assert.deepEqual(laddersOf([exampleHolding()]), []);
});

it("shows what was judged, else the largest, and not all", () => {
  const ages = [RUNG];
  const plain = [1, 2, 3, 4, 5].map((open) => exampleHolding({ peer: `h:${open}` }, { open, ages }));
  assert.deepEqual(
    laddersOf(plain).map(({ open }) => open),
    [5, 4, 3, 2],
  );
  const judged = exampleHolding({}, { open: 1, ages, standing: "suspect" });
  assert.deepEqual(laddersOf([...plain, judged]), [judged]);
});

it("tells idle times from ages", () => {
  assert.equal(isByUse(exampleHolding({}, { unusedSeconds: { least: 0, most: 1 } })), true);
  assert.equal(
    isByUse(exampleHolding({ state: "CLOSE_WAIT" }, { unusedSeconds: { least: 0, most: 1 } })),
    false,
  );
  assert.equal(isByUse(exampleHolding()), false);
});
