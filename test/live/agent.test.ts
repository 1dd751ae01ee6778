// The agent as people run it: what it serves, what it tells, and what it remembers across its own end.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, afterEach, before, describe, test } from "node:test";
import { makeScratch, type Scratch } from "../../lab/scratch.ts";
import { until } from "../../lab/wait.ts";
import type { Snapshot } from "../../src/model/snapshot.ts";
import { DESCRY } from "../program.ts";
import { AgentProgram, Receiver, startFull } from "./agent-program.ts";

describe("descry agent", () => {
  const receiver = new Receiver();
  const agents: AgentProgram[] = [];
  const programs: ChildProcess[] = [];
  let scratch: Scratch;
  let configuration: string;
  let folder: string;
  let url: string;

  const configured = (more = ""): void =>
    writeFileSync(
      configuration,
      `channels:\n  ops:\n    kind: webhook\n    url: ${url}\nalerts:\n  proven-for: 1s\n  gone-for: 1s\n${more}`,
    );

  function start(): AgentProgram {
    const agent = new AgentProgram(["--config", configuration, "--state-dir", folder]);
    agents.push(agent);
    return agent;
  }

  async function full(name: string): Promise<{ service: string; program: ChildProcess }> {
    const program = await startFull(join(scratch.path, `${name}.py`));
    programs.push(program);
    return { service: `python3 ${name}.py`, program };
  }

  before(async () => {
    scratch = await makeScratch("agent");
    configuration = join(scratch.path, "descry.yaml");
    folder = join(scratch.path, "state");
    url = await receiver.listen();
    configured();
  });

  // One that is left by a test that failed would keep the folder of the next.
  afterEach(() => Promise.all(agents.map((agent) => agent.end("SIGKILL"))));

  after(async () => {
    for (const program of programs) program.kill("SIGKILL");
    receiver.close();
    await scratch.remove();
  });

  test("tells a full process once, also across its own kill, and that it is over", async () => {
    const { service, program } = await full("full-told");
    const agent = start();
    await until("the message", () => receiver.of(service).length > 0);
    const [fires] = receiver.of(service);
    assert.equal(fires?.kind, "firing");
    assert.equal(fires?.alert.severity, "page");
    // Before that is noted, a kill makes it come a second time, under the same id.
    await until("its delivery to be noted", async () =>
      /descry_notifications_total\{channel="ops",outcome="delivered"\} [1-9]/.test(
        (await agent.get("/metrics")).body,
      ),
    );
    await agent.end("SIGKILL");
    const again = start();
    await until("what stands to be found again", async () =>
      (await again.get("/api/v1/verdicts")).body.includes(service),
    );
    program.kill("SIGKILL");
    await until("its end", () => receiver.of(service).some(({ kind }) => kind === "resolved"), {
      timeoutSeconds: 60,
    });
    assert.deepEqual(
      receiver.of(service).map(({ kind }) => kind),
      ["firing", "resolved"],
      "it was told again after the kill",
    );
    assert.equal(new Set(receiver.of(service).map(({ alert }) => alert.id)).size, 1);
    assert.equal(await again.end(), 0);
  });

  test("a receiver that is down gets what it missed, once, also when the agent was started again meanwhile", async () => {
    receiver.down = true;
    const { service } = await full("full-missed");
    const agent = start();
    await until("a failed attempt", async () =>
      /channel ops.*it fails since/.test((await agent.get("/readyz")).body),
    );
    assert.equal((await agent.get("/readyz")).status, 503);
    assert.equal(await agent.end(), 0);
    assert.equal(receiver.of(service).length, 0);
    receiver.down = false;
    const again = start();
    await until("the message", () => receiver.of(service).length > 0);
    await until("the agent to be ready", async () => (await again.get("/readyz")).status === 200);
    assert.equal(receiver.of(service).length, 1);
    assert.equal(await again.end(), 0);
  });

  test("serves what it knows, keeps history, and top, inspect and check ask it", async () => {
    const { service } = await full("full-served");
    const agent = start();
    const address = (await agent.url()).replace("http://", "");
    await until("the service", async () => {
      const { status, body } = await agent.get("/api/v1/snapshot");
      return (
        status === 200 && (JSON.parse(body) as Snapshot).services.some((view) => view.service === service)
      );
    });
    const page = (await agent.get("/metrics")).body;
    assert.match(page, /^descry_service_descriptor_limit\{service="python3 full-served\.py"\} 64$/m);
    for (const stage of ["read", "judge", "draw", "history"])
      await until(`the cost of ${stage}`, async () =>
        (await agent.get("/metrics")).body.includes(`descry_stage_duration_seconds_count{stage="${stage}"}`),
      );
    const named = spawn(DESCRY, ["check", "--service", service], {
      env: { ...process.env, DESCRY_AGENT: address },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const code = once(named, "exit") as Promise<[number]>;
    assert.match(await text(named.stdout), /^DESCRY CRITICAL - .*from the agent on/);
    assert.deepEqual((await code)[0], 2);
    await until("history", async () =>
      (await agent.get("/api/v1/series?measure=open-files")).body.includes('"measure":"open-files"'),
    );
    assert.equal(await agent.end(), 0);
  });

  test("SIGHUP reads the configuration again; what is wrong with it changes nothing", async () => {
    const agent = start();
    await agent.url();
    writeFileSync(configuration, "alerts: { gone-fro: 1s }\n");
    agent.child.kill("SIGHUP");
    await until("the refusal", () => agent.said.includes("The configuration stays as it was"));
    assert.match(agent.said, /descry\.yaml:1: "gone-fro" is no setting of alerts.*Did you mean gone-for/);
    assert.equal((await agent.get("/healthz")).status, 200);
    const { service } = await full("full-ignored");
    configured(`services:\n  ${service}:\n    ignore: true\n`);
    agent.child.kill("SIGHUP");
    await until("the new configuration", () => agent.said.includes("is in force"));
    await until("what is ignored not to stand", async () => {
      const { status, body } = await agent.get("/api/v1/verdicts");
      return status === 200 && !body.includes(service);
    });
    assert.equal(await agent.end(), 0);
    configured();
  });

  test("refuses what it cannot serve with, in words", async () => {
    const first = start();
    const { host } = new URL(await first.url());
    const refused = async (args: readonly string[]): Promise<string> => {
      const child = spawn(DESCRY, ["agent", "--state-dir", join(scratch.path, "other"), ...args], {
        stdio: ["ignore", "ignore", "pipe"],
      });
      const code = once(child, "exit") as Promise<[number]>;
      const said = await text(child.stderr);
      assert.equal((await code)[0], 3);
      return said;
    };
    assert.match(await refused(["--listen", host]), /another program has that port/);
    assert.match(await refused(["--listen", "0.0.0.0:0"]), /token/);
    assert.match(await refused(["--state-dir", "off"]), /needs a folder/);
    assert.equal(await first.end(), 0);
  });

  test("goes on watching when its folder is taken away, and says so", async () => {
    const agent = start();
    await agent.url();
    rmSync(folder, { recursive: true });
    await until("the history to be missed", async () =>
      /"history","ok":false/.test((await agent.get("/readyz")).body),
    );
    const { status } = await agent.get("/api/v1/snapshot");
    assert.equal(status, 200);
    assert.equal(await agent.end(), 0);
  });
});
