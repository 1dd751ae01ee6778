import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { FLASK_MYSQL_PACKAGES, startFlaskMysql } from "../../lab/flask-mysql/start.ts";
import { JAVA_PACKAGES, startJavaService } from "../../lab/java/start.ts";
import { startMkleak } from "../../lab/mkleak/start.ts";
import { startNodeService } from "../../lab/node/start.ts";
import type { Counts, FirstLine, Reporting } from "../../lab/reporting.ts";
import { until } from "../../lab/wait.ts";
import { needs } from "../needs.ts";
import { allGone, firstLineOf, linksOf, rowsTowards } from "./lab-mkleak.ts";

const MKLEAK = join(import.meta.dirname, "../../lab/mkleak.py");
const KEEP = join(import.meta.dirname, "../../lab/keep.py");
const RUNNER = join(import.meta.dirname, "../../lab/run.ts");

describe("mkleak", () => {
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
});

describe("the runner", { concurrency: true }, () => {
  for (const [lab, skip] of [
    ["mkleak tcp --rate 600", false],
    ["node --mode sockets-leak", false],
    ["java --mode leak", needs(...JAVA_PACKAGES)],
  ] as const)
    test(`killed, it takes ${lab} with it`, { skip }, async () => {
      const runner = spawn(process.execPath, [RUNNER, ...lab.split(" ")], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      const line = await firstLineOf(runner);
      const { pid, children } = JSON.parse(line) as FirstLine;
      assert.ok(existsSync(`/proc/${pid}`));
      runner.kill("SIGKILL");
      await allGone([pid, ...children]);
    });
});

describe("keep", { concurrency: true }, () => {
  const keep = async (...args: string[]): Promise<unknown> =>
    JSON.parse((await promisify(execFile)("/usr/bin/python3", [KEEP, ...args])).stdout);

  test("keeps what it was told to", async () => {
    // What it holds at its end, a child of it still holds afterwards.
    const { background, ...said } = (await keep("20", "0.2", "--background", "--stays", "60")) as Record<
      string,
      number
    >;
    assert.deepEqual(said, { kept: 20, used: 20, seconds: 0.2 });
    assert.ok(background !== undefined);
    try {
      // Without what whoever started this test left open. Its standard output is a socket too, until it lets go of it.
      const inherited = new Set(await linksOf("/proc/self/fd"));
      await until("twenty sockets", async () => {
        const links = await linksOf(`/proc/${background}/fd`);
        return links.filter((link) => link.startsWith("socket:") && !inherited.has(link)).length === 20;
      });
    } finally {
      process.kill(background, "SIGKILL");
    }
    await allGone([background]);
  });

  test("keeps none, closes what it used", async () => {
    assert.deepEqual(await keep("0", "0.2"), { kept: 0, used: 20, seconds: 0.2 });
    assert.deepEqual(await keep("3", "0.2", "--thing", "file"), { kept: 3, used: 20, seconds: 0.2 });
  });

  test("fails as it is told to", async () => {
    await assert.rejects(keep("0", "0.1", "--exit", "7"), { code: 7 });
  });
});

/** Asks until enough has been opened, then looks at what the process holds; stops it, and sees that nothing is left. */
async function withService<R extends Counts>(
  starting: Promise<Reporting<FirstLine, R>>,
  look: (service: Reporting<FirstLine, R>) => Promise<void>,
): Promise<void> {
  const service = await starting;
  try {
    await look(service);
  } finally {
    await service.stop();
  }
  await allGone([service.first.pid, ...service.first.children]);
}

async function held(service: Reporting<FirstLine, Counts>, kind: RegExp): Promise<number> {
  const links = await linksOf(`/proc/${service.first.pid}/fd`);
  return links.filter((link) => kind.test(link)).length;
}

describe("java", { skip: needs(...JAVA_PACKAGES), concurrency: true }, () => {
  test("leak: a connection, an eventfd and an eventpoll for each HttpClient", () =>
    withService(startJavaService({ manner: "leak", rate: 1200 }), async (service) => {
      await until("twenty clients", async () => (await service.report()).opens >= 20);
      const { opens } = await service.report();
      for (const kind of [/eventfd/, /eventpoll/]) assert.ok((await held(service, kind)) >= opens);
      await until(
        "a connection each",
        async () => (await rowsTowards(service.first.peer ?? "", "01")) >= opens,
      );
    }));

  test("shared: as many requests, and one of each", () =>
    withService(startJavaService({ manner: "shared", rate: 1200 }), async (service) => {
      await until("twenty requests", async () => (await service.report()).requests >= 20);
      assert.equal(await held(service, /eventpoll/), 1);
      assert.equal(await rowsTowards(service.first.peer ?? "", "01"), 1);
    }));

  test("dropped: the collector closes them", { timeout: 120_000 }, () =>
    withService(startJavaService({ manner: "dropped", rate: 3000 }), async (service) => {
      await until("closings", async () => (await service.report()).closed > 30, { timeoutSeconds: 60 });
    }),
  );
});

describe("node", { concurrency: true }, () => {
  test("workers-leak: an eventpoll, an eventfd and a pipe for each worker", () =>
    withService(startNodeService({ manner: "workers-leak", rate: 600 }), async (service) => {
      await until("ten workers", async () => (await service.report()).opens >= 10);
      const { opens, opened } = await service.report();
      assert.ok(opened >= 4 * opens, `${opened} for ${opens}`);
      for (const kind of [/eventfd/, /eventpoll/]) assert.ok((await held(service, kind)) >= opens);
      assert.ok((await held(service, /^pipe:/)) >= 2 * opens);
    }));

  test("workers: as much work, and all given back", () =>
    // So few that none is at work now and then, however long one takes.
    withService(startNodeService({ manner: "workers", rate: 120 }), async (service) => {
      await until("ten workers", async () => (await service.report()).closed >= 40);
      const { descriptors } = service.first;
      await until("no more than at the start", async () => (await held(service, /^/)) <= descriptors);
    }));

  for (const [manner, kept] of [
    ["sockets-leak", true],
    ["sockets", false],
  ] as const)
    test(`${manner}: connections are ${kept ? "kept" : "closed"}`, () =>
      withService(startNodeService({ manner, rate: 1200 }), async (service) => {
        await until("twenty connections", async () => (await service.report()).opens >= 20);
        const { opens } = await service.report();
        const rows = (): Promise<number> => rowsTowards(service.first.peer ?? "", "01");
        if (kept) assert.ok((await rows()) >= opens, `after ${opens} connections`);
        // What was late is made up for at once: then several are open for a moment.
        else await until("two at most", async () => (await rows()) <= 2);
      }));
});

describe("flask-mysql", { skip: needs(...FLASK_MYSQL_PACKAGES) }, () => {
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
    const runner = spawn(process.execPath, [RUNNER, "flask-mysql", "--users", "20", "--limit", "512"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const line = await firstLineOf(runner);
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
