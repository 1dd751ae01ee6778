import assert from "node:assert/strict";
import { test } from "node:test";
import { ClassRegistry, plainTraits } from "../census/classes.ts";
import { parseLink } from "../census/link.ts";
import { Account } from "../ledger/account.ts";
import { NOTHING_LEARNED } from "../model/baselines.ts";
import { ClassMemory } from "./class-memory.ts";
import { Latest } from "./latest.ts";

test("so many are kept, those that were set last", () => {
  const latest = new Latest<number>(2);
  for (const [value, name] of ["a", "b", "a", "c"].entries()) latest.set(name, value);
  assert.deepEqual(
    ["a", "b", "c"].map((name) => latest.get(name)),
    [2, undefined, 3],
  );
  latest.delete("a");
  latest.set("d", 4);
  assert.equal(latest.get("c"), 3);
});

test("services with made-up names do not fill the memory, and push out none that is met again and again", () => {
  const classes = new ClassRegistry();
  const pipe = plainTraits(parseLink("pipe:[1]"));
  const account = new Account(0);
  for (let opened = 0; opened < 30; opened++) account.enter(1, 1);
  account.advance(100);
  const memory = new ClassMemory(NOTHING_LEARNED);
  const meet = (service: string): void => {
    const of = classes.intern(service, pipe);
    memory.begin(of, account);
    memory.keep(of, account, null, 100);
  };
  meet("steady");
  for (let name = 0; name < 5000; name++) {
    meet(`made-up-${name}`);
    if (name % 1000 === 0) memory.begin(classes.intern("steady", pipe), account);
  }
  assert.ok(memory.knows("steady") && memory.knows("made-up-4999"));
  assert.ok(!memory.knows("made-up-0"));
});
