import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { lintLayers, parseImports } from "./lint-layers.ts";

/** Writes a source tree to a temporary folder and returns what the lint says about it. */
function lint(tree: Record<string, string>): string[] {
  const root = mkdtempSync(join(tmpdir(), "descry-layers-"));
  try {
    for (const [file, text] of Object.entries(tree)) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    return lintLayers(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

const model = { "src/model/facts.ts": "export type Facts = { at: number };\n" };
const importsModel = 'import type { Facts } from "../model/facts.ts";\nexport type T = Facts;\n';

test("layers: a tree that keeps the rules has no findings", () => {
  const findings = lint({
    ...model,
    "src/census/join.ts": importsModel,
    "src/ledger/births.ts": 'import { join } from "../census/join.ts";\nimport { at } from "./at.ts";\n',
    "src/ledger/at.ts": "export const at = 1; // Date.now() is the agent's\n// new Date() too\n",
    "src/ledger/births.test.ts": 'import "../agent/loop.ts";\nDate.now();\n',
    "src/kernel/procfs/stat.ts": 'import type { Facts } from "../../model/facts.ts";\n',
    "src/kernel/options.ts": "",
    "src/config/schema.ts": 'import "../kernel/options.ts";\n',
    "src/agent/loop.ts": 'import "../kernel/procfs/stat.ts";\nimport "../ledger/births.ts";\nDate.now();\n',
    "src/server/api.ts": "",
    "src/cli/main.ts":
      'import pkg from "../../package.json" with { type: "json" };\nawait import("../agent/loop.ts");\n',
    "web/main.ts": 'import type { Api } from "../src/server/api.ts";\n',
    "lab/run.ts": 'import "../src/kernel/procfs/stat.ts";\n',
    "package.json": "{}",
  });
  assert.deepEqual(findings, []);
});

const bad: [name: string, tree: Record<string, string>, finding: RegExp][] = [
  [
    "the left importing the right",
    { "src/census/join.ts": 'import "../ledger/a.ts";\n', "src/ledger/a.ts": "" },
    /join\.ts:1: census may not import ledger/,
  ],
  [
    "one edge room importing another",
    { "src/recording/w.ts": '\nimport "../kernel/a.ts";\n', "src/kernel/a.ts": "" },
    /w\.ts:2: recording may not import kernel/,
  ],
  [
    "an edge room importing the chain",
    { "src/kernel/k.ts": 'export * from "../census/a.ts";\n', "src/census/a.ts": "" },
    /kernel may not import census/,
  ],
  [
    "the command line reading the kernel",
    { "src/cli/c.ts": 'await import("../kernel/a.ts");\n', "src/kernel/a.ts": "" },
    /cli may not import kernel/,
  ],
  [
    "a type counting like a value",
    { "src/census/j.ts": 'import type {\n  A,\n} from "../alerts/a.ts";\n', "src/alerts/a.ts": "" },
    /j\.ts:1: census may not import alerts/,
  ],
  [
    "model importing anything",
    { "src/model/m.ts": 'import { readFileSync } from "node:fs";\n' },
    /model imports nothing/,
  ],
  [
    "config importing more than options",
    { "src/config/c.ts": 'import "../store/db.ts";\n', "src/store/db.ts": "" },
    /config may not import store/,
  ],
  [
    "src importing the lab",
    { "src/agent/a.ts": 'import "../../lab/l.ts";\n', "lab/l.ts": "" },
    /src may not import lab\/l\.ts/,
  ],
  [
    "the web importing a value",
    { "web/w.ts": 'import { a } from "../src/server/api.ts";\n', "src/server/api.ts": "" },
    /web imports types/,
  ],
  ["a room nobody planned", { "src/stuff/a.ts": "" }, /"stuff" is no room/],
  [
    "a missing extension",
    { ...model, "src/census/j.ts": 'import "../model/facts";\n' },
    /\.\.\/model\/facts does not exist/,
  ],
  [
    "a cycle",
    { "src/ledger/a.ts": 'import "./b.ts";\n', "src/ledger/b.ts": 'import "./a.ts";\n' },
    /cycle of imports: src\/ledger\/a\.ts -> src\/ledger\/b\.ts -> src\/ledger\/a\.ts/,
  ],
  ["a hidden clock", { "src/rules/r.ts": "const now =\n  Date.now();\n" }, /r\.ts:2: Date\.now in rules/],
  ["an empty word", { "src/agent/time-utils.ts": "" }, /"utils" in a name says nothing/],
];
for (const [name, tree, expected] of bad) {
  test(`layers: found: ${name}`, () => {
    const findings = lint(tree);
    assert.equal(findings.length, 1, findings.join("\n"));
    assert.match(findings[0] ?? "", expected);
  });
}

test("layers: imports are read in all their forms, and nothing else is", () => {
  const text = [
    'import "a";',
    'import type { B } from "b";',
    "import c, {\n  d,\n} from 'c';",
    'export { e } from "e";',
    'const f = await import("f");',
    'export const from = "not";',
    'const text = `import "not"`;',
    'export type G = { from: "not" };',
  ].join("\n");
  assert.deepEqual(
    parseImports(text).map((found) => found.specifier),
    ["a", "b", "c", "e", "f"],
  );
  assert.deepEqual(
    parseImports(text).map((found) => found.line),
    [1, 2, 3, 6, 7],
  );
});
