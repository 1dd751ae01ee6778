import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { completionScript, SHELLS } from "./completion.ts";
import { COMMANDS } from "./commands.ts";
import { commandsReference, manPage } from "./manual.ts";

const committed = (path: string): string =>
  readFileSync(new URL(`../../docs/${path}`, import.meta.url), "utf8");

test("the man page and the reference are what the program takes: else run scripts/generate-reference.ts", () => {
  assert.equal(committed("descry.1"), manPage());
  assert.equal(committed("reference/commands.md"), commandsReference());
});

test("the man page has every command and flag, and no line that roff takes for a request of its own", () => {
  const page = manPage();
  for (const { name, flags } of COMMANDS) {
    assert.ok(page.includes(`.SS "descry ${name.replaceAll("-", "\\-")}`), name);
    for (const [flag] of flags)
      assert.ok(page.includes(flag.replaceAll("-", "\\-").replaceAll('"', "\\(dq")), flag);
  }
  for (const line of page.split("\n")) assert.match(line, /^(?!['.])|^\.(\\"|TH|SH|SS|TP|PP|B|BR|RI)( |$)/);
});

test("groff finds nothing wrong with the man page", (context) => {
  const found = spawnSync("groff", ["-man", "-ww", "-Tutf8", "-z"], { input: manPage(), encoding: "utf8" });
  if (found.error !== undefined) return context.skip("groff is not installed");
  assert.deepEqual([found.status, found.stderr], [0, ""]);
});

function completed(words: readonly string[]): string[] {
  const array = words.map((word) => `'${word}'`).join(" ");
  const ask = `COMP_WORDS=(${array}); COMP_CWORD=${words.length - 1}; _descry; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", `${completionScript("bash")}\n${ask}`], {
    encoding: "utf8",
    // bash itself complains of a locale that is not installed.
    env: { ...process.env, LC_ALL: "C" },
  });
  assert.equal(stderr, "");
  return stdout.split("\n").filter((word) => word !== "");
}

test("bash completes commands, the flags of a command, and processes", () => {
  assert.deepEqual(completed(["descry", "ch"]), ["check"]);
  assert.deepEqual(completed(["descry", "check", "--cr"]), ["--critical-within"]);
  assert.deepEqual(completed(["descry", "top", "--onc"]), ["--once"]);
  assert.ok(completed(["descry", "check", "--pid", String(process.pid)]).includes(String(process.pid)));
});

test("bash completes what a command is given, and nothing where it takes nothing", () => {
  assert.deepEqual(completed(["descry", "completion", ""]), SHELLS.slice());
  assert.deepEqual(completed(["descry", "check", ""]), []);
  assert.deepEqual(completed(["descry", "help", "doc"]), ["doctor"]);
  assert.deepEqual(completed(["descry", "--onc"]), ["--once"]);
  assert.deepEqual(completed(["descry", "doctor", "--p"]), ["--procfs"]);
  assert.ok(completed(["descry", "exec", "prlimi"]).includes("prlimit"));
});

test("every shell's script names every command", () => {
  for (const shell of SHELLS)
    for (const { name } of COMMANDS) assert.ok(completionScript(shell).includes(name));
});
