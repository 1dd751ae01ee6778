// The dashboard as a person meets it: a browser that is open while a program begins to leak, among services whose names
// are made to do harm.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { AxeResults } from "axe-core";
import { until } from "../../lab/wait.ts";
import { Stage, type Visit, WITHOUT_BROWSER } from "./stage.ts";

const LEAK = new URL("../../lab/mkleak.py", import.meta.url).pathname;
const HOSTILE = new URL("hostile.py", import.meta.url).pathname;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Listed {
  readonly services: readonly { readonly id: string; readonly service: string }[];
}
interface Verdicts {
  readonly verdicts: readonly { readonly service: string }[];
}

describe("the dashboard", { skip: WITHOUT_BROWSER }, () => {
  let stage: Stage;
  let folder: string;
  before(async () => {
    stage = await Stage.open();
    folder = mkdtempSync(join(tmpdir(), "descry-hostile-"));
    mkdirSync(join(folder, "names"));
  });
  after(async () => {
    await stage.close();
    rmSync(folder, { recursive: true });
  });

  const services = async (): Promise<Listed["services"]> =>
    (await stage.answer<Listed>("/api/v1/services?limit=500")).services;

  /** The service that leaks, once the agent says so. */
  const leaking = (): Promise<string> =>
    stage
      .answers("a verdict", "/api/v1/verdicts", ({ verdicts }: Verdicts) =>
        verdicts.find(({ service }) => service.includes("mkleak")),
      )
      .then(({ service }) => service);

  /** Nothing of what the host calls its things has become a part of the page, or has run. */
  async function expectHarmless({ page, faults }: Visit, where: string): Promise<void> {
    assert.equal(
      await page.locator("main :is(img, script, iframe, object, b > b, [onerror], [onmouseover])").count(),
      0,
      where,
    );
    assert.equal(await page.evaluate(() => "ran" in globalThis), false, where);
    assert.deepEqual(faults, [], where);
  }

  test("a leak appears on the page that is open, without a reload", async () => {
    const visit = await stage.look("/");
    const { page } = visit;
    await page.getByRole("status").getByText("live", { exact: true }).waitFor();
    await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
    assert.doesNotMatch(await page.locator("main").innerText(), /mkleak/);
    stage.start("python3", HOSTILE, join(folder, "names"));
    stage.start("python3", LEAK, "tcp", "--rate", "600", "--limit", "128");
    const service = await leaking();
    await page.locator("main").getByRole("link", { name: service }).first().waitFor();
    assert.equal(await page.evaluate(() => "sameDocument" in globalThis), true);
    await expectHarmless(visit, "overview");
    await visit.end();
  });

  test("the overview says which host it is", async () => {
    const { host } = await stage.answer<{ host: string }>("/api/v1/snapshot?limit=1");
    const visit = await stage.look("/");
    const named = visit.page.getByText(host).or(visit.page.getByLabel(host));
    await named.first().waitFor();
    await visit.end();
  });

  test("every name is text on the page of its service, and does nothing", async () => {
    const ids = new Map((await services()).map(({ id, service }) => [id, service]));
    const names = [...ids.values()];
    for (const part of [
      "<img src=x onerror",
      "\u001b[31m",
      "\u202egnp.exe",
      "\ufffd",
      "L".repeat(60),
      "{{",
      "\"' onmouse",
    ])
      assert.ok(
        names.some((name) => name.includes(part)),
        `${JSON.stringify(part)} is no part of ${JSON.stringify(names.map((name) => name.slice(0, 60)))}`,
      );
    const visit = await stage.look("/descriptors");
    for (const [id, service] of ids) {
      await visit.page.goto(`${stage.url}/services/${encodeURIComponent(id)}`);
      const begins = service.trim().slice(0, 20);
      await until(`${JSON.stringify(begins)} on its page`, async () =>
        ((await visit.page.locator("main").textContent()) ?? "").includes(begins),
      );
      await expectHarmless(visit, JSON.stringify(service.slice(0, 80)));
    }
    for (const path of ["/", "/incidents", "/descriptors"]) {
      await stage.goTo(visit, path);
      await expectHarmless(visit, path);
    }
    await visit.end();
  });

  test("an address that leads nowhere in the page, or is made to do harm, does nothing", async () => {
    const visit = await stage.look("/");
    for (const path of ["/services/%3Cimg%20src=x%20onerror=globalThis.ran=1%3E", "/?at=%3Cscript%3E"]) {
      await visit.page.goto(stage.url + path);
      await visit.page.locator("main h1, main h2").first().waitFor();
      assert.equal(await visit.page.locator("main :is(img, script)").count(), 0, path);
      assert.equal(await visit.page.evaluate(() => "ran" in globalThis), false, path);
    }
    await visit.page.context().close();
  });

  /** Each page, and that of the service that leaks. */
  async function everyPath(): Promise<readonly string[]> {
    const service = await leaking();
    const id = (await services()).find((one) => one.service === service)?.id;
    assert.ok(id !== undefined);
    return ["/", `/services/${id}`, "/incidents", "/descriptors"];
  }

  for (const colorScheme of ["light", "dark"] as const)
    test(`nobody is kept out (axe-core), ${colorScheme}`, async () => {
      const visit = await stage.look("/", { colorScheme });
      await visit.page.addInitScript({ content: AXE });
      const told: string[] = [];
      for (const path of await everyPath()) {
        await stage.goTo(visit, path);
        const { violations, passes } = await visit.page.evaluate(() =>
          (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
        );
        assert.ok(
          passes.some(({ id }) => id === "color-contrast"),
          path,
        );
        for (const { id, help, nodes } of violations)
          for (const { html, target } of nodes)
            told.push(`${path}: ${id}: ${help}: ${String(target)}: ${html.slice(0, 200)}`);
      }
      assert.deepEqual(told, []);
      await visit.end();
    });

  test("on a phone no page is wider than the screen", async () => {
    const visit = await stage.look("/", { viewport: { width: 390, height: 800 } });
    for (const path of await everyPath()) {
      await stage.goTo(visit, path);
      assert.equal(await visit.page.evaluate(() => document.documentElement.scrollWidth), 390, path);
    }
    await visit.end();
  });

  test("an agent that has gone is said, and what was known stays", async () => {
    const visit = await stage.look("/");
    await visit.page.getByRole("status").getByText("live", { exact: true }).waitFor();
    const heading = await visit.page.locator("main h1").innerText();
    await stage.endAgent();
    await visit.page.getByRole("status").getByText("disconnected").waitFor();
    assert.equal(await visit.page.locator("main h1").innerText(), heading);
    // That nobody answers is what the browser says of it.
    assert.deepEqual(
      visit.faults.filter((fault) => !/ERR_|net::/.test(fault)),
      [],
    );
    await visit.page.context().close();
  });
});
