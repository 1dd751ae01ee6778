import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { FakeProc, only, tick } from "../../../test/fixtures/proc/fake-proc.ts";
import { DescryError } from "../../model/error.ts";
import type { Fact } from "../../model/facts.ts";
import { LOOK_SECONDS } from "./looks.ts";
import { openProcfs } from "./source.ts";

test("the first tick says the host, each process, its count and all it has open", async (context) => {
  const proc = new FakeProc(context);
  proc.process(7, { 0: "/dev/null", 1: "socket:[5]", 10: "/tmp/a (deleted)" });
  const facts = await tick(proc, proc.open());
  assert.deepEqual(facts, [
    {
      fact: "host",
      host: "box",
      bootId: "b-o-o-t",
      kernel: "5.10.0",
      bootedAt: 1_700_000_000_000,
      openFiles: 458,
      fileMax: 1_000_000,
    },
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
    {
      fact: "listing",
      pid: 7,
      first: true,
      opened: [
        [0, "/dev/null"],
        [1, "socket:[5]"],
        [10, "/tmp/a (deleted)"],
      ],
      closed: [],
    },
    { fact: "tables", netns: 77, timeWait: 0, unaccepted: 0 },
  ]);
});

test("in a container the host has the name that its own files say", async (context) => {
  const proc = new FakeProc(context);
  proc.process(7, {});
  proc.link("self", "7");
  proc.link("7/ns/uts", "uts:[2]");
  proc.link("1/ns/uts", "uts:[1]");
  const nameOf = async (): Promise<string | undefined> => {
    const source = openProcfs({ procfs: proc.root, root: `${proc.root}/1/root` });
    const facts = await source.read({ pids: new Set() });
    await source.close();
    return only(facts?.facts ?? [], "host")[0]?.host;
  };
  assert.equal(await nameOf(), "box", "nothing says another");
  proc.write("1/root/etc/hostname", "# made by hand\nweb-12\n");
  assert.equal(await nameOf(), "web-12");
  proc.link("1/ns/uts", "uts:[2]");
  assert.equal(await nameOf(), "box", "both are in one UTS namespace");
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
    {
      fact: "listing",
      pid: 7,
      first: false,
      opened: [[4, "pipe:[10]"]],
      closed: [4],
      renamed: [[3, "/tmp/a (deleted)"]],
    },
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
  assert.deepEqual(
    listings.map((listing) => [listing.opened.length, listing.first]),
    [
      [1000, true],
      [1000, true],
      [300, true],
    ],
  );
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
  assert.deepEqual(
    only(facts, "process").map((fact) => [fact.pid, fact.startTicks]),
    [[8, 99_000]],
  );
  assert.deepEqual(
    only(facts, "listing").map((fact) => [fact.pid, fact.first]),
    [[8, true]],
  );
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

test("where there is no proc file system the reading fails with what to do", async (context) => {
  const source = openProcfs({ procfs: path.join(new FakeProc(context).root, "nowhere") });
  await assert.rejects(
    source.read({ pids: new Set() }),
    (error) => error instanceof DescryError && error.mend.length > 0,
  );
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
    // What the addon takes it measures itself.
    addon: null,
    // Every look at the stopwatch is 1/8 s later: a listing takes 1/8 s.
    clock: { now: () => 0, uptime: () => proc.uptime, stopwatch: () => (proc.seconds += 0.125) },
  });
  const listedAt: number[] = [];
  for (let number = 1; number <= 60; number++) {
    proc.link(`7/fd/${number}`, "/tmp/a");
    const facts = await tick(proc, source, number > 30 ? [7] : []);
    if (only(facts, "listing").length > 0) listedAt.push(number);
  }
  // The first one counts a quarter: 3.1 s. Then 1/8 s * 100 = 12.5 s, and with attention 1/8 s * 25 = 3.1 s.
  assert.deepEqual(listedAt, [1, 5, 18, 31, 35, 39, 43, 47, 51, 55, 59]);
});

test("thousands of processes are all looked at again, however few fit in one tick", async (context) => {
  const proc = new FakeProc(context);
  const pids = Array.from({ length: 150 }, (_, at) => 1000 + at);
  for (const pid of pids) proc.process(pid, {});
  const source = proc.open();
  await tick(proc, source);
  for (const pid of pids)
    proc.write(
      `${pid}/limits`,
      "Max open files            2048                 4096                 files     \n",
    );
  const seen = new Set<number>();
  for (let times = 0; times < 2 + LOOK_SECONDS; times++) {
    const changed = only(await tick(proc, source), "process");
    assert.ok(changed.length <= 40);
    for (const fact of changed) seen.add(fact.pid);
  }
  assert.equal(seen.size, pids.length);
});

test("a command line that changes without a sign is told, and one that stays is not told again", async (context) => {
  const proc = new FakeProc(context);
  proc.process(7, {}, { startTicks: 99_900 });
  const source = proc.open();
  await tick(proc, source);
  proc.write("7/cmdline", "app\0--password\0y\0--serve\0");
  const told: Fact[] = [];
  for (let second = 0; second < 10; second++) told.push(...only(await tick(proc, source), "process"));
  assert.deepEqual(
    told.map((fact) => (fact.fact === "process" ? fact.command : null)),
    [["app", "--password", "[redacted]", "--serve"]],
  );
});
