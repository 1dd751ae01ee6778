// The way from a fresh clone to a running descry, in copies of this clone where npm is a stand-in that takes half a
// second and links the pinned Node; the real npm ci is what `npm test` itself has just been through.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { after, test } from "node:test";
import { until } from "../../lab/wait.ts";

const repository = join(import.meta.dirname, "../..");
const folders: string[] = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** Prints what a program can see of how it was started. */
const mainText = `
import { readFileSync } from "node:fs";
const stdin: string = process.argv[2] === "-" ? readFileSync(0, "utf8") : "";
console.log(JSON.stringify({ pid: process.pid, args: process.argv.slice(2), cwd: process.cwd(), stdin }));
process.exitCode = 7;
`;

type Clone = { readonly root: string; readonly env: NodeJS.ProcessEnv; npmRuns(): number };

/** A copy of the clone's start-up files, not set up, with `npm` doing what the shell lines say. */
function makeClone(npm: string): Clone {
  const folder = mkdtempSync(join(tmpdir(), "descry house "));
  folders.push(folder);
  const root = join(folder, "clone");
  for (const part of ["bin", "native", "scripts", "package-lock.json"]) {
    cpSync(join(repository, part), join(root, part), { recursive: true });
  }
  mkdirSync(join(root, "src/cli"), { recursive: true });
  writeFileSync(join(root, "src/cli/main.ts"), mainText);
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');

  const log = join(folder, "npm.log");
  writeFileSync(log, "");
  mkdirSync(join(folder, "path"));
  writeFileSync(
    join(folder, "path/npm"),
    `#!/bin/sh\n[ "$1" = ci ] || exit 0\necho ran >>"${log}"\n${npm}\n`,
  );
  chmodSync(join(folder, "path/npm"), 0o755);
  return {
    root,
    env: { ...process.env, PATH: `${join(folder, "path")}:${process.env["PATH"]}` },
    npmRuns: () => readFileSync(log, "utf8").split("\n").length - 1,
  };
}

const installs = `sleep 0.5
rm -rf node_modules
mkdir -p node_modules/node-linux-${process.arch}/bin
ln -s "${process.execPath}" node_modules/node-linux-${process.arch}/bin/node`;

type Ended = { pid: number | undefined; code: number | null; stdout: string; stderr: string };

async function start(
  clone: Clone,
  args: readonly string[],
  { cwd = "/", stdin = "", via = "bin/descry" } = {},
) {
  const child = spawn(join(clone.root, via), args, { cwd, env: clone.env });
  child.stdin.on("error", () => {}).end(stdin);
  const ended = new Promise<number | null>((resolve, reject) =>
    child.on("error", reject).on("exit", resolve),
  );
  const [out, err, code] = await Promise.all([buffer(child.stdout), buffer(child.stderr), ended]);
  return { pid: child.pid, code, stdout: out.toString(), stderr: err.toString() } satisfies Ended;
}

/** Every file of a folder with its time of change: equal listings mean that nothing was written. */
function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => `${file} ${statSync(join(folder, file)).mtimeMs}`)
    .toSorted();
}

test("set-up compiled the whole program ahead", () => {
  const made = join(repository, "node_modules/.descry/compiled/made");
  assert.ok(existsSync(made), "a file of src/ cannot be loaded by itself: sh scripts/compile says which");
});

test("house: the first start sets up, the second only starts, and neither is in the way of the program", async () => {
  const clone = makeClone(installs);
  const first = await start(clone, ["-", "two words", "--json"], { cwd: "/usr", stdin: "a recording\n" });
  assert.equal(first.code, 7, first.stderr);
  assert.deepEqual(JSON.parse(first.stdout), {
    pid: first.pid, // exec: signals reach the program itself
    args: ["-", "two words", "--json"],
    cwd: "/usr",
    stdin: "a recording\n",
  });
  assert.match(first.stderr, /^descry: setting up/);

  const before = listing(clone.root);
  const second = await start(clone, []);
  assert.equal(second.code, 7);
  assert.equal(second.stderr, "");
  assert.equal(clone.npmRuns(), 1);
  assert.deepEqual(listing(clone.root), before);
  assert.deepEqual(readdirSync(clone.root).toSorted(), [
    "bin",
    "native",
    "node_modules",
    "package-lock.json",
    "package.json",
    "scripts",
    "src",
  ]);
});

test("house: six first starts at once install once, and all six run", async () => {
  const clone = makeClone(installs);
  const starts = await Promise.all(Array.from({ length: 6 }, () => start(clone, ["--version"])));
  for (const { code, stderr } of starts) assert.equal(code, 7, stderr);
  assert.equal(clone.npmRuns(), 1);
});

test("house: descry starts through symbolic links, absolute and relative", async () => {
  const clone = makeClone(installs);
  mkdirSync(join(clone.root, "links"));
  symlinkSync(join(clone.root, "bin/descry"), join(clone.root, "links/absolute"));
  symlinkSync("../bin/descry", join(clone.root, "links/relative"));
  symlinkSync("links/relative", join(clone.root, "twice"));
  for (const via of ["links/absolute", "links/relative", "twice"]) {
    const { code, stderr } = await start(clone, [], { via });
    assert.equal(code, 7, `${via}: ${stderr}`);
  }
  assert.equal(clone.npmRuns(), 1);
});

test("house: a changed package-lock.json is installed again", async () => {
  const clone = makeClone(installs);
  await start(clone, []);
  writeFileSync(join(clone.root, "package-lock.json"), "{}");
  const { code, stderr } = await start(clone, []);
  assert.equal(code, 7, stderr);
  assert.equal(clone.npmRuns(), 2);
});

test("house: an unreachable registry is tried twice, then said in a sentence, with exit code 3 (UNKNOWN)", async () => {
  const clone = makeClone('echo "npm error code EAI_AGAIN" >&2; exit 1');
  const { code, stdout, stderr } = await start(clone, ["check"]);
  assert.equal(code, 3);
  assert.equal(stdout, "");
  assert.match(
    stderr,
    /descry: set-up failed: npm did not reach its registry .* in two attempts\. Check the network/,
  );
  assert.equal(clone.npmRuns(), 2);
});

test("house: any other failure of npm is shown and not tried again", async () => {
  const clone = makeClone('echo "npm error code EUSAGE" >&2; exit 1');
  const { code, stderr } = await start(clone, []);
  assert.equal(code, 3);
  assert.match(stderr, /npm error code EUSAGE\ndescry: set-up failed: npm ci ended with the error above/);
  assert.equal(clone.npmRuns(), 1);
});

test("house: killed in the middle of set-up, the next start sets up", async () => {
  const clone = makeClone(
    `mkdir -p node_modules/node-linux-${process.arch}; [ -e ../second ] || { touch ../second; sleep 60; }\n${installs}`,
  );
  const killed = spawn(join(clone.root, "bin/descry"), { env: clone.env, detached: true, stdio: "ignore" });
  await until("npm's work to have begun", () => existsSync(join(clone.root, "../second")));
  process.kill(-(killed.pid ?? Number.NaN), "SIGKILL");
  const { code, stderr } = await start(clone, []);
  assert.equal(code, 7, stderr);
  assert.equal(clone.npmRuns(), 2);
});
