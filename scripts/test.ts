// usage: scripts/run scripts/test.ts [fast|live|e2e|browser|matrix] [WORD...] [--NODE-TEST-FLAG...]
// Without a group: lint, types, then every group, all of them even when one fails, and one summary. A WORD picks the
// test files whose path contains it.
import { spawn } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Counted } from "./test-counts.ts";

type Group = { readonly files: string; readonly flags: readonly string[]; readonly needsPackages: boolean };

const groups: Record<string, Group> = {
  // Pure, so one process can hold them all.
  fast: {
    files: "{src,scripts,lab,bench}/**/*.test.ts",
    flags: ["--test-isolation=none", "--test-timeout=60000"],
    needsPackages: false,
  },
  // One file at a time: they count the descriptors and sockets of real processes on this host.
  live: {
    files: "test/live/**/*.test.ts",
    flags: ["--test-concurrency=1", "--test-timeout=300000"],
    needsPackages: true,
  },
  // They wait for minutes until something is told: side by side.
  e2e: {
    files: "test/e2e/**/*.test.ts",
    flags: ["--test-concurrency=8", "--test-timeout=600000"],
    needsPackages: true,
  },
  // Each file has an agent and a browser of its own.
  browser: {
    files: "test/browser/**/*.test.ts",
    flags: ["--test-concurrency=1", "--test-timeout=90000"],
    needsPackages: true,
  },
  // The whole host is watched, so it is alone.
  matrix: {
    files: "test/matrix/**/*.test.ts",
    flags: ["--test-concurrency=1", "--test-timeout=1800000"],
    needsPackages: true,
  },
};

type Outcome = { readonly ok: boolean; readonly says: string; readonly counted: Counted };
const nothing: Counted = { passed: 0, failed: 0, skipped: [] };

function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", reject).on("exit", (code) => resolve(code ?? 1));
  });
}

async function runStep(command: string, args: readonly string[]): Promise<Outcome> {
  const ok = (await run(command, args)) === 0;
  return { ok, says: ok ? "ok" : "FAILED", counted: nothing };
}

async function runGroup(group: Group, words: readonly string[], flags: readonly string[]): Promise<Outcome> {
  const files = globSync(group.files)
    .filter((file) => words.every((word) => file.includes(word)))
    .toSorted();
  if (files.length === 0 && words.length > 0) return { ok: true, says: "no file matches", counted: nothing };
  // A group that runs nothing proves nothing, so it is not green.
  if (files.length === 0)
    return { ok: false, says: `FAILED: no test file in ${group.files}`, counted: nothing };

  // node:test reports to people on standard output as always. The counts come in a file: an inherited pipe would be one
  // more open descriptor in every process that live tests count.
  const folder = mkdtempSync(join(tmpdir(), "descry-test-"));
  const counts = join(folder, "counts.json");
  const reporters = [
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    "--test-reporter=./scripts/test-counts.ts",
    `--test-reporter-destination=${counts}`,
  ];
  const args = [
    "--disable-warning=ExperimentalWarning",
    "--test",
    ...group.flags,
    ...reporters,
    ...flags,
    ...files,
  ];
  const code = await run(process.execPath, args);
  const written = existsSync(counts) ? readFileSync(counts, "utf8") : "";
  rmSync(folder, { recursive: true });
  if (written === "") return { ok: false, says: `FAILED: node --test ended with ${code}`, counted: nothing };
  const counted = JSON.parse(written) as Counted;
  const parts = [
    `${counted.passed} passed`,
    counted.failed > 0 ? `${counted.failed} FAILED` : "",
    counted.skipped.length > 0 ? `${counted.skipped.length} skipped` : "",
  ];
  const ran = counted.passed + counted.failed + counted.skipped.length;
  const ok = code === 0 && counted.failed === 0 && ran > 0;
  const reason = ok ? "" : ran === 0 ? "FAILED: no test ran; " : code === 0 ? "" : "FAILED: ";
  return { ok, says: reason + parts.filter(Boolean).join(", "), counted };
}

process.chdir(new URL("..", import.meta.url).pathname);
const started = performance.now();
const flags = process.argv.slice(2).filter((arg) => arg.startsWith("-"));
const words = process.argv.slice(2).filter((arg) => !arg.startsWith("-"));
const only = words[0] !== undefined && words[0] in groups ? words.shift() : undefined;

const outcomes = new Map<string, Outcome>();
const record = async (name: string, outcome: Promise<Outcome>): Promise<void> => {
  console.log(`\n== ${name}`);
  outcomes.set(name, await outcome);
};

const chosen = Object.entries(groups).filter(([name]) => only === undefined || name === only);
if (chosen.some(([, group]) => group.needsPackages)) {
  const packages = await runStep("sh", ["scripts/setup-test"]);
  if (!packages.ok) outcomes.set("packages", packages);
}
if (only === undefined && words.length === 0) {
  await record("lint", runStep("sh", ["scripts/lint"]));
  await record(
    "types",
    runStep("sh", [
      "-c",
      "sh scripts/run tsc && sh scripts/run tsc -p web && sh scripts/run tsc -p test/browser",
    ]),
  );
}
for (const [name, group] of chosen) await record(name, runGroup(group, words, flags));

console.log("\n== summary");
let [passed, failed, skipped] = [0, 0, 0];
for (const [name, { says, counted }] of outcomes) {
  console.log(`${name}: ${says}`);
  for (const skip of counted.skipped) console.log(`  skipped: ${skip}`);
  passed += counted.passed;
  failed += counted.failed;
  skipped += counted.skipped.length;
}
const ok = passed + failed + skipped > 0 && [...outcomes.values()].every((outcome) => outcome.ok);
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(
  `${ok ? "PASSED" : "FAILED"}: ${passed} passed, ${failed} failed, ${skipped} skipped, in ${seconds} s`,
);
process.exitCode = ok ? 0 : 1;
