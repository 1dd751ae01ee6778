import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeProc, only, tick } from "../../../test/fixtures/proc/fake-proc.ts";

test("a malformed row is a gap and the rows around it count", async (context) => {
  const proc = new FakeProc(context);
  proc.process(7, { 0: "socket:[5]" });
  const row = (inode: number, state: string): string =>
    `   0: 0100007F:0CEA 0100007F:8E5C ${state} 00000000:00000001 00:00000000 00000000     0        0 ${inode} 1 0\n`;
  proc.write("7/net/tcp", `  sl  local_address\n${row(5, "08")}torn\n${row(0, "06")}${row(0, "01")}`);
  const facts = await tick(proc, proc.open());
  assert.deepEqual(only(facts, "socket"), [
    {
      fact: "socket",
      netns: 77,
      inode: 5,
      protocol: "tcp",
      state: "CLOSE_WAIT",
      local: "127.0.0.1:3306",
      remote: "127.0.0.1:36444",
      receiveQueue: 1,
      uid: 0,
    },
  ]);
  assert.deepEqual(only(facts, "time-wait"), [
    { fact: "time-wait", netns: 77, address: "127.0.0.1:36444", direction: "outbound", count: 1 },
  ]);
  assert.deepEqual(only(facts, "tables"), [{ fact: "tables", netns: 77, timeWait: 1, unaccepted: 1 }]);
  assert.deepEqual(
    only(facts, "gap").map((gap) => [gap.what, gap.why, gap.text]),
    [["rows of tcp", "malformed", "torn"]],
  );
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
  assert.deepEqual(
    only(await tick(proc, source, [7]), "time-wait").map((fact) => fact.count),
    [0],
  );
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
  assert.deepEqual(
    only(await tick(proc, source), "socket").map((fact) => [fact.netns, fact.inode]),
    [[90, 5]],
  );
  proc.exit(7);
  assert.equal(only(await tick(proc, source, [8]), "tables").length, 1);
  proc.exit(8);
  assert.deepEqual(await tick(proc, source), [
    { fact: "exit", pid: 8, startTicks: 50_000 },
    { fact: "socket-gone", inode: 5 },
  ]);
});

test("what this program opens to read the tables is no reason to read them again", async (context) => {
  const readings = async (moves: number): Promise<number> => {
    const proc = new FakeProc(context);
    proc.link("self", "8");
    for (const pid of [7, 8]) proc.process(pid, { 0: "/dev/null" });
    const source = proc.open();
    await tick(proc, source);
    proc.link(`${moves}/fd/1`, "socket:[5]");
    let tables = 0;
    for (let second = 0; second < 4; second++) tables += only(await tick(proc, source), "tables").length;
    return tables;
  };
  assert.equal(await readings(8), 0);
  assert.equal(await readings(7), 1);
});
