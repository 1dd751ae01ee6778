// What was learned outlives whoever learned it: real processes that are killed, a disk that is full, bin/descry itself.
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { BaselineFile } from "../../src/store/baselines.ts";
import { readBaselines } from "../../src/store/read-baselines.ts";
import { ALONE, DESCRY } from "../program.ts";

const WRITER = join(import.meta.dirname, "baseline-writer.ts");

const scratch = mkdtempSync(join(tmpdir(), "descry-baselines-"));
after(() => rmSync(scratch, { recursive: true }));
let folders = 0;
function newFolder(): string {
  const folder = join(scratch, String(folders++));
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

interface Writer {
  readonly child: ChildProcess;
  /** The number of the last that it said is kept, and what it complained of. */
  readonly said: { round: number; complaints: string[] };
  /** Resolves when it has said so of this many more. */
  kept(rounds: number): Promise<void>;
  kill(): Promise<void>;
}

function startWriter(folder: string, start = 1): Writer {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", WRITER, folder, String(start)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const said = { round: start - 1, complaints: [] as string[] };
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    said.round = Number.parseInt(line, 10);
    const complaint = line.slice(line.indexOf(" ") + 1);
    if (complaint !== "") said.complaints.push(complaint);
  });
  return {
    child,
    said,
    async kept(rounds) {
      const wanted = said.round + rounds;
      while (said.round < wanted) await once(lines, "line");
    },
    async kill() {
      const ended = once(child, "close");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** The one number that all services of the file have: it is never a mixture of two writings. */
async function roundOf(folder: string): Promise<number> {
  const { baselines, notices } = await readBaselines(folder);
  assert.deepEqual(notices, []);
  assert.equal(baselines.services.length, 40);
  const rounds = new Set(baselines.services.map(({ learnedUntil }) => learnedUntil));
  assert.equal(rounds.size, 1);
  return [...rounds][0] ?? 0;
}

test("kill -9 of the writer at any moment loses nothing that was said to be kept, and frees the lock", async () => {
  const folder = newFolder();
  let start = 1;
  for (let life = 0; life < 12; life++) {
    const writer = startWriter(folder, start);
    await writer.kept(1 + (life % 5));
    await new Promise((resolve) => void setTimeout(resolve, Math.random() * 5));
    await writer.kill();
    assert.deepEqual(writer.said.complaints, []);
    const round = await roundOf(folder);
    assert.ok(
      round >= writer.said.round && round <= writer.said.round + 1,
      `${round} of ${writer.said.round}`,
    );
    start = round + 1;
  }
  const others = readdirSync(folder).filter((name) => !/^baselines\.(?:json|json\.new|lock)$/.test(name));
  assert.deepEqual(others, [], "nothing was torn, so nothing was set aside");
});

test("while one process writes, others read whole files and do not write", async () => {
  const folder = newFolder();
  const writer = startWriter(folder);
  await writer.kept(1);
  const other = new BaselineFile(folder, "descry test");
  const { baselines } = await other.open(1);
  assert.equal(baselines.services.length, 40, "it reads what is there");
  for (let look = 0; look < 50; look++) {
    await roundOf(folder);
    assert.deepEqual(await other.save({ services: [] }, 1e9), []);
  }
  await writer.kill();
  const one = {
    service: "one more",
    program: "",
    learnedFrom: 0,
    learnedUntil: 1e9,
    classes: [],
    pools: [],
    shape: null,
  };
  await other.save({ services: [one] }, 1e9);
  other.close();
  const { baselines: left } = await readBaselines(folder);
  assert.equal(left.services.length, 41, "the lock was free with the writer's end");
});

test("a full disk is said once, and writing goes on when there is room again", async (context) => {
  const folder = newFolder();
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=160k,mode=700", "tmpfs", folder]);
  if (mounted.status !== 0) return context.skip("mount(8) is refused here");
  const ballast = join(folder, "ballast");
  try {
    const writer = startWriter(folder);
    try {
      await writer.kept(2);
      const before = writer.said.round;
      // While a new file stands beside the old one the ballast leaves room for one: then there has to be more of it.
      while (writer.said.complaints.length === 0) {
        try {
          writeFileSync(ballast, Buffer.alloc(200 * 1024), { flag: "a" });
        } catch (error) {
          assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
        }
        await writer.kept(1);
      }
      await writer.kept(20);
      assert.equal(writer.said.complaints.length, 1);
      assert.match(writer.said.complaints[0] ?? "", /baselines\.json: no space left on device$/);
      const full = await roundOf(folder);
      assert.ok(full >= before, "the last whole file is still there");
      rmSync(ballast);
      // What is heard now may have been said before that: the file shows what came after.
      while ((await roundOf(folder)) <= full) await writer.kept(1);
      assert.equal(writer.said.complaints.length, 1);
    } finally {
      await writer.kill();
    }
  } finally {
    execFileSync("umount", [folder]);
  }
});

function descry(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(DESCRY, args, {
    encoding: "utf8",
    env: { ...process.env, ...ALONE, ...env },
  });
  return { code: status, stdout, stderr };
}

test("descry watch keeps what it learned where it was told; check and inspect read only; record and replay do neither", () => {
  const folder = join(newFolder(), "state");
  for (const args of [
    ["check", "--for", "500ms"],
    ["inspect"],
    ["top", "--once"],
    ["record", "-o", join(scratch, `${folders}.descry`), "--for", "500ms"],
    ["watch", "--for", "500ms", "--pid", String(process.pid)],
  ]) {
    descry(args, { DESCRY_STATE_DIR: folder });
    assert.equal(existsSync(folder), false, args.join(" "));
  }
  assert.equal(descry(["watch", "--for", "500ms"], { DESCRY_STATE_DIR: folder }).code, 0);
  assert.deepEqual(readdirSync(folder).toSorted(), ["baselines.json", "baselines.lock"]);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  const flag = join(newFolder(), "flag");
  descry(["watch", "--for", "500ms", "--state-dir", flag], { DESCRY_STATE_DIR: folder });
  assert.deepEqual(readdirSync(flag).toSorted(), ["baselines.json", "baselines.lock"]);
});

test(
  "descry writes nothing into a usual folder that is not there, and into one that is",
  { skip: process.getuid?.() !== 0 && "needs root, to become somebody else" },
  (context) => {
    const home = newFolder();
    const asNobody = (): string => {
      const words = [
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "env",
        "DESCRY_STATE_DIR=",
        `HOME=${home}`,
      ];
      execFileSync("chown", ["-R", "65534:65534", home]);
      return spawnSync("setpriv", [...words, "XDG_STATE_HOME=", DESCRY, "watch", "--for", "500ms"], {
        encoding: "utf8",
      }).stderr;
    };
    if (spawnSync("setpriv", ["--reuid=65534", "test", "-x", DESCRY]).status !== 0)
      return context.skip("the clone is not readable by everybody, or setpriv(1) is refused here");
    execFileSync("chmod", ["755", scratch]);
    assert.equal(asNobody(), "");
    assert.deepEqual(readdirSync(home), []);
    mkdirSync(join(home, ".local/state/descry"), { recursive: true, mode: 0o755 });
    assert.equal(asNobody(), "");
    assert.ok(existsSync(join(home, ".local/state/descry/baselines.json")));
  },
);

test("descry tells a torn file of baselines, goes on, and keeps the torn one", () => {
  const folder = newFolder();
  writeFileSync(join(folder, "baselines.json"), '{"descryBaselines":1,"serv');
  const read = descry(["check", "--for", "500ms", "--json", "--state-dir", folder]);
  assert.match(read.stdout, /"type":"gap".*it is torn, or no JSON","why":"malformed"/);
  const { code, stdout } = descry(["watch", "--for", "500ms", "--state-dir", folder]);
  assert.equal(code, 0);
  assert.match(stdout, /UNSEEN {3}learned baselines in .*: not understood; it was set aside as .*set-aside-/);
  const aside = readdirSync(folder).find((name) => name.includes("set-aside")) ?? "";
  assert.equal(readFileSync(join(folder, aside), "utf8"), '{"descryBaselines":1,"serv');
  const file = join(folder, "baselines.json");
  const refused = descry(["watch", "--for", "500ms", "--state-dir", file]);
  assert.deepEqual([refused.code, refused.stdout], [3, ""]);
  assert.match(refused.stderr, /cannot be made: file already exists\. Name another with --state-dir/);
});
