import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { MemoryOrder } from "../agent/memory.ts";
import { run as check } from "./commands/check.ts";
import { run as config } from "./commands/config.ts";
import { run as inspect } from "./commands/inspect.ts";
import { run as record } from "./commands/record.ts";
import { run as replay } from "./commands/replay.ts";
import { run as top } from "./commands/top.ts";
import { run as watch } from "./commands/watch.ts";
import { surroundingsOf } from "./example/surroundings.ts";
import { usualStateFolder } from "./knowledge.ts";
import type { RawFlags } from "./options.ts";
import type { Command, Surroundings } from "./surroundings.ts";

async function play(
  command: Command,
  flags: RawFlags,
  { operand = null, ...around }: { operand?: string | null } & Partial<Surroundings> = {},
) {
  const { surroundings, recorded } = surroundingsOf({ ticks: [{}] });
  const usual = { configuration: "/nowhere/descry.yaml", stateFolder: "/usual" };
  const code = await command(flags, operand, { ...surroundings, usual, ...around });
  return { ...recorded, code };
}

async function ordered(...how: Parameters<typeof play>): Promise<readonly Partial<MemoryOrder>[]> {
  const { remembered } = await play(...how);
  return remembered.map(({ folder, named, writes }) => ({ folder, named, writes }));
}

test("top and watch keep what they learned, check, inspect and top --once read it, record and replay do neither", async () => {
  const usual = (writes: boolean) => [{ folder: "/usual", named: false, writes }];
  assert.deepEqual(await ordered(top, {}), usual(true));
  assert.deepEqual(await ordered(watch, {}), usual(true));
  assert.deepEqual(await ordered(top, { once: true }), usual(false));
  assert.deepEqual(await ordered(check, {}), usual(false));
  assert.deepEqual(await ordered(inspect, {}), usual(false));
  assert.deepEqual(await ordered(record, { output: "x" }), []);
  assert.deepEqual(await ordered(replay, {}, { operand: "a" }), []);
  assert.deepEqual(await ordered(watch, { pid: ["812"] }), usual(false), "some processes are no service");
});

test("a state folder is named by flag, then by environment; off is none", async () => {
  const environment = { DESCRY_STATE_DIR: "/environment" };
  const named = (folder: string, writes = true) => [{ folder, named: true, writes }];
  assert.deepEqual(await ordered(watch, {}, { environment }), named("/environment"));
  assert.deepEqual(await ordered(watch, { stateDir: "/flag" }, { environment }), named("/flag"));
  assert.deepEqual(await ordered(watch, { stateDir: "off" }, { environment }), []);
  assert.deepEqual(await ordered(watch, {}, { environment: { DESCRY_STATE_DIR: "off" } }), []);
  assert.deepEqual(await ordered(replay, {}, { operand: "a", environment }), [], "a replay has to be told");
  const replayed = await ordered(replay, { stateDir: "/flag" }, { operand: "a", environment });
  assert.deepEqual(replayed, named("/flag", false));
  await assert.rejects(play(watch, { stateDir: "" }), /--state-dir needs a folder/);
});

test("that nothing is kept in the folder that was named is said in one line on standard error", async () => {
  const { err } = await play(watch, { stateDir: "/flag", pid: ["812"] });
  assert.equal(err.length, 1);
  assert.match(err[0] ?? "", /^descry: with --pid nothing is kept in \/flag: /);
  assert.deepEqual((await play(watch, { stateDir: "/flag" })).err, []);
  assert.deepEqual((await play(watch, { pid: ["812"] })).err, [], "nobody named the usual one");
  assert.deepEqual((await play(check, { stateDir: "/flag", pid: ["812"] })).err, [], "check only reads");
  const { surroundings, recorded } = surroundingsOf({ ticks: [{}], keptElsewhere: true });
  await watch({ stateDir: "/flag" }, null, surroundings);
  assert.equal(recorded.err.length, 1);
  assert.match(recorded.err[0] ?? "", /^descry: another descry keeps \/flag: /);
});

test("the usual state folder is the system's for root, else the user's", () => {
  assert.equal(usualStateFolder({ HOME: "/root" }, 0), "/var/lib/descry");
  assert.equal(usualStateFolder({ HOME: "/home/a" }, 1000), "/home/a/.local/state/descry");
  assert.equal(usualStateFolder({ HOME: "/home/a", XDG_STATE_HOME: "/state" }, 1000), "/state/descry");
  assert.equal(
    usualStateFolder({ HOME: "/home/a", XDG_STATE_HOME: "state" }, 1000),
    "/home/a/.local/state/descry",
  );
  assert.equal(usualStateFolder({}, 1000), null);
});

test("a configuration that is no good stops every command before it reads the host, and check says UNKNOWN", async () => {
  const folder = mkdtempSync(join(tmpdir(), "descry-cli-config-"));
  try {
    const file = join(folder, "descry.yaml");
    writeFileSync(file, "services:\n  a:\n    pool: 1\n");
    for (const command of [top, watch, inspect, record]) {
      const { surroundings, recorded } = surroundingsOf({ ticks: [{}] });
      const ran = command({ config: file, output: "x" }, null, surroundings);
      await assert.rejects(ran, {
        message: `${file}:3: "pool" is no setting of services.a.`,
        mend: "Did you mean pools?",
      });
      assert.deepEqual(recorded.observed, []);
    }
    const { code, out } = await play(check, {}, { environment: { DESCRY_CONFIG: file } });
    assert.deepEqual(
      [code, out],
      [3, [`DESCRY UNKNOWN - ${file}:3: "pool" is no setting of services.a. Did you mean pools?`]],
    );
    await assert.rejects(play(replay, { config: file }, { operand: "a" }), /is no setting/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("config: check says everything that is wrong, show what is in force, reference all there is", async () => {
  const folder = mkdtempSync(join(tmpdir(), "descry-cli-config-"));
  try {
    const file = join(folder, "descry.yaml");
    const asked = async (operand: string, flags: RawFlags = { config: file }) =>
      play(config, flags, { operand });
    writeFileSync(file, "services:\n  a: { pool: 1, shape: stady }\n");
    const wrong = await asked("check");
    assert.deepEqual([wrong.code, wrong.out], [3, []]);
    assert.deepEqual(wrong.err, [
      `${file}:2: "pool" is no setting of services.a. Did you mean pools?`,
      `${file}:2: services.a.shape is "stady". Did you mean steady?`,
    ]);
    await assert.rejects(asked("show"), /is no setting|is "stady"/);
    const json = JSON.parse((await asked("check", { config: file, json: true })).out[0] ?? "") as {
      faults: { line: number }[];
    };
    assert.deepEqual(
      json.faults.map(({ line }) => line),
      [2, 2],
    );
    writeFileSync(file, 'services:\n  "\\u202e":\n    shape: steady\n');
    assert.deepEqual((await asked("check")).out, [`${file} is good: 1 service declared.`]);
    const lines = (await asked("show")).out;
    assert.deepEqual(lines.slice(0, 5), [
      `# ${file}`,
      "services:",
      "  \\u{202e}:",
      "    shape: steady",
      "    pools: {}",
    ]);
    assert.ok(lines.includes("  cpu-budget: 1%"), "what the file says nothing of has its default");
    const shown = JSON.parse((await asked("show", { config: file, json: true })).out[0] ?? "") as {
      settings: { services: Record<string, { shape: string }> };
    };
    assert.equal(shown.settings.services["\u202e"]?.shape, "steady");
    assert.deepEqual((await asked("check", {})).out, [
      "There is no configuration: everything has its default.",
    ]);
    assert.match((await asked("reference")).out[0] ?? "", /^# Configuration/);
    await assert.rejects(asked("chek"), /descry config has no chek/);
    await assert.rejects(asked("check", { config: "" }), /--config needs a file/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
