import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Lived, Lives } from "../model/closings.ts";
import { PoolUses } from "./pool-uses.ts";

const [NETNS, SERVICE, ADDRESS] = [7, "shop", "10.0.0.2:3306"];

/** Lives of so many in each range, with three exchanges each. */
const lives = (...counts: readonly number[]): Lives => {
  const of = (place: number): Lived => [counts[place] ?? 0, 3 * (counts[place] ?? 0)];
  return [of(0), of(1), of(2), of(3)];
};

function uses(poolSize = 20) {
  const pools = new PoolUses(() => poolSize);
  pools.read(NETNS, 1000);
  return pools;
}

const sum = (pools: PoolUses) => pools.of(SERVICE, ADDRESS)?.since(0);

describe("what is opened beside a pool", () => {
  it("counts as opened while it was idle when three rested for as long as it lived", () => {
    const rested: readonly (readonly [rests: readonly number[], shortIdle: number])[] = [
      [[], 0],
      [[5, 5], 0],
      [[1, 1, 1], 4],
      [[11, 11, 11], 4],
      [[12, 12, 12], 6],
      [[62, 62, 62], 7],
    ];
    for (const [rests, shortIdle] of rested) {
      const pools = uses();
      pools.opened(NETNS, SERVICE, ADDRESS);
      pools.lived(NETNS, SERVICE, ADDRESS, lives(4, 2, 1, 9));
      if (rests.length > 0) pools.rested(NETNS, SERVICE, ADDRESS, rests);
      pools.read(NETNS, 1001);
      const found = sum(pools);
      assert.deepEqual(
        [found?.opened, found?.openedIdle, found?.short, found?.shortIdle, found?.exchanges],
        [5, rests.length < 3 ? 0 : 5, 7, shortIdle, 3 * shortIdle],
        `resting for ${rests.join()}`,
      );
    }
  });

  it("waits for the next reading of its namespace, and counts for nothing where there is no pool", () => {
    const pools = uses();
    pools.lived(NETNS, SERVICE, ADDRESS, lives(4));
    pools.read(8, 1001);
    assert.equal(sum(pools), undefined);
    pools.read(NETNS, 1002);
    assert.equal(sum(pools)?.short, 4);
    const none = uses(2);
    none.lived(NETNS, SERVICE, ADDRESS, lives(4));
    none.read(NETNS, 1001);
    assert.equal(sum(none), undefined);
  });

  it("is kept for ten minutes, in bins of five seconds", () => {
    const pools = uses();
    for (let second = 1; second <= 1200; second++) {
      pools.opened(NETNS, SERVICE, ADDRESS);
      pools.read(NETNS, 1000 + second);
    }
    assert.equal(pools.of(SERVICE, ADDRESS)?.since(2100)?.opened, 101);
    assert.equal(sum(pools)?.opened, 596);
    pools.forget(3000);
    assert.equal(pools.of(SERVICE, ADDRESS), undefined);
  });
});
