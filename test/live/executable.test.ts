// A single-file executable as scripts/build-executable.ts makes it, of a small program: what a program needs of it.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { blobOf, executableOf } from "../../scripts/packaging/executable.ts";
import { ROOT } from "../../scripts/packaging/program.ts";

const PROGRAM = {
  "package.json": `{ "name": "small", "type": "module", "version": "1.2.3" }`,
  "src/main.js": `
    import { createRequire } from "node:module";
    import { once } from "node:events";
    import manifest from "../package.json" with { type: "json" };
    import old, { named } from "old";
    import { startWorker } from "./cli/start-worker.js";
    import { loadAddon } from "./kernel/native/addon.js";
    const { word } = await import("./later.js");
    const required = createRequire(import.meta.url)("old");
    const worker = startWorker(import.meta.url, "./desk", { workerData: { from: "main" } });
    const [said] = await once(worker, "message");
    const loaded = loadAddon({});
    let missing;
    try { await import("missing"); } catch (error) { missing = error.code; }
    console.log(JSON.stringify({
      version: manifest.version, old: old.word, named, word, same: required === old, said, missing,
      addon: "addon" in loaded ? typeof loaded.addon.countFolders : loaded.absent,
      flags: process.execArgv.includes("--optimize-for-size"), args: process.argv.slice(2),
    }));
    process.exit(0);
  `,
  "src/later.js": `await null; export const word = "later";`,
  "src/desk.js": `
    import { parentPort, workerData } from "node:worker_threads";
    import { word } from "./later.js";
    parentPort.postMessage({ ...workerData, word });
  `,
  "node_modules/old/package.json": `{ "name": "old", "main": "lib" }`,
  "node_modules/old/lib/index.js": `exports.word = require("./word").word; exports.named = __filename.includes("old");`,
  "node_modules/old/lib/word.js": `exports.word = "old";`,
};

test("modules, packages, a worker thread and the addon come out of the file, and nothing stays on the disk", (context) => {
  const folder = fs.mkdtempSync(join(tmpdir(), "descry-executable-"));
  context.after(() => fs.rmSync(folder, { recursive: true }));
  const program = join(folder, "program");
  const assets: Record<string, string> = {};
  const add = (name: string, text: string | Buffer): void => {
    assets[name] = join(program, name);
    fs.mkdirSync(join(program, name, ".."), { recursive: true });
    fs.writeFileSync(join(program, name), text);
  };
  for (const [name, text] of Object.entries(PROGRAM)) add(name, text);
  // The two files that know of executables are those of the program.
  const tsc = ["--ignoreConfig", "--outDir", join(program, "src"), "--rootDir", join(ROOT, "src")];
  const flags =
    "--target esnext --module nodenext --rewriteRelativeImportExtensions --allowImportingTsExtensions --skipLibCheck";
  const types = ["--types", "node", "--typeRoots", join(ROOT, "node_modules/@types")];
  const used = ["cli/start-worker", "kernel/native/addon", "kernel/native/packed"];
  execFileSync(join(ROOT, "node_modules/.bin/tsc"), [
    ...[...tsc, ...flags.split(" "), ...types],
    ...used.map((name) => join(ROOT, "src", `${name}.ts`)),
  ]);
  for (const name of used) assets[`src/${name}.js`] = join(program, "src", `${name}.js`);
  const addon = join(ROOT, "node_modules/.descry/addon.node");
  const built = fs.existsSync(addon);
  if (built) assets[`native/linux-${process.arch}.node`] = addon;

  const file = join(folder, "small");
  const node = fs.readFileSync(process.execPath);
  fs.writeFileSync(file, executableOf(node, blobOf(assets, "src/main.js", folder)), { mode: 0o755 });
  fs.rmSync(program, { recursive: true });
  const temporary = join(folder, "temporary");
  fs.mkdirSync(temporary);
  // The options of Node in the environment are for other programs.
  const env = { PATH: "", TMPDIR: temporary, NODE_OPTIONS: "--no-such-option" };
  const args = ["--version", "-e", "1"];
  const { status, stdout, stderr } = spawnSync(file, args, { encoding: "utf8", env, cwd: "/" });
  assert.deepEqual([status, stderr], [0, ""]);
  assert.deepEqual(JSON.parse(stdout), {
    ...{ version: "1.2.3", old: "old", named: true, word: "later", same: true, missing: "MODULE_NOT_FOUND" },
    said: { from: "main", word: "later" },
    addon: built ? "function" : "this executable was built without it",
    flags: true,
    args,
  });
  assert.deepEqual(fs.readdirSync(temporary), []);
});
