import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeProc, only, tick } from "../../../test/fixtures/proc/fake-proc.ts";

test("malformed texts are a gap with the text, told once; the figure is unknown and not zero", async (context) => {
  const proc = new FakeProc(context);
  proc.process(7, { 0: "/dev/null" });
  proc.write("7/limits", `Max open files ${"?".repeat(400)}`);
  const source = proc.open();
  const facts = await tick(proc, source);
  assert.deepEqual(
    only(facts, "process").map((fact) => [fact.softLimit, fact.hardLimit]),
    [[null, null]],
  );
  assert.deepEqual(only(facts, "gap"), [
    { fact: "gap", what: "limits", why: "malformed", pid: 7, text: `Max open files ${"?".repeat(185)}` },
  ]);
  for (let times = 0; times < 40; times++) assert.deepEqual(only(await tick(proc, source), "gap"), []);
});
