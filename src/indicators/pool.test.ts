import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PoolBin } from "../ledger/pool-uses.ts";
import { BypassEvidence, PoolSize } from "./pool.ts";

const bin = (shortIdle: number): PoolBin => ({
  ...{ at: 0, opened: shortIdle, openedIdle: shortIdle, short: shortIdle, shortIdle, exchanges: 0 },
  lifetimes: [shortIdle, 0, 0],
});

/** Seconds until the evidence reaches the level of a proof, when so many come in each bin in turn. */
function secondsToProof(counts: readonly number[], most = 3600): number {
  const evidence = new BypassEvidence();
  for (let bins = 1; bins <= most / 5; bins++) {
    evidence.take(bin(counts[bins % counts.length] as number));
    if (evidence.strength >= 10.6) return bins * 5;
  }
  return Infinity;
}

describe("BypassEvidence", () => {
  it("takes more than a minute however fast it goes, and longer the slower", () => {
    const [fast, even, slow] = [secondsToProof([250]), secondsToProof([20]), secondsToProof([2])];
    assert.ok(fast >= 60 && fast <= 80, `${fast} s`);
    assert.equal(even, fast);
    assert.ok(slow > 2 * fast && slow <= 600, `${slow} s`);
  });

  it("never grows from a health check every five or four seconds", () => {
    for (const counts of [[1], [1, 1, 1, 2], [0, 2]]) assert.equal(secondsToProof(counts, 86_400), Infinity);
  });

  it("fades when they end", () => {
    const evidence = new BypassEvidence();
    for (let at = 0; at < 100; at++) evidence.take(bin(20));
    for (let at = 0; at < 100; at++) evidence.take(undefined);
    assert.equal(evidence.strength, 0);
  });
});

describe("PoolSize", () => {
  it("is the usual number: not what is in use for a while, nor what it began with", () => {
    const size = new PoolSize(null, null);
    assert.equal(size.expected, null);
    for (let second = 0; second < 300; second++)
      size.note(second, second < 30 ? 3 : second > 200 && second < 240 ? 29 : 20);
    assert.deepEqual([size.expected, size.learned], [20, 20]);
  });
});
