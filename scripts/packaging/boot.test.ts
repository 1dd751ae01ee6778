import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { resolver } from "./boot.ts";
import { shipped } from "./locked.ts";
import { filesBelow, lock, ROOT } from "./program.ts";

const IMPORT = ["node", "import", "module-sync", "node-addons"];
const REQUIRE = ["node", "require", "module-sync", "node-addons"];

function among(files: Readonly<Record<string, unknown>>) {
  return resolver(
    (path) => Object.hasOwn(files, path),
    (path) => JSON.stringify(files[path]),
  );
}

test("paths: as they stand, with an ending, and a folder by its main or its index", () => {
  const { find } = among({
    "src/main.js": 0,
    "src/rooms/index.js": 0,
    "package.json": { type: "module" },
    "node_modules/old/package.json": { main: "lib" },
    "node_modules/old/lib/index.js": 0,
    "node_modules/old/lib/data.json": {},
  });
  assert.equal(find("./main.js", "src/other.js", IMPORT), "src/main.js");
  assert.equal(find("../package.json", "src/main.js", IMPORT), "package.json");
  assert.equal(find("./rooms", "src/main.js", REQUIRE), "src/rooms/index.js");
  assert.equal(find("old", "src/main.js", REQUIRE), "node_modules/old/lib/index.js");
  assert.equal(find("./data", "node_modules/old/lib/index.js", REQUIRE), "node_modules/old/lib/data.json");
  assert.equal(find("old/lib/data.json", "src/main.js", REQUIRE), "node_modules/old/lib/data.json");
  for (const missing of ["./nothing.js", "nothing", "old/nothing", "#nothing"])
    assert.equal(find(missing, "src/main.js", IMPORT), null, missing);
});

test("packages: conditions in their order, patterns, names of their own, the nearest copy", () => {
  const { find, formatOf } = among({
    "package.json": {},
    "node_modules/new/package.json": {
      name: "new",
      type: "module",
      exports: {
        ".": { types: "./t.d.ts", require: "./main.cjs", default: ["./main.js"] },
        "./deep/*": "./lib/*.js",
        "./deep/own/*": "./own/*.js",
        "./secret/*": null,
      },
      imports: { "#inner": { browser: "./b.js", default: "./lib/inner.js" }, "#other": "other" },
    },
    "node_modules/new/main.js": 0,
    "node_modules/new/main.cjs": 0,
    "node_modules/new/lib/inner.js": 0,
    "node_modules/new/own/thing.js": 0,
    "node_modules/other/package.json": { exports: "./o.js" },
    "node_modules/other/o.js": 0,
    "node_modules/new/node_modules/other/package.json": { exports: { node: "./mine.js" } },
    "node_modules/new/node_modules/other/mine.js": 0,
  });
  assert.equal(find("new", "src/a.js", IMPORT), "node_modules/new/main.js");
  assert.equal(find("new", "src/a.js", REQUIRE), "node_modules/new/main.cjs");
  assert.equal(find("new/deep/inner", "src/a.js", IMPORT), "node_modules/new/lib/inner.js");
  assert.equal(find("new/deep/own/thing", "src/a.js", IMPORT), "node_modules/new/own/thing.js");
  assert.equal(find("new/main.js", "src/a.js", IMPORT), null, "it exports no such path");
  assert.equal(find("new/secret/x", "src/a.js", IMPORT), null);
  assert.equal(find("#inner", "node_modules/new/main.js", IMPORT), "node_modules/new/lib/inner.js");
  assert.equal(
    find("#other", "node_modules/new/main.js", IMPORT),
    "node_modules/new/node_modules/other/mine.js",
  );
  assert.equal(find("new", "node_modules/new/lib/inner.js", IMPORT), "node_modules/new/main.js");
  assert.equal(find("other", "src/a.js", IMPORT), "node_modules/other/o.js");
  assert.deepEqual(
    ["node_modules/new/main.js", "node_modules/new/main.cjs", "node_modules/other/o.js", "package.json"].map(
      formatOf,
    ),
    ["module", "commonjs", "commonjs", "json"],
  );
});

test("every package that is shipped is found where Node finds it", () => {
  const folders = shipped(lock())
    .map(([folder]) => folder)
    .filter((folder) => !folder.includes("node-linux-") && fs.existsSync(join(ROOT, folder)));
  const has = (path: string): boolean =>
    fs.statSync(join(ROOT, path), { throwIfNoEntry: false })?.isFile() === true;
  const { find } = resolver(has, (path) => fs.readFileSync(join(ROOT, path), "utf8"));
  const require = createRequire(pathToFileURL(join(ROOT, "src/main.js")));
  let asked = 0;
  for (const folder of folders.filter((one) => one.lastIndexOf("node_modules/") === 0)) {
    const name = folder.slice("node_modules/".length);
    let real: string;
    try {
      real = require.resolve(name);
    } catch {
      continue; // only types, or for import alone
    }
    asked++;
    assert.equal(find(name, "src/main.js", REQUIRE), real.slice(ROOT.length + 1), name);
  }
  assert.ok(asked > 40, `${asked} packages`);
  assert.ok(filesBelow(join(ROOT, "scripts/packaging")).includes("boot.ts"));
});
