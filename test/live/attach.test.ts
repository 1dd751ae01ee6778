// The program beside an agent's HTTP side that sees this very host: what the kernel says passes the schema, and is told.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { until } from "../../lab/wait.ts";
import { runningAgent } from "../../src/agent/here.ts";
import { observe } from "../../src/agent/observe.ts";
import { openKernel } from "../../src/agent/sources.ts";
import type { ServiceView, Snapshot } from "../../src/model/snapshot.ts";
import { EVERYTHING } from "../../src/model/targets.ts";
import type { Desk } from "../../src/server/ports.ts";
import { DEFAULT_SERVER_OPTIONS } from "../../src/server/options.ts";
import { type RunningServer, startServer } from "../../src/server/server.ts";
import { DESCRY } from "../program.ts";

describe("beside an agent that watches this host", () => {
  const stop = new AbortController();
  let latest: Snapshot | null = null;
  let watching: Promise<void>;
  let server: RunningServer;

  before(async () => {
    const desk: Desk = {
      host: "this-host",
      agent: runningAgent("/proc", "0.1.0", Date.now()),
      snapshot: () => latest,
      standing: () => latest?.services.flatMap((view) => [...view.verdicts, ...view.forecasts]) ?? [],
      alerts: () => [],
      silences: { list: () => [], add: () => null, end: () => null },
      history: null,
      subscribe: () => () => {},
      metrics: () => "",
      readiness: () => ({ ready: true, checks: [] }),
      listing: () => Promise.resolve({ none: "gone" }),
    };
    const options = { ...DEFAULT_SERVER_OPTIONS, listen: "127.0.0.1:0" };
    server = await startServer(desk, options, (error) => assert.fail(String(error)));
    watching = (async () => {
      const { signal } = stop;
      const ticks = observe(openKernel(), { targets: EVERYTHING, interval: 1000, signal });
      for await (const tick of ticks) latest = tick.snapshot();
    })();
    await until("two readings", () => (latest?.watchedSeconds ?? 0) > 0);
  });

  after(async () => {
    stop.abort();
    await watching;
    await server.close();
  });

  async function descry(...args: string[]) {
    const began = performance.now();
    const env = { ...process.env, DESCRY_AGENT: `127.0.0.1:${server.port}` };
    const child = spawn(DESCRY, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    const code = new Promise<number | null>((resolve) => child.once("exit", resolve));
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await code, out, err, seconds: (performance.now() - began) / 1000 };
  }

  test("check of a process answers at once, by the agent", async (t) => {
    // Of this process the check itself would be a descendant, which the agent may see or not.
    const quiet = spawn("sleep", ["600"], { stdio: "ignore" });
    t.after(() => quiet.kill("SIGKILL"));
    await until("it to be seen", () =>
      latest?.services.some(({ processes }) => processes.some(({ pid }) => pid === quiet.pid)),
    );
    const { out, err, seconds } = await descry("check", "--pid", String(quiet.pid));
    assert.match(
      out,
      new RegExp(
        `^DESCRY \\w+ - .*pid ${quiet.pid}\\b.*; from the agent on 127\\.0\\.0\\.1:${server.port}, `,
      ),
    );
    assert.equal(err, "");
    assert.ok(seconds < 20, `${seconds} s, of two minutes that it would watch`);
  });

  test("top --once --json and inspect --json have the shapes that they have without an agent", async () => {
    const attached = JSON.parse((await descry("top", "--once", "--json")).out) as Snapshot;
    const alone = JSON.parse((await descry("top", "--once", "--json", "--no-agent")).out) as Snapshot;
    assert.ok(attached.watchedSeconds > 0 && alone.watchedSeconds < 1);
    assert.deepEqual(Object.keys(attached).toSorted(), Object.keys(alone).toSorted());
    const own = JSON.parse((await descry("inspect", String(process.pid), "--json")).out) as ServiceView;
    assert.ok(own.processes.some(({ pid }) => pid === process.pid));
    assert.deepEqual(Object.keys(own).toSorted(), Object.keys(alone.services[0] ?? {}).toSorted());
  });

  test("a process that it has not seen yet is looked at here", async () => {
    const { out } = await descry("inspect", String(process.pid), "--no-agent");
    assert.doesNotMatch(out, /from the agent/);
    const unknown = await descry("inspect", "4194303");
    assert.equal(unknown.code, 3);
    assert.match(unknown.err, /There is no process 4194303/);
  });
});
