import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Addresses } from "./addresses.ts";

describe("Addresses", () => {
  it("gives every text again as it was, whatever stood in the slot before", () => {
    const part = fc.oneof(
      fc.integer({ min: 0, max: 300 }).map(String),
      fc.constantFrom("", "00", "01", "-1"),
    );
    const port = fc.oneof(fc.integer({ min: 0, max: 70_000 }).map(String), fc.constantFrom("", "080", "*"));
    const ipv4 = fc
      .tuple(fc.array(part, { minLength: 3, maxLength: 5 }), port)
      .map(([parts, last]) => `${parts.join(".")}:${last}`);
    const text = fc.oneof(ipv4, fc.string(), fc.constantFrom("", "[::1]:80", "/run/x.sock", "0.0.0.0:0"));
    const step = fc.tuple(fc.integer({ min: 0, max: 9 }), text);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const [addresses, map] = [new Addresses(), new Map<number, string>()];
        for (const [slot, address] of steps) {
          addresses.set(slot, address);
          map.set(slot, address);
        }
        for (const [slot, address] of map) {
          assert.equal(addresses.get(slot), address);
          const isThere = addresses.amongst([address, "10.0.0.1:1"]);
          for (const [other, its] of map)
            assert.equal(isThere(other), its === address || its === "10.0.0.1:1");
        }
      }),
    );
  });

  it("keeps the ends of what an address can be", () => {
    const addresses = new Addresses();
    const all = [
      "0.0.0.0:0",
      "255.255.255.255:65535",
      "255.255.255.255:65536",
      "256.0.0.1:1",
      "127.0.0.1:443 ",
    ];
    all.forEach((address, slot) => addresses.set(slot, address));
    assert.deepEqual(
      all.map((_, slot) => addresses.get(slot)),
      all,
    );
  });
});
