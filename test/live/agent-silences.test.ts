// Silences through the agent as people run it: nothing is told while one holds, and what still fires is told when it ends.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, afterEach, before, describe, test } from "node:test";
import { makeScratch, type Scratch } from "../../lab/scratch.ts";
import { until } from "../../lab/wait.ts";
import type { ListedAlert } from "../../src/model/alert.ts";
import type { Snapshot } from "../../src/model/snapshot.ts";
import type { SilenceAnswer } from "../../src/server/api.ts";
import { DESCRY } from "../program.ts";
import { AgentProgram, Receiver } from "./agent-program.ts";

/** Opens files until none can be opened any more, and waits. Its name is the service's. */
const FULL = `import os, resource, time
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
try:
    while True:
        os.open("/dev/null", os.O_RDONLY)
except OSError:
    pass
print("full", flush=True)
time.sleep(600)
`;
const NAME = "full-silenced.py";
const SERVICE = `python3 ${NAME}`;

describe("descry alert beside descry agent", () => {
  const receiver = new Receiver();
  const agents: AgentProgram[] = [];
  let scratch: Scratch;
  let program: ChildProcess | null = null;

  async function start(): Promise<AgentProgram> {
    const configuration = join(scratch.path, "descry.yaml");
    const agent = new AgentProgram(["--config", configuration, "--state-dir", join(scratch.path, "state")]);
    agents.push(agent);
    await agent.url();
    await until("the first reading", async () => (await agent.get("/api/v1/snapshot")).status === 200);
    return agent;
  }

  /** What `descry alert` prints; it has to succeed, and may say that nobody has that name yet. */
  async function alert(agent: AgentProgram, ...args: string[]): Promise<string> {
    const asked = spawn(DESCRY, ["alert", ...args], {
      env: { ...process.env, DESCRY_AGENT: (await agent.url()).replace("http://", "") },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const code = once(asked, "exit") as Promise<[number]>;
    const [said, failed] = await Promise.all([text(asked.stdout), text(asked.stderr)]);
    assert.equal((await code)[0], 0, failed);
    return said;
  }

  async function firing(agent: AgentProgram): Promise<ListedAlert | null> {
    const { body } = await agent.get("/api/v1/alerts");
    const { alerts } = JSON.parse(body) as { alerts: ListedAlert[] };
    return alerts.find(({ service, phase }) => service === SERVICE && phase === "firing") ?? null;
  }

  /** Alerts are stepped, and what is to be told is told, with each. */
  async function tick(agent: AgentProgram): Promise<void> {
    const newest = async () => /"at":"([^"]+)"/.exec((await agent.get("/api/v1/snapshot")).body)?.[1];
    const at = await newest();
    await until("another tick", async () => (await newest()) !== at);
  }

  before(async () => {
    scratch = await makeScratch("silences");
    const url = await receiver.listen();
    writeFileSync(
      join(scratch.path, "descry.yaml"),
      `channels:\n  ops:\n    kind: webhook\n    url: ${url}\nalerts:\n  proven-for: 1s\n  gone-for: 1s\nservices:\n  ${SERVICE}:\n    owner: team-shop\n`,
    );
  });

  afterEach(() => Promise.all(agents.map((agent) => agent.end("SIGKILL"))));

  after(async () => {
    program?.kill("SIGKILL");
    receiver.close();
    await scratch.remove();
  });

  test("a silence holds across a kill of the agent; when it is ended, what fires is told once", async () => {
    const agent = await start();
    const made = await alert(
      agent,
      "silence",
      "--service",
      SERVICE,
      "--for",
      "2h",
      "--comment",
      "a test",
      "--json",
    );
    const { silence, durable } = JSON.parse(made) as SilenceAnswer;
    assert.deepEqual([silence.service, durable], [SERVICE, true]);
    // Whoever was answered finds it again.
    await agent.end("SIGKILL");

    writeFileSync(join(scratch.path, NAME), FULL);
    program = spawn("python3", [join(scratch.path, NAME)], { stdio: ["ignore", "pipe", "ignore"] });
    assert.ok(program.stdout !== null);
    await once(program.stdout, "data");
    const again = await start();
    const held = await until("it to fire", () => firing(again));
    assert.equal(held.silence?.id, silence.id);
    assert.match(
      await alert(again, "list"),
      /owner team-shop\n(.*\n)+.*silenced until .*\d\d:\d\d by .*: a test/,
    );
    const { services } = JSON.parse((await again.get("/api/v1/snapshot")).body) as Snapshot;
    assert.equal(services.find(({ service }) => service === SERVICE)?.owner, "team-shop");
    await tick(again);
    assert.deepEqual(receiver.of(SERVICE), []);

    assert.match(await alert(again, "unsilence", silence.id), /^The silence of service .* ended at /);
    await until("the message", () => receiver.of(SERVICE).length > 0);
    assert.equal((await firing(again))?.silence, null);
    await tick(again);
    assert.deepEqual(
      receiver.of(SERVICE).map(({ kind }) => kind),
      ["firing"],
    );
    assert.equal(await again.end(), 0);
  });
});
