import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { nearest } from "../cli/nearest.ts";
import { NOTHING_DECLARED, UNDECLARED } from "../model/declared.ts";
import { DescryError } from "../model/error.ts";
import { YamlText } from "./document.ts";
import { readDeclared, readSettings } from "./read.ts";
import { configurationReference, EXAMPLE } from "./reference.ts";
import { SETTINGS } from "./schema.ts";
import { defaultSettings, settingsOf } from "./settings.ts";

const judged = (text: string) => settingsOf(new YamlText(text, SETTINGS), nearest);

/** "line: message | mend" of each fault. */
const faultsIn = (text: string): string[] =>
  judged(text).faults.map(({ line, message, mend }) => `${line}: ${message} | ${mend}`);

function scratch(): Disposable & {
  readonly path: string;
  readonly write: (text: string | Uint8Array) => string;
} {
  const path = mkdtempSync(join(tmpdir(), "descry-config-"));
  return {
    path,
    write(text) {
      const file = join(path, "descry.yaml");
      writeFileSync(file, text);
      return file;
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  };
}

const declaredIn = (named: string | null, usual = "/nowhere/descry.yaml") =>
  readDeclared({ named, usual, nearest });

test("configuration: pools and shapes come through as values of the model, peers in one spelling", async () => {
  using folder = scratch();
  const file = folder.write(
    'services:\n  gunicorn.service:\n    pools:\n      127.0.0.1:3306: 20\n      "*:5432": 10\n      "[0:0:0:0:0:0:0:1]:6379": 3\n    shape: steady\n  nginx:\n',
  );
  const { services } = await declaredIn(file);
  assert.deepEqual(
    [...services],
    [
      [
        "gunicorn.service",
        {
          ...UNDECLARED,
          pools: { "127.0.0.1:3306": 20, "*:5432": 10, "[::1]:6379": 3 },
          shape: "steady",
        },
      ],
      ["nginx", UNDECLARED],
    ],
  );
});

test("configuration: nothing, an empty file and one of comments are the defaults", async () => {
  using folder = scratch();
  assert.equal(await declaredIn(null), NOTHING_DECLARED);
  assert.equal(await declaredIn(null, folder.write("  \n")), NOTHING_DECLARED);
  assert.equal(await declaredIn("/dev/null"), NOTHING_DECLARED);
  for (const text of ["# nothing\n", "services:\n", "services: {}\n", "---\n", "{}"]) {
    assert.deepEqual(judged(text), { settings: defaultSettings(), faults: [] }, text);
  }
});

test("configuration: a key that is no setting is refused with its line and the nearest name", () => {
  const faults = faultsIn(
    "services:\n  a:\n    pool: {}\n    shape: steady\n  b: { shap: steady }\nservces: 1\n",
  );
  assert.deepEqual(faults, [
    '3: "pool" is no setting of services.a | Did you mean pools?',
    '5: "shap" is no setting of services.b | Did you mean shape?',
    '6: "servces" is no setting of the file | Did you mean services?',
  ]);
  assert.deepEqual(faultsIn("zzz: 1"), [
    '1: "zzz" is no setting of the file | It has services, channels, alerts, agent, history, metrics.',
  ]);
  assert.match(faultsIn("__proto__: 1")[0] ?? "", /"__proto__" is no setting/);
  assert.match(faultsIn("services: { a: { constructor: 1 } }")[0] ?? "", /"constructor" is no setting/);
});

test("configuration: a value of the wrong type or out of range is refused with its place", () => {
  assert.deepEqual(faultsIn('services:\n  a/b~c:\n    pools:\n      "*:1": many\n'), [
    '4: services.a/b~c.pools.*:1 is "many" | It has to be a whole number from 1 to 1000000.',
  ]);
  assert.match(faultsIn("services: { a: { shape: stady } }")[0] ?? "", /is "stady" \| Did you mean steady\?/);
  assert.match(faultsIn("services: { a: { shape: 3 } }")[0] ?? "", /is 3 \| It may be learned, follows-load/);
  assert.match(
    faultsIn("services: [a]")[0] ?? "",
    /services is \["a"\] \| It has to be a map, a line for each service/,
  );
  assert.match(faultsIn("- a")[0] ?? "", /the file is \["a"\] \| It has to be a map of settings/);
  assert.match(faultsIn("just words")[0] ?? "", /the file is "just words"/);
  for (const size of ["0", "-1", "1.5", "1e9", ".inf", '"20"', "true", "[1]"]) {
    assert.equal(faultsIn(`services: { a: { pools: { "*:1": ${size} } } }`).length, 1, size);
  }
});

test("configuration: a peer that no connection can have is refused", () => {
  for (const peer of [
    "localhost:3306",
    "127.0.0.1",
    "*",
    ":3306",
    "127.0.0.1:",
    "::1:80",
    "[::1]",
    "*:0",
    "*:65536",
    "127.0.0.1:99999",
    "10.0.0.256:80",
    "a*:3",
  ]) {
    const [fault, ...more] = faultsIn(`services:\n  a:\n    pools:\n      "${peer}": 2\n`);
    assert.match(
      fault ?? peer,
      /^4: .* cannot stand in services\.a\.pools \| Mend it: a peer is written/,
      peer,
    );
    assert.deepEqual(more, []);
  }
  assert.equal(faultsIn('services: { "a\\nb": {} }').length, 1);
  for (const peer of ["*:1", "*:65535", "255.255.255.255:59999", "[fe80::1]:60000"])
    assert.deepEqual(faultsIn(`services: { a: { pools: { "${peer}": 2 } } }`), [], peer);
});

test("configuration: what YAML forbids, or descry does not take, is refused with its line", () => {
  const refused: readonly (readonly [text: string, fault: RegExp])[] = [
    ["services:\n  a: {}\n  a: {}\n", /^3: A key stands here a second time \| Keep one/],
    ["services:\n\ta: {}\n", /^2: The line is indented with a tab/],
    ["services:\n  a:\n    pools:\n      *:5432: 10\n", /^4: .*quotes/],
    ["services: &x {}\nb: *x\n", /^2: An alias .* is not taken here/],
    ["services: !!js/function x\n", /^1: A tag .* is not taken here/],
    ["services: {}\n---\nservices: {}\n", /^2: A second document begins here/],
    ["services: {", /^1: This is not YAML/],
    ["? [a]\n: 1\n", /^1: A key is no text/],
    [`services: ${"[".repeat(30)}${"]".repeat(30)}`, /^1: It is nested too deep/],
    ["a: ".repeat(1) + "[".repeat(100_000), /^1: /],
  ];
  for (const [text, fault] of refused) assert.match(faultsIn(text)[0] ?? "", fault, text.slice(0, 60));
});

test("configuration: aliases that would grow beyond all bounds are refused at once", () => {
  const lines = ["services: &a [x, x, x, x, x, x, x, x, x]"];
  for (const [at, name] of [..."bcdefghij"].entries())
    lines.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${"abcdefghij"[at]}`).join(", ")}]`);
  const { settings, faults } = judged(lines.join("\n"));
  assert.equal(settings, null);
  assert.match(faults.find(({ message }) => message.includes("alias"))?.message ?? "", /is not taken here/);
});

test("configuration: a file that cannot be read, or is no text, is a failure with a mend", async () => {
  using folder = scratch();
  const refused = async (named: string, message: RegExp) =>
    assert.rejects(declaredIn(named), (error) => {
      assert.ok(error instanceof DescryError && error.mend !== "", String(error));
      assert.match(error.message, message);
      return true;
    });
  await refused(join(folder.path, "missing.yaml"), /cannot be read: no such file/);
  await refused(folder.path, /cannot be read: .*directory/);
  await refused(folder.write(new Uint8Array(1024 * 1024 + 1).fill(0x20)), /larger than 1 MiB/);
  await refused(folder.write(Uint8Array.of(0x61, 0xff, 0xfe)), /no text in UTF-8/);
  await refused(folder.write("services:\0"), /no text in UTF-8/);
  await refused("/dev/zero", /larger than 1 MiB/);
  await refused(
    folder.write("services:\n  a: { pool: 1, shap: 2 }\n"),
    /descry\.yaml:2: "pool" is no setting of services\.a\.$/,
  );
});

test("configuration: the usual file counts when none is named, and may not be there", async () => {
  using folder = scratch();
  const usual = folder.write("services: { a: { shape: cyclic } }\n");
  assert.equal((await declaredIn(null, usual)).services.get("a")?.shape, "cyclic");
  assert.deepEqual(await declaredIn("/dev/null", usual), NOTHING_DECLARED);
  assert.equal((await readSettings({ named: null, usual: "/nowhere", nearest })).path, null);
  assert.equal(await declaredIn(null, "/dev/null/descry.yaml"), NOTHING_DECLARED);
});

test(
  "configuration: one that may not be read is told, though none was named",
  { skip: process.getuid?.() !== 0 && "needs root, to become somebody else" },
  () => {
    using folder = scratch();
    mkdirSync(join(folder.path, "etc"));
    const file = folder.write("services: {}\n");
    chmodSync(file, 0o600);
    chmodSync(folder.path, 0o755);
    const ask = `import("${new URL("read.ts", import.meta.url).href}").then(async ({ readDeclared }) => {
    process.setgid(65534); process.setuid(65534);
    await readDeclared({ named: null, usual: ${JSON.stringify(file)}, nearest: () => [] }).catch((error) => console.log(error.message));
  })`;
    const said = execFileSync(process.execPath, ["--input-type=module", "-e", ask], { encoding: "utf8" });
    assert.match(said, /cannot be read: permission denied/);
  },
);

test("configuration: the reference is the schema's, and its example is good: else run scripts/generate-reference.ts", () => {
  const committed = new URL("../../docs/reference/configuration.md", import.meta.url);
  assert.equal(readFileSync(committed, "utf8"), configurationReference());
  assert.deepEqual(judged(EXAMPLE).faults, []);
});
