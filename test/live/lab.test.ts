import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, readlink, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { PACKAGES } from "../../lab/flask-mysql/database.ts";
import { startFlaskMysql } from "../../lab/flask-mysql/start.ts";
import { startMkleak, type Mkleak, type MkleakOptions } from "../../lab/mkleak/start.ts";
import { until } from "../../lab/wait.ts";
import { needs } from "../needs.ts";

const MKLEAK = join(import.meta.dirname, "../../lab/mkleak.py");
const RUNNER = join(import.meta.dirname, "../../lab/run.ts");

describe("mkleak", { concurrency: 6 }, () => {
  for (const kind of [
    "unread",
    "accepted",
    "udp",
    "unix-connected",
    "netlink",
    "file",
    "deleted-file",
    "dup",
    "fifo",
  ]) {
    test(`${kind}: its counts are those of /proc`, () => withMkleak(kind, { rate: 3000 }, agreesWithProc));
  }
  for (const kind of ["pipe", "unix", "eventfd", "eventpoll", "timerfd", "signalfd", "pidfd", "memfd"]) {
    test(`${kind}: its counts are those of /proc`, () => withMkleak(kind, { rate: 3000 }, agreesWithProc));
  }
  for (const [kind, state] of [
    ["tcp", "01"],
    ["close-wait", "08"],
    ["syn-sent", "02"],
  ] as const) {
    test(`${kind}: its counts are those of /proc, all in state ${state}`, () =>
      withMkleak(kind, { rate: 3000 }, async (mkleak) => {
        await agreesWithProc(mkleak);
        const { kept } = await mkleak.report();
        await until(`${kept} rows`, async () => (await rowsTowards(mkleak.peer ?? "", state)) >= kept);
      }));
  }
  for (const manner of ["unconnected", "refused", "reset", "shut"]) {
    test(`ghost ${manner}: descriptors without a row in any table`, () =>
      withMkleak("ghost", { rate: 3000, more: ["--manner", manner] }, async (mkleak) => {
        await agreesWithProc(mkleak);
        // The one that is being made at this instant may still have its row.
        await until("ghosts only", async () => (await rowsOf(mkleak.pid)) === 0);
      }));
  }

  test("inotify: every attempt is either kept or refused, never lost", () =>
    withMkleak("inotify", { rate: 6000 }, async (mkleak) => {
      await until(
        "the host's limit of instances",
        async () => (await mkleak.report()).errors?.["EMFILE"] !== undefined,
      );
      await agreesWithProc(mkleak);
    }));

  test("at its limit: goes on, and counts EMFILE", () =>
    withMkleak("file", { rate: 6000, limit: 40 }, async (mkleak) => {
      await until("EMFILE", async () => (await mkleak.report()).errors?.["EMFILE"] !== undefined);
      // Inherited ones may be numbered above the limit; EMFILE is about the numbers below it.
      const numbers = (await readdir(`/proc/${mkleak.pid}/fd`)).map(Number);
      assert.equal(numbers.filter((number) => number < 40).length, 40, numbers.join(" "));
    }));

  test("even spacing does not drift", () =>
    withMkleak("eventfd", { rate: 1200 }, async (mkleak) => {
      const { opens, t } = await until("two seconds", async () => {
        const report = await mkleak.report();
        return report.t >= 2 && report;
      });
      assert.ok(Math.abs(opens - t * 20) <= 2, `${opens} openings in ${t} s at 20 a second`);
    }));

  for (const kind of [
    "pool",
    "ramp",
    "step",
    "burst",
    "churn",
    "overflow",
    "keep-alive",
    "log-rotate",
    "segments",
    "fork",
  ]) {
    test(`${kind} starts, counts what it opens, and ends with all its children`, () =>
      withMkleak(kind, {}, async (mkleak) => {
        await until("the first openings", async () => (await mkleak.report()).opens > 2);
      }));
  }

  test("sawtooth gives everything back at each period", () =>
    withMkleak("sawtooth", { rate: 1200, more: ["--period", "1s"] }, async (mkleak) => {
      const { closed } = await until("two falls", async () => {
        const report = await mkleak.report();
        return report.closed > 20 && report;
      });
      assert.ok(closed % 20 <= 1 || closed % 20 >= 19, `${closed} closed by falls of about 20`);
    }));

  test("killed, it leaves neither children nor files", async () => {
    const mkleak = await startMkleak("unix-connected", { rate: 600 });
    const folder = join(mkleak.peer ?? "", "..");
    assert.ok(existsSync(folder));
    process.kill(mkleak.pid, "SIGKILL");
    await allGone([mkleak.pid, ...mkleak.children]);
    await until("its folder to be removed", () => !existsSync(folder));
  });

  test("list names every kind with a line", async () => {
    const { stdout } = await promisify(execFile)("/usr/bin/python3", [MKLEAK, "list"]);
    assert.match(stdout, /close-wait +the server closes its end/);
    assert.match(stdout, /Healthy look-alikes:\n {2}pool /);
  });

  test("ends when the runner is killed", async () => {
    const runner = spawn(process.execPath, [RUNNER, "mkleak", "tcp", "--rate", "600"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const line = await new Promise<string>((resolve) =>
      runner.stdout.setEncoding("utf8").once("data", resolve),
    );
    const { pid, children } = JSON.parse(line.split("\n")[0] ?? "") as { pid: number; children: number[] };
    runner.kill("SIGKILL");
    await allGone([pid, ...children]);
  });
});

describe("flask-mysql", { skip: needs(...PACKAGES) }, () => {
  test(
    "leak: its counts are the connections to the database; nothing is left afterwards",
    { timeout: 120_000 },
    async () => {
      const lab = await startFlaskMysql({ mode: "leak", rate: 1200, users: 50, limit: 512 });
      try {
        await until("twenty leaked connections", async () => (await lab.counts()).leaked >= 20);
        // Both move on while we look: the rows must lie between the counts before and after, with the pool's 20.
        await until("agreement of counts and rows", async () => {
          const before = await lab.counts();
          const rows = await rowsTowards(lab.database, "01");
          const after = await lab.counts();
          return rows >= before.leaked + before.pool.open && rows <= after.leaked + after.pool.open;
        });
        const { opened, closed, leaked } = await lab.counts();
        assert.ok(
          opened - closed >= leaked && opened >= 3 * leaked,
          JSON.stringify({ opened, closed, leaked }),
        );
        assert.match(
          await readFile(`/proc/${lab.pids.gunicornWorker}/limits`, "utf8"),
          /Max open files +512 /,
        );
        assert.match(await readFile(lab.accessLog, "utf8"), /"GET \/api\/reports HTTP\/1.1" 200/);
        assert.equal(lab.broken(), null);
      } finally {
        await lab.stop();
      }
      for (const pid of Object.values(lab.pids))
        assert.ok(!existsSync(`/proc/${pid}`), `${pid} is still there`);
      assert.ok(!existsSync(lab.folder));
    },
  );

  test("killed, the runner leaves neither processes nor files", { timeout: 120_000 }, async () => {
    const runner = spawn(process.execPath, [RUNNER, "flask-mysql", "--users", "20"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const line = await new Promise<string>((resolve) =>
      runner.stdout.setEncoding("utf8").once("data", resolve),
    );
    const { pids, accessLog } = JSON.parse(line) as { pids: Record<string, number>; accessLog: string };
    runner.kill("SIGKILL");
    await allGone(Object.values(pids));
    assert.ok(accessLog.startsWith(tmpdir()));
    await until("the folder to be removed", () => !existsSync(join(accessLog, "../..")));
  });

  test("a part that cannot start is named, and nothing is left", { timeout: 120_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "lab-test-"));
    await chmod(folder, 0o711); // the account mysql passes through
    const usual = process.env["TMPDIR"];
    process.env["TMPDIR"] = folder;
    try {
      // Too few descriptors for the application's pool of 20.
      await assert.rejects(startFlaskMysql({ limit: 16 }), /web application.*gunicorn ended/s);
      assert.deepEqual(await readdir(folder), []);
    } finally {
      if (usual === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = usual;
      await rmdir(folder);
    }
  });
});

async function withMkleak(
  kind: string,
  options: MkleakOptions,
  look: (mkleak: Mkleak) => Promise<void>,
): Promise<void> {
  const mkleak = await startMkleak(kind, { forSeconds: 60, ...options });
  try {
    await look(mkleak);
  } finally {
    await mkleak.stop();
  }
  await allGone([mkleak.pid, ...mkleak.children]);
}

/** The descriptors listed lie between its counts before and after; a handful must be there first. */
async function agreesWithProc(mkleak: Mkleak): Promise<void> {
  await until("thirty openings", async () => (await mkleak.report()).opens >= 30);
  const before = await mkleak.report();
  const listed = (await readdir(`/proc/${mkleak.pid}/fd`)).length - mkleak.descriptors;
  const after = await mkleak.report();
  // One opening may be under way: a pair, or a socket that is not counted before it is connected.
  assert.ok(
    before.kept <= listed && listed <= after.kept + 2,
    `${before.kept} <= ${listed} <= ${after.kept} + 2`,
  );
}

/** Rows of /proc/net/tcp with this remote address ("127.0.0.1:3306") and state, as the kernel writes it. */
async function rowsTowards(address: string, state: string): Promise<number> {
  const remote = `0100007F:${Number(address.split(":")[1]).toString(16).toUpperCase().padStart(4, "0")}`;
  const rows = (await readFile("/proc/net/tcp", "utf8")).split("\n").map((row) => row.trim().split(/\s+/));
  return rows.filter((row) => row[2] === remote && row[3] === state).length;
}

/** How many sockets of the process have a row in /proc/net/tcp. */
async function rowsOf(pid: number): Promise<number> {
  const numbers = await readdir(`/proc/${pid}/fd`);
  const links = await Promise.all(
    numbers.map((number) => readlink(`/proc/${pid}/fd/${number}`).catch(() => "")),
  );
  const inodes = new Set(links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]));
  const rows = (await readFile("/proc/net/tcp", "utf8")).split("\n").slice(1);
  return rows.filter((row) => inodes.has(row.trim().split(/\s+/)[9] ?? "none")).length;
}

async function allGone(pids: readonly number[]): Promise<void> {
  await until(`the end of ${pids.join(", ")}`, () => pids.every((pid) => !existsSync(`/proc/${pid}`)));
}
