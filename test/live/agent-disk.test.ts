// The agent on a disk that is full for a while.
import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Heard } from "../../bench/agent/heard.ts";
import { makeScratch } from "../../lab/scratch.ts";
import { until } from "../../lab/wait.ts";
import { AgentProgram, Receiver, startFull } from "./agent-program.ts";
import { fill, onSmallDisk } from "./small-disk.ts";

const since = Date.now();

/** Hears what the agent shows as kept now; how many seconds are known by then. */
async function hear(agent: AgentProgram, heard: Heard): Promise<number> {
  const { status, body } = await agent.get(Heard.pathOf(since));
  if (status === 200) heard.series(JSON.parse(body) as Parameters<Heard["series"]>[0]);
  return heard.ticks;
}

async function historyIs(agent: AgentProgram, ok: boolean): Promise<boolean> {
  const { status, body } = await agent.get("/readyz");
  return body.includes(`"history","ok":${ok}`) && status === (ok ? 200 : 503);
}

test("a full disk stops neither watching nor telling; history goes on when there is room, and has lost nothing", async (context) => {
  if (process.getuid?.() !== 0) return context.skip("mounting a small file system needs root");
  const scratch = await makeScratch("disk");
  context.after(() => scratch.remove());
  const receiver = new Receiver();
  context.after(() => receiver.close());
  const configuration = join(scratch.path, "descry.yaml");
  const channel = `channels:\n  ops:\n    kind: webhook\n    url: ${await receiver.listen()}\n`;
  writeFileSync(configuration, `${channel}alerts:\n  proven-for: 1s\n`);
  const disk = join(scratch.path, "disk");
  mkdirSync(disk);

  await onSmallDisk(disk, async (folder) => {
    const agent = new AgentProgram(["--config", configuration, "--state-dir", folder]);
    try {
      const heard = new Heard(since);
      await until("some seconds of history", async () => (await hear(agent, heard)) > 1);
      const ballast = join(folder, "ballast");
      fill(ballast);
      await until("it to say so", () => historyIs(agent, false));
      await until("it to be told", () => /disk is full/.test(agent.said));
      const before = await hear(agent, heard);

      const program = await startFull(join(scratch.path, "full-meanwhile.py"));
      context.after(() => program.kill("SIGKILL"));
      const service = "python3 full-meanwhile.py";
      await until("the alert", () => receiver.of(service).some(({ kind }) => kind === "firing"));
      const { body } = await agent.get("/api/v1/verdicts");
      assert.ok(body.includes(service), "what stands is shown");
      assert.equal(await hear(agent, heard), before, "nothing new is kept, and what was is still shown");
      const told = Date.now();

      rmSync(ballast);
      await until("history to be written again", () => historyIs(agent, true));
      assert.match((await agent.get("/metrics")).body, /^descry_history_ticks_lost_total 0$/m);
      assert.ok((await hear(agent, heard)) > before, "what waited was written");
      await until("the verdict of that time", async () =>
        (await agent.get(`/api/v1/verdicts?from=${new Date(since).toISOString()}`)).body.includes(service),
      );
      await until("it to go on", async () => {
        await hear(agent, heard);
        return heard.newest > told;
      });
      assert.equal(await agent.end(), 0);
      assert.deepEqual(heard.heldIn(folder), { fault: null, lostTicks: 0, lostEvents: 0 });
      assert.deepEqual(
        receiver.of(service).map(({ kind }) => kind),
        ["firing"],
      );
    } finally {
      await agent.end("SIGKILL");
    }
  });
});
