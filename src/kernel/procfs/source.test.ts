import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { DescryError } from "../../model/error.ts";
import type { Fact, FactSource } from "../../model/facts.ts";
import { openProcfs } from "./source.ts";

/**
 * A proc file system of plain files: it counts no descriptors in st_size, as Linux before 6.2, and has every oddity
 * a real one shows only in a race.
 */
class FakeProc {
  readonly root: string;
  uptime = 1000;
  /** What a stopwatch shows: readings cost nothing. */
  seconds = 0;

  constructor(context: TestContext) {
    this.root = fs.mkdtempSync(path.join(os.tmpdir(), "descry-fake-proc-"));
    context.after(() => fs.rmSync(this.root, { recursive: true, force: true }));
    this.write("stat", "cpu 1\nbtime 1700000000\n");
    this.write("sys/fs/file-nr", "458\t0\t1000000\n");
    this.write("sys/kernel/hostname", "box\n");
    this.write("sys/kernel/osrelease", "5.10.0\n");
    this.write("sys/kernel/random/boot_id", "b-o-o-t\n");
  }

  open(): FactSource {
    return openProcfs({ procfs: this.root, clock: { now: () => 1_700_001_000_000, uptime: () => this.uptime, stopwatch: () => this.seconds } });
  }

  write(file: string, text: string): void {
    fs.mkdirSync(path.dirname(path.join(this.root, file)), { recursive: true });
    fs.writeFileSync(path.join(this.root, file), text);
  }

  link(file: string, to: string): void {
    fs.mkdirSync(path.dirname(path.join(this.root, file)), { recursive: true });
    fs.rmSync(path.join(this.root, file), { force: true });
    fs.symlinkSync(to, path.join(this.root, file));
  }

  process(pid: number, descriptors: Record<number, string>, also: { state?: string; threads?: number; startTicks?: number; netns?: number } = {}): void {
    this.exit(pid);
    this.stat(pid, also);
    this.write(`${pid}/cmdline`, "app\0--token\0x\0");
    this.write(`${pid}/cgroup`, "0::/system.slice/app.service\n");
    this.write(`${pid}/status`, "Name:\tapp\nUid:\t33\t33\t33\t33\n");
    this.write(`${pid}/limits`, "Max open files            1024                 4096                 files     \n");
    this.link(`${pid}/ns/net`, `net:[${also.netns ?? 77}]`);
    this.write(`${pid}/net/unix`, "Num       RefCount Protocol Flags    Type St Inode Path\n");
    fs.mkdirSync(path.join(this.root, `${pid}/fd`), { recursive: true });
    for (const [number, link] of Object.entries(descriptors)) this.link(`${pid}/fd/${number}`, link);
  }

  stat(pid: number, { state = "S", threads = 1, startTicks = 50_000 }: { state?: string; threads?: number; startTicks?: number }): void {
    const after = `${threads} 0 ${startTicks} ${"0 ".repeat(30)}`;
    this.write(`${pid}/stat`, `${pid} (app) ${state} 1 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 ${after}\n`);
  }

  exit(pid: number): void {
    fs.rmSync(path.join(this.root, String(pid)), { recursive: true, force: true });
  }
}

async function tick(proc: FakeProc, source: FactSource, pids: readonly number[] = []): Promise<readonly Fact[]> {
  proc.uptime += 1;
  const facts = await source.read({ pids: new Set(pids) });
  assert.ok(facts !== null);
  assert.equal(facts.uptime, proc.uptime);
  return facts.facts;
}

const only = <K extends Fact["fact"]>(facts: readonly Fact[], kind: K): Extract<Fact, { fact: K }>[] =>
  facts.filter((fact): fact is Extract<Fact, { fact: K }> => fact.fact === kind);

test("the first tick says the host, each process, its count and all it has open", async (context) => {
  const proc = new FakeProc(context);
  proc.process(7, { 0: "/dev/null", 1: "socket:[5]", 10: "/tmp/a (deleted)" });
  const facts = await tick(proc, proc.open());
  assert.deepEqual(facts, [
    { fact: "host", host: "box", bootId: "b-o-o-t", kernel: "5.10.0", bootedAt: 1_700_000_000_000, openFiles: 458, fileMax: 1_000_000 },
    {
      fact: "process",
      pid: 7,
      startTicks: 50_000,
      parent: 1,
      name: "app",
      command: ["app", "--token", "[redacted]"],
      cgroup: "/system.slice/app.service",
      uid: 33,
      netns: 77,
      softLimit: 1024,
      hardLimit: 4096,
    },
    { fact: "pulse", pid: 7, open: 3 },
    { fact: "listing", pid: 7, first: true, opened: [[0, "/dev/null"], [1, "socket:[5]"], [10, "/tmp/a (deleted)"]], closed: [] },
    { fact: "tables", netns: 77, timeWait: 0, unaccepted: 0 },
  ]);
});

test("later ticks say what changed, and nothing when nothing did", async (context) => {
  const proc = new FakeProc(context);
  proc.process(7, { 0: "/dev/null", 3: "/tmp/a" });
  const source = proc.open();
  await tick(proc, source);
  assert.deepEqual(await tick(proc, source), []);
  proc.link("7/fd/4", "pipe:[9]");
  assert.deepEqual(await tick(proc, source), [
    { fact: "pulse", pid: 7, open: 3 },
    { fact: "listing", pid: 7, first: false, opened: [[4, "pipe:[9]"]], closed: [] },
    { fact: "tables", netns: 77, timeWait: 0, unaccepted: 0 },
  ]);
  // Nothing moves in the count: seen because the process has attention.
  proc.link("7/fd/4", "pipe:[10]");
  proc.link("7/fd/3", "/tmp/a (deleted)");
  const facts = await tick(proc, source, [7]);
  assert.deepEqual(only(facts, "listing"), [
    { fact: "listing", pid: 7, first: false, opened: [[4, "pipe:[10]"]], closed: [4], renamed: [[3, "/tmp/a (deleted)"]] },
  ]);
});

test("a process that nobody suspects and whose count stands still is listed within ten minutes", async (context) => {
  const proc = new FakeProc(context);
  proc.process(7, { 3: "/tmp/a" });
  const source = proc.open();
  await tick(proc, source);
  proc.link("7/fd/3", "/tmp/b");
  proc.uptime += 600;
  assert.deepEqual(only(await tick(proc, source), "listing"), [
    { fact: "listing", pid: 7, first: false, opened: [[3, "/tmp/b"]], closed: [3] },
  ]);
});

test("thousands of openings come in several facts", async (context) => {
  const proc = new FakeProc(context);
  proc.process(7, Object.fromEntries(Array.from({ length: 2300 }, (_, number) => [number, `/f/${number}`])));
  const listings = only(await tick(proc, proc.open()), "listing");
  assert.deepEqual(listings.map((listing) => [listing.opened.length, listing.first]), [[1000, true], [1000, true], [300, true]]);
});

test("exit, and a pid that is given out again between two ticks", async (context) => {
  const proc = new FakeProc(context);
  proc.process(7, { 0: "/dev/null" });
  proc.process(8, { 0: "/dev/null" });
  const source = proc.open();
  await tick(proc, source);
  proc.exit(7);
  proc.process(8, { 0: "/dev/zero" }, { startTicks: 99_000 });
  const facts = await tick(proc, source);
  assert.deepEqual(only(facts, "exit"), [
    { fact: "exit", pid: 8, startTicks: 50_000 },
    { fact: "exit", pid: 7, startTicks: 50_000 },
  ]);
  assert.deepEqual(only(facts, "process").map((fact) => [fact.pid, fact.startTicks]), [[8, 99_000]]);
  assert.deepEqual(only(facts, "listing").map((fact) => [fact.pid, fact.first]), [[8, true]]);
});

test("another inode of the folder with the same start time is the same process: the kernel dropped its caches", async (context) => {
  const proc = new FakeProc(context);
  proc.process(7, { 0: "/dev/null" });
  const source = proc.open();
  await tick(proc, source);
  fs.renameSync(path.join(proc.root, "7/fd"), path.join(proc.root, "7/old"));
  proc.link("7/fd/0", "/dev/null");
  assert.deepEqual(await tick(proc, source), []);
});

test("a zombie has exited; it is not a process that closed everything", async (context) => {
  const proc = new FakeProc(context);
  proc.process(7, { 0: "/dev/null" });
  const source = proc.open();
  await tick(proc, source);
  proc.stat(7, { state: "Z" });
  fs.rmSync(path.join(proc.root, "7/fd/0"));
  const facts = await tick(proc, source);
  assert.deepEqual(facts, [{ fact: "exit", pid: 7, startTicks: 50_000 }]);
  assert.deepEqual(await tick(proc, source), []);
});

test("a process that closes everything and lives has zero open", async (context) => {
  const proc = new FakeProc(context);
  proc.process(7, { 0: "/dev/null" });
  const source = proc.open();
  await tick(proc, source);
  fs.rmSync(path.join(proc.root, "7/fd/0"));
  assert.deepEqual(await tick(proc, source), [
    { fact: "pulse", pid: 7, open: 0 },
    { fact: "listing", pid: 7, first: false, opened: [], closed: [0] },
    { fact: "tables", netns: 77, timeWait: 0, unaccepted: 0 },
  ]);
});

test("when the leading thread has exited the descriptors of a living one count", async (context) => {
  const proc = new FakeProc(context);
  proc.process(7, { 0: "/dev/null", 3: "/tmp/a" });
  const source = proc.open();
  await tick(proc, source);
  proc.stat(7, { state: "Z", threads: 2 });
  for (const number of [0, 3]) fs.rmSync(path.join(proc.root, `7/fd/${number}`));
  proc.link("7/task/9/fd/0", "/dev/null");
  proc.link("7/task/9/fd/3", "/tmp/a");
  assert.deepEqual(await tick(proc, source), []);
  proc.link("7/task/9/fd/4", "/tmp/b");
  assert.deepEqual(only(await tick(proc, source), "listing"), [
    { fact: "listing", pid: 7, first: false, opened: [[4, "/tmp/b"]], closed: [] },
  ]);
});

test("a descriptor that is closed between the listing and its link is passed over", async (context) => {
  const proc = new FakeProc(context);
  proc.process(7, { 0: "/dev/null" });
  // A plain file stands for the number: its link cannot be read (EINVAL), as of one that is gone (ENOENT).
  proc.link("7/fd/x", "/not/a/number");
  const [listing] = only(await tick(proc, proc.open()), "listing");
  assert.deepEqual(listing?.opened, [[0, "/dev/null"]]);
});

test("malformed texts are a gap with the text, told once; the figure is unknown and not zero", async (context) => {
  const proc = new FakeProc(context);
  proc.process(7, { 0: "/dev/null" });
  proc.write("7/limits", `Max open files ${"?".repeat(400)}`);
  const source = proc.open();
  const facts = await tick(proc, source);
  assert.deepEqual(only(facts, "process").map((fact) => [fact.softLimit, fact.hardLimit]), [[null, null]]);
  assert.deepEqual(only(facts, "gap"), [
    { fact: "gap", what: "limits", why: "malformed", pid: 7, text: `Max open files ${"?".repeat(185)}` },
  ]);
  for (let times = 0; times < 40; times++) assert.deepEqual(only(await tick(proc, source), "gap"), []);
});

test("a malformed row is a gap and the rows around it count", async (context) => {
  const proc = new FakeProc(context);
  proc.process(7, { 0: "socket:[5]" });
  const row = (inode: number, state: string): string =>
    `   0: 0100007F:0CEA 0100007F:8E5C ${state} 00000000:00000001 00:00000000 00000000     0        0 ${inode} 1 0\n`;
  proc.write("7/net/tcp", `  sl  local_address\n${row(5, "08")}torn\n${row(0, "06")}${row(0, "01")}`);
  const facts = await tick(proc, proc.open());
  assert.deepEqual(only(facts, "socket"), [
    { fact: "socket", netns: 77, inode: 5, protocol: "tcp", state: "CLOSE_WAIT", local: "127.0.0.1:3306", remote: "127.0.0.1:36444", receiveQueue: 1 },
  ]);
  assert.deepEqual(only(facts, "time-wait"), [
    { fact: "time-wait", netns: 77, address: "127.0.0.1:36444", direction: "outbound", count: 1 },
  ]);
  assert.deepEqual(only(facts, "tables"), [{ fact: "tables", netns: 77, timeWait: 1, unaccepted: 1 }]);
  assert.deepEqual(only(facts, "gap").map((gap) => [gap.what, gap.why, gap.text]), [["rows of tcp", "malformed", "torn"]]);
});

test("TIME_WAIT rows of a listener are inbound, a count of zero is said once", async (context) => {
  const proc = new FakeProc(context);
  proc.process(7, {});
  const row = (local: string, remote: string, state: string, inode: number): string =>
    `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0\n`;
  const listener = row("00000000:0050", "00000000:0000", "0A", 5);
  proc.write("7/net/tcp", `sl\n${listener}${row("0100007F:0050", "0100007F:9000", "06", 0).repeat(3)}`);
  const source = proc.open();
  assert.deepEqual(only(await tick(proc, source), "time-wait"), [
    { fact: "time-wait", netns: 77, address: "0.0.0.0:80", direction: "inbound", count: 3 },
  ]);
  proc.write("7/net/tcp", `sl\n${listener}`);
  assert.deepEqual(only(await tick(proc, source, [7]), "time-wait").map((fact) => fact.count), [0]);
  assert.deepEqual(only(await tick(proc, source, [7]), "time-wait"), []);
});

test("a namespace is read through another process when one has gone, and ends with its last", async (context) => {
  const proc = new FakeProc(context);
  const unix = "Num\n0000000098f9b4a6: 00000002 00000000 00010000 0001 01 5 @x\n";
  for (const pid of [7, 8]) {
    proc.process(pid, {}, { netns: 90 });
    proc.write(`${pid}/net/unix`, unix);
  }
  const source = proc.open();
  assert.deepEqual(only(await tick(proc, source), "socket").map((fact) => [fact.netns, fact.inode]), [[90, 5]]);
  proc.exit(7);
  assert.equal(only(await tick(proc, source, [8]), "tables").length, 1);
  proc.exit(8);
  assert.deepEqual(await tick(proc, source), [
    { fact: "exit", pid: 8, startTicks: 50_000 },
    { fact: "socket-gone", inode: 5 },
  ]);
});

test("where there is no proc file system the reading fails with what to do", async (context) => {
  const source = openProcfs({ procfs: path.join(new FakeProc(context).root, "nowhere") });
  await assert.rejects(source.read({ pids: new Set() }), (error) => error instanceof DescryError && error.mend.length > 0);
});

test("after close there is nothing more", async (context) => {
  const source = new FakeProc(context).open();
  await source.close();
  assert.equal(await source.read({ pids: new Set() }), null);
});

test("listings that cost much are made less often, under suspicion too", async (context) => {
  const proc = new FakeProc(context);
  proc.process(7, { 0: "/dev/null" });
  const source = openProcfs({
    procfs: proc.root,
    // Every look at the stopwatch is 0.1 s later: a listing takes 0.1 s.
    clock: { now: () => 0, uptime: () => proc.uptime, stopwatch: () => (proc.seconds += 0.1) },
  });
  const listedAt: number[] = [];
  for (let number = 1; number <= 60; number++) {
    proc.link(`7/fd/${number}`, "/tmp/a");
    const facts = await tick(proc, source, number > 30 ? [7] : []);
    if (only(facts, "listing").length > 0) listedAt.push(number);
  }
  // 0.1 s * 100 = 10 s; with attention 0.1 s * 25 = 2.5 s.
  assert.deepEqual(listedAt, [1, 11, 21, 31, 34, 37, 40, 43, 46, 49, 52, 55, 58]);
});
