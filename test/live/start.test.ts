// npm start: what it says on a pipe, that it serves the dashboard meanwhile, and that nothing of it is left.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { makeScratch, type Scratch } from "../../lab/scratch.ts";
import { until } from "../../lab/wait.ts";

const START = new URL("../../scripts/start.ts", import.meta.url).pathname;

describe("npm start", () => {
  let scratch: Scratch;
  const started: ChildProcess[] = [];

  before(async () => {
    scratch = await makeScratch("start");
    writeFileSync(join(scratch.path, "descry.yaml"), "agent:\n  listen: 127.0.0.1:0\n");
  });
  after(async () => {
    for (const child of started) child.kill("SIGKILL");
    await scratch.remove();
  });

  function start(stateFolder: string): { child: ChildProcess; said: { out: string; err: string } } {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", START], {
      env: {
        ...process.env,
        DESCRY_CONFIG: join(scratch.path, "descry.yaml"),
        DESCRY_STATE_DIR: stateFolder,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    started.push(child);
    const said = { out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (more: string) => (said.out += more));
    child.stderr.setEncoding("utf8").on("data", (more: string) => (said.err += more));
    return { child, said };
  }

  const isGone = async (url: string): Promise<boolean> =>
    fetch(url).then(
      () => false,
      () => true,
    );

  for (const signal of ["SIGTERM", "SIGKILL"] as const)
    test(`on a pipe the first look, and a dashboard beside it, until ${signal}`, async () => {
      const { child, said } = start(join(scratch.path, `state-${signal}`));
      await until("the first look", () => / first look .* processes/.test(said.out));
      const url = await until(
        "the dashboard",
        () => /the dashboard: (http:\/\/127\.0\.0\.1:\d+)$/m.exec(said.err)?.[1] ?? null,
      );
      const page = await fetch(url, { headers: { accept: "text/html" } });
      assert.match(await page.text(), /<script type="module"/);
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
      await until("the end of the agent", () => isGone(url));
    });

  test("without a folder for an agent it says so, and watches all the same", async () => {
    const { child, said } = start("off");
    await until("the reason", () => /no dashboard of its own: .*needs a folder/.test(said.err));
    await until("the first look", () => / first look /.test(said.out));
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    assert.deepEqual((await ended)[1], null);
  });
});
