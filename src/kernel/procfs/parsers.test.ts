import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseCgroup } from "./cgroup.ts";
import { MOST_ARGUMENTS, MOST_BYTES, parseCmdline } from "./cmdline.ts";
import { parseNumbers } from "./descriptors.ts";
import { parseBootTime, parseFileNumbers } from "./host.ts";
import { parseLimits } from "./limits.ts";
import { hasEnded, leaderHasExited, parsePidStat } from "./pidstat.ts";
import { parseNamespace, parseUid } from "./status.ts";

const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array));

/** A line of /proc/PID/stat as proc_pid_stat(5) has it. */
function statLine(
  name: Buffer | string,
  fields: { state?: string; parent?: number; flags?: number; threads?: number; startTicks?: number },
): Buffer {
  const rest = [
    fields.state ?? "S",
    fields.parent ?? 1,
    7,
    7,
    0,
    -1,
    fields.flags ?? 4194304,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    20,
    0,
  ];
  const more = [
    fields.threads ?? 1,
    0,
    fields.startTicks ?? 149458,
    1000,
    10,
    "18446744073709551615",
    11,
    12,
    13,
    ...Array(24).fill(0),
  ];
  return Buffer.concat([
    Buffer.from("7 ("),
    Buffer.from(name),
    Buffer.from(`) ${[...rest, ...more].join(" ")}\n`),
  ]);
}

test("the stat of a process, whatever its name holds", () => {
  const name = fc.uint8Array({ minLength: 0, maxLength: 15 }).map((array) => Buffer.from(array));
  const numbers = fc.record({
    parent: fc.nat(),
    flags: fc.nat(),
    threads: fc.nat(),
    startTicks: fc.nat(),
    state: fc.constantFrom("R", "S", "Z"),
  });
  fc.assert(
    fc.property(name, numbers, (named, fields) => {
      const stat = parsePidStat(statLine(named, fields));
      assert.ok(stat !== null);
      assert.equal(stat.name, named.toString("utf8"));
      const { parent, threads, startTicks, state } = stat;
      assert.deepEqual(
        [parent, threads, startTicks, state],
        [fields.parent, fields.threads, fields.startTicks, fields.state],
      );
    }),
  );
});

test("a name that plays the stat line of another process", () => {
  const stat = parsePidStat(statLine("x) Z 1 1 (y\n", { parent: 42, startTicks: 5 }));
  assert.deepEqual([stat?.name, stat?.state, stat?.parent, stat?.startTicks], ["x) Z 1 1 (y\n", "S", 42, 5]);
});

test("zombies, exited leaders and kernel threads", () => {
  const zombie = parsePidStat(statLine("a", { state: "Z", threads: 1 }));
  const leader = parsePidStat(statLine("a", { state: "Z", threads: 2 }));
  const kernelThread = parsePidStat(statLine("kthreadd", { flags: 0x208040 }));
  assert.ok(zombie !== null && leader !== null);
  assert.deepEqual([hasEnded(zombie), leaderHasExited(zombie)], [true, false]);
  assert.deepEqual([hasEnded(leader), leaderHasExited(leader)], [false, true]);
  assert.equal(kernelThread?.kernelThread, true);
});

test("limits", () => {
  const head = "Limit                     Soft Limit           Hard Limit           Units     \n";
  const line = (soft: string, hard: string): string =>
    `${head}Max open files            ${soft}                 ${hard}              files     \n`;
  assert.deepEqual(parseLimits(line("1024", "524288")), { soft: 1024, hard: 524288 });
  assert.deepEqual(parseLimits(line("1073741816", "unlimited")), {
    soft: 1073741816,
    hard: Number.MAX_SAFE_INTEGER,
  });
  assert.deepEqual(parseLimits(line("18446744073709551615", "unlimited"))?.soft, Number.MAX_SAFE_INTEGER);
  assert.equal(parseLimits(head), null);
  assert.equal(parseLimits(line("many", "1")), null);
});

test("cgroups of both versions and of a host with both", () => {
  assert.equal(parseCgroup("0::/system.slice/nginx.service\n"), "/system.slice/nginx.service");
  assert.equal(parseCgroup("0::/\n"), "/");
  assert.equal(
    parseCgroup("9:name=systemd:/system.slice/a.service\n4:memory:/b\n0::/\n"),
    "/system.slice/a.service",
  );
  assert.equal(parseCgroup("9:name=systemd:/old\n0::/new\n"), "/new");
  assert.equal(parseCgroup("4:memory:/b\n"), null);
  assert.equal(parseCgroup("0::/with:colons\\x2d (deleted)\n"), "/with:colons\\x2d (deleted)");
});

test("command lines: cut, without the tail of a rewritten title, without secrets", () => {
  assert.deepEqual(parseCmdline(Buffer.from("a\0b\0")), ["a", "b"]);
  assert.deepEqual(parseCmdline(Buffer.from("a\0\0b\0")), ["a", "", "b"]);
  assert.deepEqual(parseCmdline(Buffer.from("nginx: master process\0\0\0\0")), ["nginx: master process"]);
  assert.deepEqual(parseCmdline(Buffer.from("")), []);
  assert.deepEqual(parseCmdline(Buffer.from("a\0--password\0x\0")), ["a", "--password", "[redacted]"]);
  assert.equal(parseCmdline(Buffer.from("x\0".repeat(1000))).length, MOST_ARGUMENTS);
  const login = Buffer.from(`a\0http://bob:${"x".repeat(MOST_BYTES)}`).subarray(0, MOST_BYTES);
  assert.deepEqual(parseCmdline(login), ["a", "[cut]"]);
});

test("small texts", () => {
  assert.equal(parseUid("Name:\tx\nUid:\t1000\t0\t0\t0\n"), 1000);
  assert.equal(parseNamespace("net:[4026531833]"), 4026531833);
  assert.equal(parseNamespace("/net:[1]"), null);
  assert.equal(parseBootTime("cpu 1 2\nbtime 1700000000\nprocesses 3\n"), 1700000000000);
  assert.deepEqual(parseFileNumbers("458\t0\t9223372036854775807\n"), {
    open: 458,
    most: Number.MAX_SAFE_INTEGER,
  });
  assert.deepEqual([...parseNumbers(["10", "2", "x", "", "0", "-1", "99999999999"])], [0, 2, 10]);
});

test("any bytes: every parser gives a value or null", () => {
  fc.assert(
    fc.property(bytes, (given) => {
      const text = given.toString("latin1");
      parsePidStat(given);
      parseCmdline(given);
      for (const parse of [
        parseLimits,
        parseCgroup,
        parseUid,
        parseNamespace,
        parseBootTime,
        parseFileNumbers,
      ])
        parse(text);
      parseNumbers(text.split(" "));
    }),
  );
});
