import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sight } from "../../agent/sight.ts";
import type { Mend } from "./mends.ts";
import { diagnose, sightLines } from "./sight.ts";

const INVOCATION = { program: "descry", sudo: true };

const ROOT: Sight = {
  procfs: "/proc",
  kernel: "6.12.9",
  uid: 0,
  capabilities: ["CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_SYS_PTRACE", "CAP_SYS_ADMIN"],
  processes: {
    ...{ all: 214, counted: 214, listed: 214, foreign: 80, limits: 214, placed: 214, namespaces: 2 },
    ...{ tables: 214, cgroups: 214, named: 190, denied: null },
  },
  countedBySize: true,
  hidepid: null,
  ptraceScope: 1,
  wholeHost: true,
  initialUsers: true,
  openFiles: 3000,
  fileMax: 1_000_000,
  inotify: { instances: 128, watches: 65_536 },
  native: { addon: true, sockDiag: true, closings: true, others: 1, entered: 1 },
  countMilliseconds: 1.2,
};

const USER: Sight = {
  ...ROOT,
  uid: 1000,
  capabilities: [],
  processes: { ...ROOT.processes, listed: 16, placed: 16, denied: { pid: 1, uid: 0 } },
  native: { ...ROOT.native, others: 0, entered: 0 },
};

const why = (mends: readonly Mend[]): string => mends.map((mend) => mend.why).join("\n");
const text = (sight: Sight): string => sightLines(sight, diagnose(sight, INVOCATION), 120).join("\n");

test("root on the host sees all, and has nothing to mend", () => {
  const { sight, misses, mends } = diagnose(ROOT, INVOCATION);
  assert.deepEqual([sight, misses, mends], ["all", [], []]);
  assert.match(text(ROOT), /^YOU MISS {4}nothing$/m);
  assert.match(text(ROOT), /^YOU SEE {5}open files, limit and growth of all 214 processes/);
});

test("another user sees a part: what is missed, by how many, and the exact capabilities", () => {
  assert.equal(diagnose(USER, INVOCATION).sight, "part");
  assert.match(text(USER), /TCP peers and states of every namespace, via \/proc\/PID\/net +-> towards whom/);
  assert.match(text(USER), /what 198 processes hold: not permitted +-> files, pipes, paths/);
  assert.match(text(USER), /^ {14}sudo descry$.*CAP_SYS_PTRACE CAP_DAC_READ_SEARCH CAP_SYS_ADMIN/ms);
});

test("without the addon idle times are missed, with the reason and the mend", () => {
  const native = { ...ROOT.native, addon: "no C compiler is installed", sockDiag: null, closings: null };
  const without = { ...ROOT, native };
  assert.equal(diagnose(without, INVOCATION).sight, "part");
  assert.match(text(without), /there is no C addon \(no C compiler is installed\)/);
  assert.match(text(without), /apt-get install gcc libc6-dev/);
});

test("in a container the rest of the host is missed, and how to start one that sees it is said", () => {
  assert.match(text({ ...ROOT, wholeHost: false }), /docker run --pid=host .*--cap-add SYS_PTRACE/);
});

test("namespaces that may not be entered and an old kernel are said, each with its mend", () => {
  const native = { ...ROOT.native, others: 3, entered: 1 };
  assert.match(text({ ...USER, native }), /idle times in 2 other network namespaces/);
  assert.match(text({ ...ROOT, countedBySize: false }), /older than Linux 6\.2/);
});

test("what even root may not list is told as what it is", () => {
  const processes = { ...ROOT.processes, listed: 213, denied: { pid: 1, uid: 0 } };
  const sight = diagnose({ ...ROOT, processes }, INVOCATION);
  assert.equal(sight.sight, "part");
  assert.match(why(sight.mends), /pid 1\): a security module/);
});

test("a folder that is no procfs shows nothing", () => {
  const processes = { ...ROOT.processes, all: 0, counted: 0, listed: 0, namespaces: 0, tables: 0, named: 0 };
  const { sight, sees, mends } = diagnose({ ...ROOT, procfs: "/tmp", processes }, INVOCATION);
  assert.deepEqual([sight, sees], ["nothing", []]);
  assert.match(mends[0]?.command ?? "", /--procfs/);
});

test("hidepid hides other users altogether: who sees only his own does not see all", () => {
  const own = { all: 16, counted: 16, listed: 16, placed: 16, limits: 16, tables: 16, foreign: 0 };
  const user = { ...USER, hidepid: "2", processes: { ...USER.processes, ...own } };
  assert.equal(diagnose(user, INVOCATION).sight, "part");
  assert.match(text(user), /processes of other users: hidepid=2 hides them/);
  assert.match(text(user), /sudo descry$/m);
  assert.equal(diagnose({ ...ROOT, hidepid: "2" }, INVOCATION).sight, "all");
});

test("one capability of two is not enough, and the command gives both", () => {
  const shown = text({ ...USER, capabilities: ["CAP_SYS_PTRACE"] });
  assert.match(shown, /--inh-caps=\+sys_ptrace,\+dac_read_search,\+sys_admin/);
  assert.match(shown, /ptrace_scope=1 may stay/);
});

test("namespaces refused to a service with the other two: only that capability is asked for", () => {
  const capabilities = ["CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH"];
  const shown = text({ ...ROOT, uid: 1000, capabilities, native: { ...ROOT.native, entered: 0 } });
  assert.match(shown, /just CAP_SYS_ADMIN for other network namespaces/);
});

test("root without the rights is root of a container: flags, not sudo", () => {
  const capabilities = ["CAP_DAC_OVERRIDE", "CAP_SYS_PTRACE"];
  const shown = text({ ...ROOT, capabilities, native: { ...ROOT.native, entered: 0 } });
  assert.match(shown, /--cap-add SYS_ADMIN/);
  assert.match(shown, /kubectl debug node\/NODE/);
  assert.doesNotMatch(shown, /sudo/);
  assert.match(text({ ...USER, uid: 0, initialUsers: false }), /outside this user namespace/);
});

test("an addon that is switched off, or has nothing to ask, needs no compiler", () => {
  const native = { ...ROOT.native, addon: "DESCRY_ADDON=off", sockDiag: null, closings: null };
  assert.match(text({ ...ROOT, native }), /unset DESCRY_ADDON/);
  assert.doesNotMatch(text({ ...ROOT, native }), /apt-get/);
});

test("lines keep to the width, but a command is never broken", () => {
  const commands = new Set(diagnose(USER, INVOCATION).mends.map(({ command }) => command));
  for (const columns of [80, 100, 120, 180])
    for (const line of sightLines(USER, diagnose(USER, INVOCATION), columns).filter(
      (shown) => !commands.has(shown.trim()),
    ))
      assert.ok(line.length <= columns, `${columns}: ${line}`);
});
