import assert from "node:assert/strict";
import { test } from "node:test";
import { CommanderError } from "commander";
import { failureWords } from "./failure.ts";
import { COMMAND_NAMES } from "./commands.ts";
import { buildProgram } from "./program.ts";
import { usageError, withCommand } from "./usage.ts";

/** Parses a command line; resolves to the flags it came to, or to what was wrong in words. */
async function parse(...args: string[]): Promise<unknown> {
  let parsed: Record<string, unknown> = {};
  let output = "";
  const program = buildProgram((_load, flags, operand) => {
    parsed = { ...flags, operand };
    return Promise.resolve();
  });
  for (const command of [program, ...program.commands]) {
    command.configureOutput({ writeErr: () => {}, writeOut: (text) => void (output += text) });
  }
  try {
    await program.parseAsync(withCommand(args), { from: "user" });
    return parsed;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const wrong = usageError(error, withCommand(args), program);
    return wrong === null ? output : failureWords(wrong);
  }
}

async function printed(...args: string[]): Promise<string> {
  const text = await parse(...args);
  assert.ok(typeof text === "string");
  return text;
}

test("no command is top, with its flags", async () => {
  assert.deepEqual(withCommand([]), ["top"]);
  assert.deepEqual(withCommand(["--once"]), ["top", "--once"]);
  assert.deepEqual(await parse("--once", "--json"), {
    once: true,
    json: true,
    agent: true,
    color: true,
    operand: null,
  });
});

test("flags arrive as they were written", async () => {
  assert.deepEqual(
    await parse("check", "--pid", "1", "--pid", "2", "--service", "nginx", "--for", "2m", "--no-agent"),
    {
      ...{ pid: ["1", "2"], service: ["nginx"], for: "2m", agent: false, color: true, operand: null },
    },
  );
  assert.deepEqual(await parse("replay", "-"), { color: true, operand: "-" });
  assert.deepEqual(await parse("alert", "test", "ops"), { words: ["test", "ops"], operand: "test" });
  assert.deepEqual(await parse("record", "-o", "f"), { output: "f", color: true, operand: null });
});

test("what is wrong is one sentence with the nearest name", async () => {
  assert.throws(() => withCommand(["chek"]), /descry has no command chek/);
  assert.equal(await parse("check", "--jsn"), "descry check has no option --jsn. Did you mean --json?");
  assert.equal(
    await parse("watch", "--pid"),
    "--pid <n> needs a value. descry watch --help lists its options.",
  );
  assert.equal(await parse("replay"), "descry replay needs a file. descry replay --help lists its options.");
  assert.equal(await parse("check", "812"), "descry check got a word too many. Did you mean --pid 812?");
  assert.equal(
    await parse("--json", "check"),
    "The command comes before its options. Write descry check ...",
  );
});

test("help and version are no errors", async () => {
  assert.match(await printed("--version"), /^descry \d+\.\d+\.\d+\n$/);
  const help = await printed("--help");
  for (const name of COMMAND_NAMES) assert.match(help, new RegExp(`^ {2}${name}`, "m"));
  assert.match(await printed("check", "--help"), /3 UNKNOWN/);
});
