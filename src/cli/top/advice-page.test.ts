import assert from "node:assert/strict";
import { test } from "node:test";
import * as example from "../example/host.ts";
import type { ServiceView } from "../../model/snapshot.ts";
import { inspectLines } from "../screen/inspect.ts";
import { advicePage } from "./advice-page.ts";

test("a leak leads what is a part of it, and a command that both need stands once", () => {
  const leak = example.verdictOf({ id: "leak", story: "leak", pool: example.POOL });
  const bypass = example.verdictOf({
    id: "bypass",
    story: "leak",
    rule: "pool-bypass",
    pool: example.POOL,
    netPerMinute: (leak.netPerMinute ?? 0) + 1,
    actions: leak.actions.map((action) => ({
      ...action,
      text: action.command === null ? action.text : `${action.text} Anew.`,
    })),
  });
  const service = { ...example.gunicorn(), verdicts: [bypass, leak], forecasts: [] };
  const text = advicePage(service, example.exampleHost(), example.lookOf(200)).join("\n");
  assert.ok(text.indexOf(" leaks connections") < text.indexOf(" opens connections"), text);
  assert.ok(
    text.includes("opens connections to MySQL 127.0.0.1:3306 past its pool: same cause as the leak of"),
  );
  assert.equal(text.split("prlimit").length, 2, text);
});

test("whom to ask stands above what to do, here and in the details, whatever was written there; nobody: nothing", () => {
  const host = example.exampleHost();
  const look = example.lookOf(120);
  for (const draw of [advicePage, inspectLines]) {
    const shown = (traits: Partial<ServiceView>) => draw({ ...example.gunicorn(), ...traits }, host, look);
    const lines = shown({ owner: "team-shop" });
    const at = lines.indexOf("Owner: team-shop");
    assert.ok(at > 0 && lines.findIndex((line) => line.startsWith("NOW ")) > at, lines.join("\n"));
    assert.ok(!shown({ owner: null }).join("\n").includes("Owner"));
    assert.ok(shown({ owner: "a\u001b[2J\nb" }).includes("Owner: a\\x1b[2J\\nb"));
    const quiet = shown({ owner: "team-shop", verdicts: [], forecasts: [] });
    assert.ok(!quiet.join("\n").includes("Owner"), "nothing is to be done");
  }
  assert.ok(inspectLines({ ...example.gunicorn(), owner: "team-shop" }, host, look).length <= 25);
});
