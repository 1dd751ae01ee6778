import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { type Baselines, NOTHING_LEARNED, type ServiceBaseline } from "../model/baselines.ts";
import { DescryError } from "../model/error.ts";
import { arbitraryBaselines } from "./arbitrary-baselines.ts";
import { BaselineFile } from "./baselines.ts";
import { decodeBaselines } from "./baselines-text.ts";
import { makeStateFolder, stateFolderFault } from "./folder.ts";
import { mergeBaselines } from "./merge.ts";
import { readBaselines } from "./read-baselines.ts";

const AT = Date.parse("2026-11-23T03:04:51Z");

function scratch(): Disposable & { readonly path: string; readonly file: string } {
  const path = mkdtempSync(join(tmpdir(), "descry-store-"));
  return {
    path,
    file: join(path, "baselines.json"),
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  };
}

function learnedOf(service: string, traits: Partial<ServiceBaseline> = {}): ServiceBaseline {
  const program = "/usr/bin/gunicorn";
  return {
    service,
    program,
    learnedFrom: AT - 1e6,
    learnedUntil: AT,
    classes: [],
    pools: [],
    shape: null,
    ...traits,
  };
}

const ONE: Baselines = {
  services: [learnedOf("gunicorn.service", { pools: [{ peer: "127.0.0.1:3306", size: 20 }] })],
};

/** A file as this program writes it. */
async function written(folder: string, baselines: Baselines): Promise<void> {
  const file = new BaselineFile(folder, "descry test");
  await file.open(AT);
  assert.deepEqual(await file.save(baselines, AT), []);
  file.close();
}

test("baselines: whatever was learned comes back as it was", async () => {
  using folder = scratch();
  const property = fc.asyncProperty(arbitraryBaselines, async (baselines) => {
    rmSync(folder.file, { force: true });
    await written(folder.path, baselines);
    const back = await readBaselines(folder.path);
    assert.deepEqual(back, { baselines, notices: [] });
  });
  await fc.assert(property, { numRuns: 60 });
  assert.equal(statSync(folder.file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder.path).toSorted(), ["baselines.json", "baselines.lock"]);
});

test("baselines: a file torn at any byte is nothing learned, and told", async () => {
  using folder = scratch();
  await written(folder.path, ONE);
  const whole = readFileSync(folder.file);
  for (let length = whole.length - 1; length >= 0; length--) {
    truncateSync(folder.file, length);
    const { baselines, notices } = await readBaselines(folder.path);
    // Without its last line end it is whole all the same.
    if (length === whole.length - 1) assert.deepEqual([baselines, notices], [ONE, []]);
    else {
      assert.equal(baselines, NOTHING_LEARNED, `${length} bytes`);
      assert.deepEqual(
        notices.map(({ why }) => why),
        ["malformed"],
      );
    }
  }
});

test("baselines: no text crashes the reading, and a changed byte is never another type", () => {
  const bytes = Buffer.from(
    `{"descryBaselines":1,"writtenBy":"x","services":[\n${JSON.stringify(learnedOf("a", { shape: { shape: "steady", cycleSeconds: null, openPerLoad: 1.5 } }))}\n]}\n`,
  );
  assert.equal(decodeBaselines(bytes.toString()).is, "good");
  const changed = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 })).map(([at, byte]) => {
    const copy = Buffer.from(bytes);
    copy[at] = byte;
    return copy.toString();
  });
  const property = fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json(), changed), (text) => {
    const decoded = decodeBaselines(text);
    if (decoded.is !== "good") return;
    for (const service of decoded.baselines.services) {
      assert.equal(typeof service.service, "string");
      assert.ok(Number.isFinite(service.learnedUntil) && service.learnedUntil >= 0);
    }
  });
  fc.assert(property, { numRuns: 3000 });
});

test("baselines: a file that is no good is set aside by the writer, never deleted, and told", async () => {
  using folder = scratch();
  for (const [count, content] of [
    "torn {",
    '{"some":"other program"}',
    "",
    '{"descryBaselines":1,"services":[1]}',
  ].entries()) {
    writeFileSync(folder.file, content);
    const file = new BaselineFile(folder.path, "descry test");
    const { baselines, notices } = await file.open(AT);
    assert.equal(baselines, NOTHING_LEARNED);
    assert.match(
      `${notices[0]?.why} ${notices[0]?.mend}`,
      /^malformed it was set aside as .*set-aside-20261123T030451Z/,
    );
    assert.deepEqual(await file.save(ONE, AT), []);
    file.close();
    const aside = readdirSync(folder.path).filter((name) => name.includes("set-aside"));
    assert.equal(aside.length, count + 1);
    assert.ok(
      aside.some((name) => readFileSync(join(folder.path, name), "utf8") === content),
      content,
    );
    assert.deepEqual((await readBaselines(folder.path)).baselines, ONE);
  }
});

test("baselines: what stands in the way of the file is set aside as well: a folder, a pipe, one too large", async () => {
  using folder = scratch();
  const inTheWay: readonly (() => void)[] = [
    () => mkdirSync(folder.file),
    () => execFileSync("mkfifo", [folder.file]),
    () => {
      writeFileSync(folder.file, "");
      truncateSync(folder.file, 17 * 1024 * 1024);
    },
  ];
  for (const put of inTheWay) {
    rmSync(folder.file, { force: true, recursive: true });
    put();
    assert.equal((await readBaselines(folder.path)).notices[0]?.why, "malformed");
    const file = new BaselineFile(folder.path, "descry test");
    assert.equal((await file.open(AT)).notices[0]?.why, "malformed");
    assert.deepEqual(await file.save(ONE, AT), []);
    file.close();
    assert.deepEqual((await readBaselines(folder.path)).baselines, ONE);
  }
});

test("baselines: the file of a newer version stays as it is", async () => {
  using folder = scratch();
  const newer = '{"descryBaselines":2,"minds":[]}\n';
  writeFileSync(folder.file, newer);
  const file = new BaselineFile(folder.path, "descry test");
  const { notices } = await file.open(AT);
  assert.match(`${notices[0]?.why}: ${notices[0]?.what}`, /^newer: .*version 2 of the format/);
  assert.deepEqual(await file.save(ONE, AT), []);
  file.close();
  assert.equal(readFileSync(folder.file, "utf8"), newer);
  assert.deepEqual(readdirSync(folder.path).toSorted(), ["baselines.json", "baselines.lock"]);
});

test("baselines: one writer at a time; the next gets what the first wrote", async () => {
  using folder = scratch();
  const [first, second] = [
    new BaselineFile(folder.path, "descry test"),
    new BaselineFile(folder.path, "descry test"),
  ];
  await first.open(AT);
  assert.deepEqual(readdirSync(folder.path), ["baselines.lock"], "and no other file for the lock");
  assert.deepEqual(await second.open(AT), { baselines: NOTHING_LEARNED, notices: [] });
  assert.deepEqual(await second.save({ services: [learnedOf("nginx.service")] }, AT), []);
  assert.equal(existsSync(folder.file), false, "the second has no lock");
  await first.save(ONE, AT);
  first.close();
  await second.save({ services: [learnedOf("nginx.service")] }, AT);
  second.close();
  const { baselines } = await readBaselines(folder.path);
  assert.deepEqual(baselines.services.map(({ service }) => service).toSorted(), [
    "gunicorn.service",
    "nginx.service",
  ]);
});

test("baselines: of each service the last word is kept, unless it comes from a clock that ran ahead", () => {
  const old = learnedOf("a", { learnedUntil: AT - 1000 });
  const young = learnedOf("a", { learnedUntil: AT });
  const ahead = learnedOf("a", { learnedUntil: AT + 1e9 });
  const merged = (kept: ServiceBaseline, learned: ServiceBaseline) =>
    mergeBaselines({ services: [kept] }, { services: [learned] }, AT).services;
  assert.deepEqual(merged(old, young), [young]);
  assert.deepEqual(merged(young, old), [young]);
  assert.deepEqual(merged(ahead, old), [old]);
  assert.deepEqual(mergeBaselines(ONE, NOTHING_LEARNED, AT), ONE, "what was not met this time is kept");
});

test("baselines: a figure that is no number spoils no file, and is told", async () => {
  using folder = scratch();
  const file = new BaselineFile(folder.path, "descry test");
  await file.open(AT);
  const bad = learnedOf("bad", { pools: [{ peer: "x", size: Number.NaN }] });
  const notices = await file.save({ services: [bad, ...ONE.services] }, AT);
  assert.match(notices[0]?.what ?? "", /^what was learned of bad$/);
  assert.deepEqual(await file.save({ services: [bad] }, AT), [], "once");
  file.close();
  assert.deepEqual((await readBaselines(folder.path)).baselines, ONE);
});

test("baselines: more than the file may hold loses what was not seen for longest", async () => {
  using folder = scratch();
  const file = new BaselineFile(folder.path, "descry test");
  await file.open(AT);
  const services = Array.from({ length: 20 }, (_, at) =>
    learnedOf(`service ${at} ${"x".repeat(1024 * 1024)}`, { learnedUntil: AT - at }),
  );
  const notices = await file.save({ services }, AT);
  file.close();
  assert.match(notices[0]?.what ?? "", /^what was learned of 5 services/);
  const { baselines } = await readBaselines(folder.path);
  assert.deepEqual(
    baselines.services.map(({ learnedUntil }) => AT - learnedUntil),
    Array.from({ length: 15 }, (_, at) => at),
  );
});

test("baselines: a folder that cannot be written is told once, and tried again", async () => {
  using folder = scratch();
  const gone = join(folder.path, "state");
  mkdirSync(gone);
  const file = new BaselineFile(gone, "descry test");
  await file.open(AT);
  rmSync(gone, { recursive: true });
  const [notice, ...more] = await file.save(ONE, AT);
  assert.match(
    `${notice?.why}: ${notice?.what}`,
    /^unwritable: learned baselines in .*: no such file or directory$/,
  );
  assert.deepEqual([more, await file.save(ONE, AT)], [[], []]);
  mkdirSync(gone);
  assert.deepEqual(await file.save(ONE, AT), []);
  assert.deepEqual((await readBaselines(gone)).baselines, ONE);
  rmSync(gone, { recursive: true });
  assert.equal((await file.save(ONE, AT)).length, 1, "a new failure is told again");
  file.close();
});

test("baselines: a lock that is no lock file is told, and what is learned is not written", async () => {
  using folder = scratch();
  const target = join(folder.path, "precious");
  writeFileSync(target, "not ours");
  for (const put of [
    () => symlinkSync(target, join(folder.path, "baselines.lock")),
    () => writeFileSync(join(folder.path, "baselines.lock"), "x".repeat(5000)),
  ]) {
    rmSync(join(folder.path, "baselines.lock"), { force: true });
    put();
    const file = new BaselineFile(folder.path, "descry test");
    const { notices } = await file.open(AT);
    assert.match(notices[0]?.what ?? "", /^the lock of learned baselines in /);
    assert.deepEqual(await file.save(ONE, AT), [], "told once");
    file.close();
    assert.equal(existsSync(folder.file), false);
  }
  assert.equal(readFileSync(target, "utf8"), "not ours");
});

test("state folder: made for its owner alone, refused where it cannot be", async () => {
  using folder = scratch();
  const deep = join(folder.path, "a/b");
  await makeStateFolder(deep);
  await makeStateFolder(deep);
  assert.equal(statSync(deep).mode & 0o777, 0o700);
  assert.equal(await stateFolderFault(deep), null);
  chmodSync(deep, 0o777);
  assert.match((await stateFolderFault(deep))?.notice?.what ?? "", /where everybody may write$/);
  writeFileSync(join(deep, "file"), "");
  assert.match((await stateFolderFault(join(deep, "file")))?.notice?.what ?? "", /no folder$/);
  assert.deepEqual(await stateFolderFault(join(deep, "missing")), { notice: null });
  await assert.rejects(makeStateFolder(join(deep, "file/below")), DescryError);
  await assert.rejects(makeStateFolder("/proc/nope/below"), DescryError);
});
