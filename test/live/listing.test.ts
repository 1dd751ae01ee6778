import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { test, type TestContext } from "node:test";
import { Actor, Eyes } from "./kernel-stage.ts";
import { WAYS } from "./ways.ts";

/**
 * Holds one of most kinds, a path that is longer than a link can tell, a name that is no UTF-8, and a socket that its
 * child shares. Prints its pid and the child's.
 */
const COLLECTOR = `
import os, select, signal, socket, sys, tempfile
os.chdir(sys.argv[1])
kept = [os.pipe(), select.epoll(), os.eventfd(0), os.memfd_create("kept"), os.pidfd_open(os.getpid()), os.openpty()]
kept.append(os.open(b"no-utf8-\\xff\\xfe", os.O_CREAT | os.O_RDWR))
kept.append(os.open("line\\nend (deleted)", os.O_CREAT | os.O_RDWR))
kept.append(os.open("gone", os.O_CREAT | os.O_RDWR))
os.unlink("gone")
for _ in range(30):
    os.mkdir("d" * 200)
    os.chdir("d" * 200)
kept.append(os.open("deep", os.O_CREAT | os.O_RDWR))
shared = socket.socket()
shared.bind(("127.0.0.1", 0))
shared.listen()
child = os.fork()
if child == 0:
    import ctypes
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    signal.pause()
print(os.getpid(), child, shared.fileno(), flush=True)
sys.stdin.read()
os.kill(child, signal.SIGKILL)
`;

async function collector(context: TestContext): Promise<{ pid: number; child: number; shared: number }> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descry-live-listing-"));
  const python = spawn("python3", ["-c", COLLECTOR, folder], { stdio: ["pipe", "pipe", "inherit"] });
  context.after(() => {
    python.kill("SIGKILL");
    // The path is too long for what Node removes folders with.
    spawnSync("rm", ["-rf", "--", folder]);
  });
  const line = await readline.createInterface({ input: python.stdout })[Symbol.asyncIterator]().next();
  const [pid = 0, child = 0, shared = 0] = String(line.value).split(" ").map(Number);
  return { pid, child, shared };
}

const unable =
  spawnSync("python3", ["-c", "import os; os.eventfd; os.pidfd_open"]).status !== 0 && "needs python3.10";

test("one process with every kind: the same facts by every way", { skip: unable }, async (context) => {
  const { pid, child, shared } = await collector(context);
  const seen: Map<number, string>[] = [];
  for (const way of WAYS) {
    if (way.skip !== false) {
      context.diagnostic(`${way.name}: ${way.skip}`);
      continue;
    }
    const eyes = Eyes.by(way.options, pid, child);
    await eyes.look();
    const open = eyes.open(pid);
    seen.push(open);
    assert.equal(eyes.pulse(pid)?.open, open.size);
    const links = [...open.values()];
    assert.ok(links.includes("unreadable:[path]"), `${way.name}: the deep path`);
    assert.ok(
      links.some((link) => link.endsWith("/no-utf8-\udcff\udcfe")),
      `${way.name}: bytes that are no UTF-8`,
    );
    assert.ok(links.some((link) => link.endsWith("/line\nend (deleted)")));
    assert.ok(links.some((link) => link.endsWith("/gone (deleted)")));
    assert.equal(eyes.open(child).get(shared), open.get(shared), "a shared socket is one inode in both");
    assert.match(open.get(shared) ?? "", /^socket:\[\d+\]$/);
  }
  for (const open of seen) assert.deepEqual(open, seen[0]);
});

test("changes of a living process: the same by every way", async (context) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "descry-live-listing-"));
  context.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const actor = new Actor(context);
  const eyes = WAYS.filter((way) => way.skip === false).map((way) => Eyes.by(way.options, actor.pid));
  const check = async (what: string, holds: (open: Map<number, string>) => boolean): Promise<void> => {
    for (const one of eyes) await one.until(what, () => holds(one.open(actor.pid)));
    for (const one of eyes) assert.deepEqual(one.open(actor.pid), eyes[0]?.open(actor.pid));
  };
  const [first, second] = [path.join(folder, "first"), path.join(folder, "second")];
  const number = await actor.do<number>("open", first);
  await check("the file", (open) => open.get(number) === first);
  await actor.do("reopen", number, second);
  await check("the other file under its number", (open) => open.get(number) === second);
  await actor.do("unlink", second);
  await check("its deletion", (open) => open.get(number) === `${second} (deleted)`);
  await actor.do("close", number);
  await check("its end", (open) => !open.has(number));
});

for (const way of WAYS) {
  test(
    `a first reading of 20,000 descriptors lets others work in between, ${way.name}`,
    { skip: way.skip },
    async (context) => {
      const most = 20_000;
      const script = `import os, resource, sys
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
kept = [os.eventfd(0) for _ in range(min(hard, ${most}) - 20)]
print(len(kept), flush=True)
sys.stdin.read()`;
      const python = spawn("python3", ["-c", script], { stdio: ["pipe", "pipe", "inherit"] });
      context.after(() => void python.kill("SIGKILL"));
      assert.ok(python.pid !== undefined);
      const line = await readline.createInterface({ input: python.stdout })[Symbol.asyncIterator]().next();
      const held = Number(line.value);
      const eyes = Eyes.by(way.options, python.pid);
      let turns = 0;
      const turn = (): void => {
        turns++;
        timer = setImmediate(turn);
      };
      let timer = setImmediate(turn);
      await eyes.look();
      clearImmediate(timer);
      assert.ok(eyes.open(python.pid).size >= held);
      assert.ok(turns > 5, `${turns} turns`);
    },
  );
}
