import { Command as Program } from "commander";
import { COMMANDS, type Declared, DESCRIPTION } from "./commands.ts";
import type { RawFlags } from "./options.ts";
import { VERSION } from "./version.ts";

/** Flags that can be given more than once. */
const REPEATED = /^--(?:pid|service|allow) /;

export type Run = (
  load: Declared["load"],
  flags: RawFlags & { color?: boolean },
  operand: string | null,
) => Promise<void>;

const EXAMPLES = `
Examples:
  descry                               every service of this host, live
  descry inspect gunicorn              what it holds, and why that is or is not a leak
  descry check --pid 812 --for 2m      exit code 2 when it leaks
  descry record -o host.descry         to look at it later, or elsewhere: descry replay host.descry
`;

/** The commands and their flags; nothing runs and nothing of them is loaded before one is called. */
export function buildProgram(run: Run): Program {
  const program = new Program("descry")
    .description(DESCRIPTION)
    .version(`descry ${VERSION}`, "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", EXAMPLES)
    .showSuggestionAfterError(false)
    .enablePositionalOptions()
    .exitOverride();
  for (const declared of COMMANDS) declare(program, declared, run);
  return program;
}

function declare(program: Program, declared: Declared, run: Run): void {
  const command = program
    .command(declared.name)
    .description(declared.summary)
    .helpOption("-h, --help", "print this help")
    .showSuggestionAfterError(false)
    .exitOverride();
  for (const operand of declared.operand?.split(" ") ?? []) command.argument(operand);
  // What follows the command to run is its own, whether it looks like an option or not.
  const runs = declared.operand?.endsWith("...]") === true;
  if (runs) command.passThroughOptions();
  for (const [flags, description] of declared.flags) {
    if (REPEATED.test(flags)) command.option(flags, description, collect);
    else command.option(flags, description);
  }
  if (declared.more !== undefined) command.addHelpText("after", `\n${declared.more}`);
  command.action(async () =>
    run(
      declared.load,
      { ...command.opts(), ...(runs ? { words: command.args } : {}) },
      command.args[0] ?? null,
    ),
  );
}

function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}
