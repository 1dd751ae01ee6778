import assert from "node:assert/strict";
import { test } from "node:test";
import * as example from "../example/host.ts";
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
