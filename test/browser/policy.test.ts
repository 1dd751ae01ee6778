// That the page's policy holds in a real browser, and that the tests beside this one would see it broken.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { until } from "../../lab/wait.ts";
import { Stage, WITHOUT_BROWSER } from "./stage.ts";

/** Of all scripts of the dashboard together, compressed. */
const MOST_SCRIPT_BYTES = 80 * 1024;

test("all scripts together are small", () => {
  const scripts = globSync(new URL("../../node_modules/.descry/web/assets/*.js", import.meta.url).pathname);
  assert.ok(scripts.length > 0, "nothing is built");
  const bytes = scripts.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0);
  assert.ok(bytes <= MOST_SCRIPT_BYTES, `${bytes} bytes`);
});

describe("the policy of the page", { skip: WITHOUT_BROWSER }, () => {
  let stage: Stage;
  before(async () => (stage = await Stage.open()));
  after(() => stage.close());

  /** What a page would do that was made to: each must be told as a fault, and leave no trace. */
  const attacks: Readonly<Record<string, { readonly says: RegExp; readonly attack: () => void }>> = {
    "a script without a file": {
      says: /^policy: (?:script-src|require-trusted-types-for)/,
      attack: () => {
        const script = document.createElement("script");
        script.append("globalThis.ran = true");
        document.body.append(script);
      },
    },
    "a script from elsewhere": {
      says: /^policy: (?:script-src|require-trusted-types-for)/,
      attack: () => {
        const script = document.createElement("script");
        script.setAttribute("src", "http://127.0.0.1:1/evil.js");
        document.body.append(script);
      },
    },
    "markup out of text": {
      says: /^policy: require-trusted-types-for/,
      attack: () => {
        const place = document.createElement("p");
        document.body.append(place);
        place.innerHTML = '<img src="x" onerror="globalThis.ran = true">';
      },
    },
    "an event attribute": {
      says: /^policy: (?:script-src-attr|require-trusted-types-for)/,
      attack: () => {
        const button = document.createElement("button");
        document.body.append(button);
        button.setAttribute("onclick", "globalThis.ran = true");
        button.click();
      },
    },
    "a request to elsewhere": {
      says: /^policy: connect-src/,
      attack: () => void fetch("http://127.0.0.1:1/").catch(() => {}),
    },
    "a frame": {
      says: /^policy: (?:frame-src|child-src)/,
      attack: () => {
        const frame = document.createElement("iframe");
        frame.setAttribute("src", "http://127.0.0.1:1/");
        document.body.append(frame);
      },
    },
  };

  for (const [name, { says, attack }] of Object.entries(attacks))
    test(`${name} does nothing, and is told`, async () => {
      const visit = await stage.look("/");
      assert.deepEqual(visit.faults, []);
      // What trusted types refuse is thrown as well.
      await visit.page.evaluate(attack).catch(() => {});
      await until("the report", () => visit.faults.some((fault) => says.test(fault)), {
        timeoutSeconds: 5,
      }).catch((error: unknown) => assert.fail(`${String(error)}: ${visit.faults.join("; ")}`));
      assert.equal(await visit.page.evaluate(() => "ran" in globalThis), false);
      await assert.rejects(visit.end(), /policy/);
    });

  test("markup that came with the page itself does nothing, and is told", async () => {
    const visit = await stage.look("/");
    await visit.page.route("**/incidents", async (route) => {
      const response = await route.fetch();
      const inserted =
        '<script>globalThis.ran = true</script><img src="x" onerror="globalThis.ran = true"></body>';
      await route.fulfill({ response, body: (await response.text()).replace("</body>", inserted) });
    });
    await visit.page.goto(`${stage.url}/incidents`);
    await visit.page.getByRole("heading", { level: 1 }).waitFor();
    for (const directive of ["script-src-elem", "script-src-attr"])
      await until(directive, () => visit.faults.some((fault) => fault.startsWith(`policy: ${directive}`)));
    assert.equal(await visit.page.evaluate(() => "ran" in globalThis), false);
    await assert.rejects(visit.end(), /policy/);
  });

  test("an error, a message and a dialog are faults", async () => {
    const visit = await stage.look("/");
    await visit.page.evaluate(() => {
      setTimeout(() => {
        throw new Error("thrown on purpose");
      });
      console.error("said on purpose");
      alert("asked on purpose");
    });
    for (const word of ["thrown", "said", "asked"])
      await until(word, () => visit.faults.some((fault) => fault.includes(`${word} on purpose`)));
    await assert.rejects(visit.end(), /on purpose/);
  });
});
