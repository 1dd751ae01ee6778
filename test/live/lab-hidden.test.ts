import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { startMkleak, type Mkleak } from "../../lab/mkleak/start.ts";
import { until } from "../../lab/wait.ts";
import {
  agreesWithProc,
  allGone,
  asRoot,
  firstLineOf,
  linksOf,
  rowsTowards,
  socketInodes,
  wherePermitted,
  withMkleak,
} from "./lab-mkleak.ts";

/** Lines of the fdinfo of the descriptor behind which everything is. */
async function behind(mkleak: Mkleak, descriptor: number | undefined, line: RegExp): Promise<string[]> {
  const text = await readFile(`/proc/${mkleak.pid}/fdinfo/${descriptor}`, "utf8");
  return text.split("\n").filter((each) => line.test(each));
}

/** Thirty openings, and not one descriptor more in the process's table. */
async function onlyTheBase(mkleak: Mkleak): Promise<void> {
  await until("thirty openings", async () => (await mkleak.report()).opens >= 30);
  const listed = (await readdir(`/proc/${mkleak.pid}/fd`)).length;
  // One opening may be under way.
  assert.ok(listed <= mkleak.descriptors + 2, `${listed} descriptors, ${mkleak.descriptors} at the start`);
}

describe("mkleak's leaks outside the table where one looks first", { concurrency: 4 }, () => {
  test("io_uring-fixed: the ring's fdinfo lists each socket", (t) =>
    wherePermitted(
      t,
      withMkleak("io_uring-fixed", { rate: 3000 }, async (mkleak) => {
        await onlyTheBase(mkleak);
        const { kept } = await mkleak.report();
        assert.ok((await behind(mkleak, mkleak.ring, /^ *\d+: socket:/)).length >= kept);
        assert.ok((await rowsTowards(mkleak.peer ?? "", "01")) >= kept);
      }),
    ));

  test("inotify-watches: the instance's fdinfo has a line for each watch", () =>
    withMkleak("inotify-watches", { rate: 3000 }, async (mkleak) => {
      await onlyTheBase(mkleak);
      const { kept } = await mkleak.report();
      assert.ok((await behind(mkleak, mkleak.inotify, /^inotify wd:/)).length >= kept);
    }));

  test("passed: the connections live on in flight", () =>
    withMkleak("passed", { rate: 3000 }, async (mkleak) => {
      await onlyTheBase(mkleak);
      const { kept } = await mkleak.report();
      const [line = ""] = await behind(mkleak, mkleak.receiver, /^scm_fds:/);
      assert.ok(Number(line.slice("scm_fds:".length)) >= kept, line);
      assert.ok((await rowsTowards(mkleak.peer ?? "", "01")) >= kept);
    }));

  for (const manner of ["plain", "file"])
    test(`thread, ${manner}: in the thread's own table`, () =>
      withMkleak("thread", { rate: 3000, more: ["--manner", manner] }, async (mkleak) => {
        await onlyTheBase(mkleak);
        const { kept } = await mkleak.report();
        const links = await linksOf(`/proc/${mkleak.pid}/task/${mkleak.threads[0]}/fd`);
        const leaked = links.filter((link) => /^socket:|\/of-the-thread$/.test(link));
        assert.ok(leaked.length >= kept, `${leaked.length} of ${kept}`);
      }));

  test("forked: the children hold what the parent has closed", () =>
    withMkleak("forked", { rate: 3000 }, async (mkleak) => {
      await until("thirty openings", async () => (await mkleak.report()).opens >= 30);
      // One child more may come while we look, and take what the parent holds: then we look again.
      await until("all in the children, and the newest in the parent", async () => {
        const { kept } = await mkleak.report();
        const listed = await readFile(`/proc/${mkleak.pid}/task/${mkleak.pid}/children`, "utf8");
        const children = listed
          .split(/\s+/)
          .filter((pid) => pid !== "" && !mkleak.children.includes(Number(pid)));
        const links = await Promise.all([...children, mkleak.pid].map((pid) => linksOf(`/proc/${pid}/fd`)));
        const own = socketInodes(links.at(-1) ?? []).size;
        return children.length >= 3 && own <= 10 && socketInodes(links.flat()).size >= kept;
      });
    }));
});

/** A container's root may lack the right. */
const skip =
  asRoot !== false
    ? asRoot
    : spawnSync("unshare", ["--net", "true"]).status !== 0 && "network namespaces are refused here";

function namespaces(): string[] {
  return existsSync("/run/netns") ? readdirSync("/run/netns") : [];
}

describe("mkleak where others cannot look", { skip }, () => {
  test("in a network namespace of its own, which is gone afterwards", async () => {
    let namespace = "";
    await withMkleak("tcp", { rate: 3000, ownNamespace: true }, async (mkleak) => {
      namespace = mkleak.namespace ?? "";
      assert.ok(existsSync(`/run/netns/${namespace}`));
      await agreesWithProc(mkleak, /^socket:/);
      const { kept } = await mkleak.report();
      assert.ok((await rowsTowards(mkleak.peer ?? "", "01", `/proc/${mkleak.pid}/net`)) >= kept);
      assert.equal(await rowsTowards(mkleak.peer ?? "", "01"), 0);
    });
    assert.ok(!existsSync(`/run/netns/${namespace}`));
  });

  test("the namespace goes with whoever made it", async () => {
    const start = join(import.meta.dirname, "../../lab/mkleak/start.ts");
    const script = `const { startMkleak } = await import(${JSON.stringify(start)});
      console.log(JSON.stringify(await startMkleak("tcp", { ownNamespace: true })));`;
    const maker = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const text = await firstLineOf(maker);
    const { pid, namespace } = JSON.parse(text) as Mkleak;
    assert.ok(existsSync(`/run/netns/${namespace}`));
    maker.kill("SIGKILL");
    await allGone([pid]);
    await until("its namespace to be removed", () => !existsSync(`/run/netns/${namespace}`));
  });

  test("as another user, with its peers", async () => {
    await withMkleak("tcp", { rate: 3000, user: "nobody" }, async (mkleak) => {
      await agreesWithProc(mkleak, /^socket:/);
      for (const pid of [mkleak.pid, ...mkleak.children])
        assert.match(await readFile(`/proc/${pid}/status`, "utf8"), /^Uid:\t65534\t65534\t65534\t65534$/m);
    });
  });

  test("what is refused is said so, and leaves nothing", async () => {
    const before = new Set(namespaces());
    await assert.rejects(
      startMkleak("raw", { user: "nobody", ownNamespace: true }),
      /mkleak raw has ended: mkleak: refused: a raw socket: Operation not permitted; run it as root/,
    );
    const mine = `descry-lab-${process.pid}-`;
    const ours = namespaces().filter((name) => name.startsWith(mine) && !before.has(name));
    assert.deepEqual(ours, []);
  });
});
