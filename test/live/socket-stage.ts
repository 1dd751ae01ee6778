import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import type { TestContext } from "node:test";
import { Containers } from "../../src/kernel/containers/containers.ts";
import type { Loaded } from "../../src/kernel/native/addon.ts";
import { SYSTEM_CLOCK } from "../../src/kernel/procfs/clock.ts";
import { ToldGaps } from "../../src/kernel/procfs/gaps.ts";
import { IdentityReader } from "../../src/kernel/procfs/identity.ts";
import { type WatchedProcess, watch } from "../../src/kernel/procfs/process.ts";
import { MountedProc } from "../../src/kernel/procfs/reading.ts";
import { Slices } from "../../src/kernel/procfs/slices.ts";
import type { SocketsAddon } from "../../src/kernel/sockdiag/native.ts";
import { Namespaces } from "../../src/kernel/sockets/namespaces.ts";
import type { Fact } from "../../src/model/facts.ts";

const ACTOR = new URL("socket-actor.py", import.meta.url).pathname;

/** A python process that holds sockets: where each is, by name. */
export class SocketActor {
  readonly sockets: ReadonlyMap<string, { readonly number: number; readonly inode: number }>;
  readonly folder: string;
  private readonly child: ChildProcess;
  private readonly answers: AsyncIterator<string>;

  static async start(
    context: TestContext,
    before: readonly string[],
    ...acts: string[]
  ): Promise<SocketActor> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descry-live-sockets-"));
    const [command = "python3", ...rest] = [...before, "python3", ACTOR, folder, ...acts];
    const child = spawn(command, rest, { stdio: ["pipe", "pipe", "inherit"] });
    const gone = new Promise((resolve) => child.once("close", resolve));
    context.after(async () => {
      child.kill("SIGKILL");
      await gone;
      fs.rmSync(folder, { recursive: true, force: true });
    });
    const answers = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const first = await answers.next();
    assert.ok(first.done !== true, "the actor has gone");
    const sockets: Record<string, [number, number]> = JSON.parse(first.value);
    return new SocketActor(child, answers, folder, sockets);
  }

  private constructor(
    child: ChildProcess,
    answers: AsyncIterator<string>,
    folder: string,
    sockets: Record<string, [number, number]>,
  ) {
    this.child = child;
    this.answers = answers;
    this.folder = folder;
    this.sockets = new Map(
      Object.entries(sockets).map(([name, [number, inode]]) => [name, { number, inode }]),
    );
  }

  get pid(): number {
    assert.ok(this.child.pid !== undefined);
    return this.child.pid;
  }

  async do<T>(...act: unknown[]): Promise<T> {
    this.child.stdin?.write(`${JSON.stringify(act)}\n`);
    const line = await this.answers.next();
    assert.ok(line.done !== true, "the actor has gone");
    return JSON.parse(line.value);
  }
}

/** A network namespace of its own with its loopback up: what to put before a command to run it there; or why not. */
export function namespaceOfItsOwn(context: TestContext): readonly string[] | { readonly skip: string } {
  if (process.getuid?.() !== 0) return { skip: "making a network namespace needs root" };
  const name = `descry-test-${randomBytes(6).toString("hex")}`;
  const added = spawnSync("ip", ["netns", "add", name], { encoding: "utf8" });
  if (added.error !== undefined) return { skip: "ip (of iproute2) is not installed" };
  if (added.status !== 0) return { skip: `ip netns add: ${added.stderr.trim()}` };
  context.after(() => void spawnSync("ip", ["netns", "delete", name]));
  const setUp = "ip link set lo up; echo 0 65535 > /proc/sys/net/ipv4/ping_group_range";
  spawnSync("ip", ["netns", "exec", name, "sh", "-c", setUp]);
  return ["ip", "netns", "exec", name];
}

/** Reads the sockets of the namespaces of some processes, at times of its own choosing. */
export class SocketEyes {
  readonly facts: Fact[] = [];
  readonly namespaces: Namespaces;
  private readonly processes = new Map<number, WatchedProcess>();
  private uptime = SYSTEM_CLOCK.uptime();

  constructor(context: TestContext, sockets: Loaded<SocketsAddon> | null, ...pids: number[]) {
    const files = new MountedProc();
    const gaps = new ToldGaps();
    const identity = new IdentityReader(
      "/proc",
      files,
      gaps,
      new Containers(null, () => SYSTEM_CLOCK.uptime()),
    );
    // Work on the main thread costs nothing; for what a dump costs see `look`.
    const clock = { ...SYSTEM_CLOCK, stopwatch: () => 0 };
    this.namespaces = new Namespaces(files, identity, gaps, clock, sockets);
    context.after(() => this.namespaces.close());
    for (const pid of pids) this.processes.set(pid, processOf(pid, identity));
  }

  /** The next tick, so many seconds later, and its facts: after a thousand the tables are due whatever they cost. */
  async look(seconds = 1000): Promise<readonly Fact[]> {
    this.uptime += seconds;
    const facts: Fact[] = [];
    await this.namespaces.read(facts, this.processes, { pids: new Set() }, this.uptime, new Slices());
    this.facts.push(...facts);
    return facts;
  }

  /** Has the process's descriptors listed, as far as sockets go. */
  list(pid: number, sockets: Iterable<{ readonly number: number; readonly inode: number }>): void {
    const process = this.processes.get(pid);
    assert.ok(process !== undefined);
    const sorted = [...sockets].toSorted((one, other) => one.number - other.number);
    Object.assign(process.descriptors, {
      length: sorted.length,
      numbers: Int32Array.from(sorted, ({ number }) => number),
      identities: Float64Array.from(sorted, ({ inode }) => inode),
      seenAt: new Float64Array(sorted.length),
      lookedAt: new Float64Array(sorted.length),
    });
  }

  forget(pid: number): void {
    this.processes.delete(pid);
  }
}

function processOf(pid: number, identity: IdentityReader): WatchedProcess {
  const fact = {
    fact: "process",
    pid,
    startTicks: 0,
    parent: 1,
    name: "actor",
    command: [],
    cgroup: null,
    uid: 0,
    netns: identity.readNetns(`/proc/${pid}`),
    softLimit: null,
    hardLimit: null,
  } as const;
  return watch(fact, "", `/proc/${pid}/fd`, 0);
}

export const hasPython = spawnSync("python3", ["-c", "import socket"]).status === 0;
