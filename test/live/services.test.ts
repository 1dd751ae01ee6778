// Names of services from real cgroups, made by hand: no systemd and no engine runs where the tests do.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { serviceName } from "../../src/census/service.ts";
import { openProcfs } from "../../src/kernel/procfs/source.ts";
import type { FactSource, ProcessFact } from "../../src/model/facts.ts";

const ID = "3f4d5b9be5ac22b7".repeat(4);
const UID = "4f1d6a8e-0d5a-4c39-9a67-2b1e8f7c6d5e";
const root = fs.mkdtempSync(path.join(os.tmpdir(), "descry-engines-"));
after(() => fs.rmSync(root, { recursive: true }));

function write(file: string, content: unknown): void {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), JSON.stringify(content));
}

/** Where cgroup v2 is mounted and may be written to; null where it may not. */
function unified(): string | null {
  for (const line of fs.readFileSync("/proc/self/mounts", "utf8").split("\n")) {
    const [, folder = "", type] = line.split(" ");
    if (type !== "cgroup2") continue;
    try {
      return fs.mkdtempSync(path.join(folder, "descry-test-"));
    } catch {
      return null;
    }
  }
  return null;
}

const top = unified();
after(() => {
  if (top !== null) removeGroups(top);
});

/** A cgroup goes with rmdir when the ones below are gone; what looks like files in it is not. */
function removeGroups(folder: string): void {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeGroups(path.join(folder, entry.name));
  fs.rmdirSync(folder);
}

/** A program in that cgroup; gone, and out of it, when the test ends. */
async function programIn(context: TestContext, group: string): Promise<number> {
  const folder = path.join(top ?? "", group);
  fs.mkdirSync(folder, { recursive: true });
  const child = spawn("sleep", ["1000"], { stdio: "ignore" });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  context.after(async () => {
    child.kill("SIGKILL");
    await gone;
  });
  fs.writeFileSync(path.join(folder, "cgroup.procs"), String(child.pid));
  return child.pid ?? 0;
}

async function seen(source: FactSource, pid: number): Promise<ProcessFact> {
  for (const end = Date.now() + 30_000; ; await sleep(20)) {
    const facts = await source.read({ pids: new Set([pid]) });
    const fact = facts?.facts.find((one) => one.fact === "process" && one.pid === pid);
    if (fact?.fact === "process" && fact.command[0] === "sleep") return fact;
    assert.ok(Date.now() < end, "the process was not seen");
  }
}

write(`var/lib/docker/containers/${ID}/config.v2.json`, {
  Name: "/shop-api-1",
  Config: { Labels: { "com.docker.compose.project": "shop", "com.docker.compose.service": "api" } },
});
write(`var/log/containers/orders-7d4b9c6f5d-x2x9v_shop_api-${ID}.log`, "");

for (const [group, service] of [
  ["system.slice/nginx.service/worker", "nginx.service"],
  ["system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service"],
  ["user.slice/user-1000.slice/session-3.scope", "sleep"],
  [`system.slice/docker-${ID}.scope`, "shop/api"],
  [`system.slice/docker-${"f".repeat(64)}.scope`, "sleep"],
  [
    `kubepods.slice/kubepods-pod${UID.replaceAll("-", "_")}.slice/cri-containerd-${ID}.scope`,
    "shop/orders/api",
  ],
  ["lxc.payload.web/system.slice/a\\x2db.service", "web/a-b.service"],
] as const) {
  const skip = top === null && "no cgroup v2 that may be written to";
  test(`a process in ${group} is ${service}`, { skip }, async (context) => {
    // The same container id serves two engines: the one that is not asked for is away.
    const docker = path.join(root, "var/lib/docker");
    if (group.startsWith("kubepods")) fs.renameSync(docker, `${docker}.away`);
    const pid = await programIn(context, group);
    const source = openProcfs({ root });
    const fact = await seen(source, pid);
    await source.close();
    if (group.startsWith("kubepods")) fs.renameSync(`${docker}.away`, docker);
    assert.equal(serviceName(fact), service, JSON.stringify(fact));
  });
}

test(
  "a process that is moved into a container becomes its service",
  { skip: top === null && "no cgroup v2 that may be written to" },
  async (context) => {
    const pid = await programIn(context, "system.slice/a.service");
    const source = openProcfs({
      root,
      clock: {
        now: () => Date.now(),
        uptime: (() => {
          let at = 1e6;
          return () => (at += 10);
        })(),
        stopwatch: () => 0,
      },
    });
    assert.equal(serviceName(await seen(source, pid)), "a.service");
    const group = path.join(top ?? "", `system.slice/docker-${ID}.scope`);
    fs.mkdirSync(group, { recursive: true });
    fs.writeFileSync(path.join(group, "cgroup.procs"), String(pid));
    assert.equal(serviceName(await seen(source, pid)), "shop/api");
    await source.close();
  },
);
