import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Account } from "../ledger/account.ts";
import { Ledger } from "../ledger/ledger.ts";
import type { Fact, Opening } from "../model/facts.ts";
import { EVERYTHING } from "../model/targets.ts";
import { holdingRates, rates, ratesOfRise } from "./rates.ts";

const WINDOW = 60;
const CYCLE = 40;

/** One leaked a second, or none, beside a batch each 40 s: forty opened within 16 s, given back from 24 s to 28 s. */
function* worked(
  leaking: boolean,
  seconds: number,
): Generator<{ readonly account: Account; readonly now: number }> {
  const account = new Account(0);
  const batch: number[] = [];
  for (let now = 0; now < seconds; now++) {
    const phase = now % CYCLE;
    if (leaking) account.enter(now, now);
    if (phase < 16)
      for (let one = 0; one < 2.5; one++) {
        account.enter(now, now);
        batch.push(now);
      }
    if (phase >= 24) for (const cameAt of batch.splice(0, 12)) account.leave(cameAt, now, "closed");
    account.advance(now);
    yield { account, now };
  }
}

const keptAt = (account: Account, now: number): number | null =>
  ratesOfRise(account, now, 0, now - WINDOW).netPerMinute;

describe("the rate of what is kept", () => {
  it("is that of the leak at any moment of a batch's cycle, where the count alone is not", () => {
    const counted: number[] = [];
    for (const { account, now } of worked(true, 400)) {
      if (now < 100) continue;
      counted.push(rates(account, now, 0, WINDOW).netPerMinute ?? 0);
      const kept = keptAt(account, now) ?? 0;
      assert.ok(Math.abs(kept - 60) <= 6, `${kept} a minute after ${now} s`);
    }
    assert.ok(Math.max(...counted) > 75 && Math.min(...counted) < 45, "the batch did not disturb the count");
  });

  it("is the count where nothing is old", () => {
    for (const { account, now } of worked(false, 200)) {
      // A window that begins in a pause begins with the next birth.
      if (now > WINDOW && (now - WINDOW) % CYCLE < 10)
        assert.equal(keptAt(account, now), rates(account, now, 0, WINDOW).netPerMinute);
    }
  });

  it("is the count where hardly anything is closed", () => {
    const account = new Account(0);
    for (let now = 0; now < 200; now++) {
      account.enter(now, now);
      account.advance(now);
    }
    assert.equal(keptAt(account, 199), rates(account, 199, 0, WINDOW).netPerMinute);
  });
});

describe("the rate of a rise", () => {
  it("begins with the first that came into the account, which may be later than its opening", () => {
    const account = new Account(0);
    for (let now = 0; now < 64; now++) {
      if (now >= 12) account.enter(now - 12, now);
      account.advance(now);
    }
    const { bornPerMinute } = ratesOfRise(account, 63, 0, 0);
    assert.ok(Math.abs((bornPerMinute ?? 0) - 60) <= 2, `${bornPerMinute}`);
    assert.ok((rates(account, 63, 0, 600).bornPerMinute ?? 0) < 50, "nothing came late");
  });

  it("is that of all that came since then, though many were counted at once", () => {
    const account = new Account(0);
    // Read every nine seconds until it is suspected, and every second then: what came in between is dated evenly.
    for (let now = 1, readAt = 0; now < 108; now++) {
      if (now >= 45 || now % 9 === 0) {
        for (let came = readAt; came < now; came++) account.enter(came, now);
        readAt = now;
      }
      account.advance(now);
      const { netPerMinute } = ratesOfRise(account, now, -1, 0);
      if (now > 75) assert.ok(Math.abs((netPerMinute ?? 0) - 60) <= 2, `${netPerMinute} after ${now} s`);
    }
  });

  it("is that since then where they came all along, and none where none came", () => {
    const account = new Account(0);
    for (let now = 0; now < 100; now++) {
      if (now < 90) account.enter(now, now);
      account.advance(now);
    }
    assert.deepEqual(ratesOfRise(account, 99, 0, 30), rates(account, 99, 0, 69));
    assert.equal(ratesOfRise(undefined, 99, 0, null).netPerMinute, 0);
    assert.equal(ratesOfRise(new Account(0), 99, 0, 50).netPerMinute, 0);
  });
});

describe("the rates of what a service holds", () => {
  const NETNS = 4026531840;
  const BEFORE = [1, 2, 3];
  const DURING = [4, 5];
  const end: Fact = { fact: "tables", netns: NETNS, timeWait: 0, unaccepted: 0 };
  const links = (numbers: readonly number[]): Opening[] =>
    numbers.map((number) => [number, `socket:[${number}]`]);
  const rows = (numbers: readonly number[], usedAt: number): Fact[] =>
    numbers.map((inode) => ({
      ...{ fact: "socket", netns: NETNS, inode, protocol: "tcp", state: "ESTABLISHED", receiveQueue: 0 },
      ...{ local: `10.0.0.1:${40_000 + inode}`, remote: "10.0.0.2:3306", usedAt, segments: 4 },
    }));
  const uses = (usedAt: number): Fact => ({
    ...{ fact: "use", netns: NETNS },
    sockets: [...BEFORE, ...DURING].map((inode) => [inode, usedAt, usedAt - 980]),
  });

  it("tell neither as opened nor as kept what was there before and only proved to be used again", () => {
    const ledger = new Ledger(EVERYTHING);
    const listing = { fact: "listing", pid: 9, closed: [] } as const;
    for (let uptime = 1000; uptime <= 1040; uptime++) {
      const facts: Fact[] = [end];
      if (uptime === 1000) {
        facts.unshift(
          {
            ...{ fact: "process", pid: 9, startTicks: 90, parent: 1, name: "app", command: ["/opt/app"] },
            ...{ cgroup: "/", uid: 0, netns: NETNS, softLimit: 99, hardLimit: 99 },
          },
          { ...listing, first: true, opened: links(BEFORE) },
          ...rows(BEFORE, 990),
        );
      }
      if (uptime === 1006)
        facts.unshift({ ...listing, first: false, opened: links(DURING) }, ...rows(DURING, 1006));
      // The first use dates them, the second is far enough from when they were first seen.
      if (uptime === 1010 || uptime === 1034) facts.unshift(uses(uptime));
      ledger.apply({ at: 0, uptime, facts });
    }
    const told = new Map(
      [...ledger.classes()]
        .filter(({ of }) => !of.wide)
        .map(({ of, account }) => [of.group, { account, shown: holdingRates(account, 1040, 1000, 60) }]),
    );
    const [held, reused] = [told.get("held"), told.get("reused")];
    assert.deepEqual([held?.account.open, reused?.account.open], [0, 5]);
    const inAll = (perMinute: number | null | undefined) => Math.round(((perMinute ?? NaN) * 40) / 60);
    assert.deepEqual(
      [held, reused].map((one) => [one?.shown.bornPerMinute, one?.shown.diedPerMinute].map(inAll)),
      [
        [2, 0],
        [0, 0],
      ],
      "what was opened meanwhile was opened once",
    );
    assert.deepEqual(
      [held, reused].map((one) => inAll(one?.shown.netPerMinute)),
      [0, 2],
    );
    const judged = rates(reused?.account, 1040, 1000, 60);
    assert.equal(inAll(judged.bornPerMinute), 5, "what is judged counts all that came");
  });
});
