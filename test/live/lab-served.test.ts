import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { GO_PACKAGES, startGoHttp } from "../../lab/go-http/start.ts";
import { JAVA_JDBC_PACKAGES, startJavaJdbc } from "../../lab/java-jdbc/start.ts";
import { startNodeKeepalive } from "../../lab/node-keepalive/start.ts";
import { PYTHON_QUEUE_PACKAGES, startPythonQueue } from "../../lab/python-queue/start.ts";
import type { FirstLine } from "../../lab/reporting.ts";
import type { Served } from "../../lab/served.ts";
import { until } from "../../lab/wait.ts";
import { needs } from "../needs.ts";
import { allGone, firstLineOf, rowsTowards } from "./lab-mkleak.ts";

const RUNNER = join(import.meta.dirname, "../../lab/run.ts");
const RATE = 1200;

/** Looks at it once twenty pieces of work failed; then it is stopped, and nothing may be left. */
async function failedTwenty(starting: Promise<Served>, look: (lab: Served) => Promise<void>): Promise<void> {
  const lab = await starting;
  try {
    await until("twenty failures", async () => (await lab.report()).failed >= 20);
    await look(lab);
  } finally {
    await lab.stop();
  }
  await allGone([lab.first.pid, ...lab.first.children]);
}

/** Connections that the kernel lists towards its server; those that it says to hold lie between two looks. */
const towardsServer = ({ first }: Served): Promise<number> => rowsTowards(first.peer ?? "", "01");

/** No descriptor but connections is opened while these work: what is kept is what the kernel lists. */
async function agrees(lab: Served): Promise<void> {
  await until("agreement of counts and rows", async () => {
    const before = await lab.report();
    const rows = await towardsServer(lab);
    const after = await lab.report();
    return rows >= before.kept && rows <= after.kept && before.leaked >= 20;
  });
}

/** The folder of a lab, from the command of its service, which lies in it. */
function folderOf(pid: number): string {
  const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  const program = command.find((word) => word.startsWith(`${tmpdir()}/descry-lab-`)) ?? "";
  return dirname(program);
}

const KINDS = [
  { name: "java-jdbc", packages: JAVA_JDBC_PACKAGES, start: startJavaJdbc, leaks: ["leak"] },
  {
    name: "node-keepalive",
    packages: [],
    start: startNodeKeepalive,
    leaks: ["leak", "unread"],
  },
  { name: "go-http", packages: GO_PACKAGES, start: startGoHttp, leaks: ["leak", "unread"] },
] as const;

describe("labs with servers", { concurrency: 3 }, () => {
  for (const { name, packages, start, leaks } of KINDS) {
    const skip = needs(...packages);
    for (const manner of leaks)
      test(`${name} ${manner}: a connection for each failure, as the kernel lists them`, { skip }, () =>
        failedTwenty(start({ manner: manner as "leak", rate: RATE }), agrees),
      );

    test(`${name} healthy: as many failures, and none is lost`, { skip }, () =>
      failedTwenty(start({ manner: "healthy", rate: RATE }), async (lab) => {
        assert.equal((await lab.report()).leaked, 0);
        // What was late is made up for at once: then many are open for a moment, and no longer.
        await until("ten connections at most", async () => {
          const rows = await towardsServer(lab);
          return rows >= 1 && rows <= 10;
        });
      }),
    );
  }

  const skip = needs(...PYTHON_QUEUE_PACKAGES);
  test("python-queue leak: the failures' connections stay beside those of the batch", { skip }, () =>
    failedTwenty(startPythonQueue({ manner: "leak", rate: RATE }), async (lab) => {
      const { leaked } = await lab.report();
      assert.ok(leaked >= 20 && (await towardsServer(lab)) >= leaked);
    }),
  );

  test("python-queue healthy: a batch opens connections and files, and gives all back", { skip }, () =>
    failedTwenty(startPythonQueue({ manner: "healthy", rate: RATE }), async (lab) => {
      const open = async (): Promise<number> =>
        readdirSync(`/proc/${lab.first.pid}/fd`).length - lab.first.descriptors;
      await until("forty of each", async () => (await open()) >= 80);
      await until("all given back", async () => (await open()) <= 4, { timeoutSeconds: 40 });
      assert.equal((await lab.report()).leaked, 0);
    }),
  );

  for (const name of ["java-jdbc", "node-keepalive", "go-http", "python-queue"])
    test(
      `killed, the runner takes ${name} and its servers with it, and their files`,
      { skip: needs(...JAVA_JDBC_PACKAGES, ...GO_PACKAGES, ...PYTHON_QUEUE_PACKAGES) },
      async () => {
        const runner = spawn(process.execPath, [RUNNER, name], { stdio: ["ignore", "pipe", "ignore"] });
        const { pid, children } = JSON.parse(await firstLineOf(runner)) as FirstLine;
        assert.ok(children.length > 0 && existsSync(`/proc/${pid}`));
        const folder = folderOf(pid);
        assert.ok(existsSync(folder));
        runner.kill("SIGKILL");
        await allGone([pid, ...children]);
        await until("its folder to be removed", () => !existsSync(folder));
      },
    );
});
