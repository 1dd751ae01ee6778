// The unit that descry install writes, under systemd's own checks, and its capabilities under the kernel's.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { until } from "../../lab/wait.ts";
import { rightsOf } from "../../src/cli/install/unit.ts";
import { needs } from "../needs.ts";
import { DESCRY } from "../program.ts";
import { AgentProgram, Receiver, startFull } from "./agent-program.ts";

/** What systemd-analyze security of systemd 252 says of it; docs/install.md names both, and what the rest is made of. */
const EXPOSURE = { yes: 2.6, no: 2.3 } as const;

/** Installed into a folder, with a program that is there. */
function installed(context: TestContext, containers: string): string {
  const root = mkdtempSync(join(tmpdir(), "descry-unit-"));
  context.after(() => rmSync(root, { recursive: true }));
  const args = ["install", "--root", root, "--program", "/usr/bin/env", "--containers", containers];
  const { status, stderr } = spawnSync(DESCRY, args, { encoding: "utf8" });
  assert.deepEqual([status, stderr], [0, ""]);
  return join(root, "etc/systemd/system/descry.service");
}

for (const containers of ["yes", "no"] as const) {
  test(`systemd takes the unit (containers: ${containers})`, { skip: needs("systemd") }, (context) => {
    const unit = installed(context, containers);
    const verified = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" });
    assert.deepEqual([verified.status, verified.stderr], [0, ""]);
  });

  test(
    `its exposure is what is documented (containers: ${containers})`,
    { skip: needs("systemd") },
    (context) => {
      const unit = installed(context, containers);
      const args = ["security", "--no-pager", "--offline=yes", unit];
      const { stdout } = spawnSync("systemd-analyze", args, { encoding: "utf8" });
      const exposure = Number(/Overall exposure level for descry\.service: ([\d.]+)/.exec(stdout)?.[1]);
      assert.ok(exposure <= EXPOSURE[containers], stdout);
      const documented = readFileSync(new URL("../../docs/install.md", import.meta.url), "utf8");
      assert.ok(documented.includes(`${EXPOSURE[containers]}`));
    },
  );
}

test("a read-only system is said to be one", (context) => {
  const root = mkdtempSync(join(tmpdir(), "descry-unit-"));
  context.after(() => rmSync(root, { recursive: true }));
  const install =
    'mount -t tmpfs -o ro none "$1" || exit 99; exec "$0" install --root "$1" --program /usr/bin/env';
  const args = ["--mount", "sh", "-c", install, DESCRY, root];
  const { status, stderr } = spawnSync("unshare", args, { encoding: "utf8" });
  if (status === 99 || /unshare/.test(stderr)) return context.skip("unshare(1) or mount(8) is refused here");
  assert.equal(status, 3);
  assert.match(stderr, /descry\.yaml could not be written: EROFS\. Its file system is read-only/);
});

/** Nobody has it; the service manager gives the service one like it. */
const SERVICE = 64233;

/** Options of setpriv(1) for a user with these capabilities alone, as the unit gives them. */
function asService(rights: readonly string[]): string[] {
  const list = rights.map((name) => `+${name.slice(4).toLowerCase()}`).join(",");
  const user = [`--reuid=${SERVICE}`, `--regid=${SERVICE}`, "--clear-groups", `--bounding-set=-all,${list}`];
  return [...user, `--inh-caps=${list}`, `--ambient-caps=${list}`];
}

/** What a doctor of another user with these capabilities alone misses, without numbers: processes come and go. */
function missed(rights: readonly string[] | "root"): string[] {
  const become = rights === "root" ? [] : ["setpriv", ...asService(rights)];
  const { stdout, stderr } = spawnSync("env", [...become, DESCRY, "doctor", "--json"], { encoding: "utf8" });
  assert.equal(stderr, "");
  const { misses } = JSON.parse(stdout) as { misses: readonly { readonly what: string }[] };
  return misses.map(({ what }) => what.replaceAll(/\d+/g, "N"));
}

test("its capabilities are enough to see what root sees; without one that doctor asks for it sees less", async (context) => {
  if (process.getuid?.() !== 0) return context.skip("only root may become another user");
  const rights = rightsOf({ containers: true });
  const held = rights.map((name) => `-${name.slice(4).toLowerCase()}`).join(",");
  if (spawnSync("setpriv", [`--bounding-set=${held}`, "test", "-r", DESCRY]).status !== 0)
    return context.skip("needs setpriv(1) and these capabilities");
  // Its network is one that only CAP_SYS_ADMIN may enter.
  const other = spawn("unshare", ["--net", "sh", "-c", "echo there; exec cat"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  context.after(() => other.kill());
  const [first] = (await Promise.race([once(other.stdout, "data"), once(other, "exit")])) as [unknown];
  if (!Buffer.isBuffer(first)) return context.skip("unshare(1) is refused here");

  assert.deepEqual(missed(rights), missed("root"));
  for (const spared of ["CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH"])
    assert.match(
      missed(rights.filter((name) => name !== spared)).join(),
      /processes hold: not permitted/,
      spared,
    );
  assert.match(missed(rightsOf({ containers: false })).join(), /idle times in N other network namespace/);
});

/** The system calls that a filter of systemd.exec(5) names, groups written out. */
function callsOf(words: readonly string[]): Set<string> {
  const { stdout } = spawnSync("systemd-analyze", ["--no-pager", "syscall-filter"], { encoding: "utf8" });
  const groups = new Map<string, string[]>();
  let group: string[] = [];
  for (const line of stdout.split("\n")) {
    if (line.startsWith("@")) groups.set(line.trim(), (group = []));
    else if (/^ +[@\w-]+$/.test(line)) group.push(line.trim());
  }
  const calls = new Set<string>();
  const add = (word: string): void => {
    const members = groups.get(word);
    if (members === undefined) calls.add(word);
    else members.forEach(add);
  };
  words.forEach(add);
  return calls;
}

/** What the unit lets the program do, and what it did under strace(1). */
interface Walls {
  readonly calls: ReadonlySet<string>;
  readonly families: ReadonlySet<string>;
}

function wallsOf(unit: string): Walls {
  const setting = (name: string): string[] =>
    [...unit.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].map(([, value = ""]) => value);
  const [allowed = "", refused = ""] = setting("SystemCallFilter");
  const calls = callsOf(allowed.split(" "));
  for (const call of callsOf(refused.replace("~", "").split(" "))) calls.delete(call);
  assert.ok(calls.has("read") && !calls.has("ptrace") && !calls.has("mount"));
  const [families = ""] = setting("RestrictAddressFamilies");
  return { calls, families: new Set(families.split(" ")) };
}

function assertWithin({ calls, families }: Walls, trace: string): void {
  const traced = readFileSync(trace, "latin1");
  const used = new Set([...traced.matchAll(/^\d+ +(\w+)\(/gm)].map(([, call = ""]) => call));
  assert.ok(used.has("read") && used.size > 30);
  assert.deepEqual(
    [...used].filter((call) => !calls.has(call)),
    [],
  );
  const opened = new Set([...traced.matchAll(/ socket\((AF_\w+)/g)].map(([, family = ""]) => family));
  assert.deepEqual(
    [...opened].filter((family) => !families.has(family)),
    [],
  );
}

function childrenOf({ child }: AgentProgram): number[] {
  if (child.exitCode !== null || child.signalCode !== null) return [];
  const pids = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "latin1");
  return [...pids.matchAll(/\d+/g)].map(([pid]) => Number(pid));
}

const traceable = { skip: needs("systemd", "strace") };
const STRACE = ["strace", "-f", "-qq", "-o"] as const;

test("every system call and address family that a watch uses is allowed", traceable, (context) => {
  const walls = wallsOf(readFileSync(installed(context, "yes"), "utf8"));
  const folder = mkdtempSync(join(tmpdir(), "descry-calls-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const trace = join(folder, "trace");
  const watch = ["watch", "--for", "3s", "--state-dir", join(folder, "state")];
  const { status } = spawnSync("env", [...STRACE, trace, DESCRY, ...watch], { encoding: "utf8" });
  if (status !== 0) return context.skip("strace(1) is refused here");
  assertWithin(walls, trace);
});

test(
  "every one that an agent uses is allowed, and a command that it runs has none of its capabilities",
  traceable,
  async (context) => {
    if (process.getuid?.() !== 0) return context.skip("only root may become another user");
    const walls = wallsOf(readFileSync(installed(context, "yes"), "utf8"));
    const become = ["setpriv", ...asService(rightsOf({ containers: true }))];
    if (spawnSync("env", [...become, "strace", "-o", "/dev/null", "test", "-r", DESCRY]).status !== 0)
      return context.skip("needs setpriv(1) and these capabilities, and that strace(1) is allowed");
    const folder = mkdtempSync(join(tmpdir(), "descry-calls-"));
    context.after(() => rmSync(folder, { recursive: true }));
    const receiver = new Receiver();
    context.after(() => receiver.close());
    const [trace, told] = [join(folder, "trace"), join(folder, "told")];
    const configuration = join(folder, "descry.yaml");
    const commanded = `cat >/dev/null; grep -E '^Cap(Prm|Eff|Amb)' /proc/self/status >${told}`;
    const channels = {
      ops: { kind: "webhook", url: await receiver.listen() },
      run: { kind: "command", command: ["/bin/sh", "-c", commanded] },
    };
    writeFileSync(configuration, JSON.stringify({ channels, alerts: { "proven-for": "1s" } }));
    mkdirSync(join(folder, "state"));
    for (const path of [folder, configuration, join(folder, "state")]) chownSync(path, SERVICE, SERVICE);
    const program = await startFull(join(folder, "full-traced.py"));
    context.after(() => program.kill("SIGKILL"));

    const args = ["--config", configuration, "--state-dir", join(folder, "state")];
    const agent = new AgentProgram(args, {}, [...become, ...STRACE, trace]);
    context.after(() => {
      // What is traced outlives strace.
      for (const traced of childrenOf(agent)) process.kill(traced, "SIGKILL");
      return agent.end("SIGKILL");
    });
    const patient = { timeoutSeconds: 90 };
    await until("the webhook", () => receiver.of("python3 full-traced.py").length > 0, patient);
    const delivered = /outcome="delivered"\} [1-9]/g;
    await until(
      "both deliveries to be noted",
      async () => [...(await agent.get("/metrics")).body.matchAll(delivered)].length === 2,
      patient,
    );
    await until(
      "history",
      async () => (await agent.get("/api/v1/series")).body.includes("open-files"),
      patient,
    );
    // The signal is for the agent and not for strace.
    for (const traced of childrenOf(agent)) process.kill(traced, "SIGTERM");
    assert.equal(await agent.ended, 0);
    assertWithin(walls, trace);
    assert.match(readFileSync(told, "latin1"), /^CapPrm:\s0+\nCapEff:\s0+\nCapAmb:\s0+\n$/);
  },
);
