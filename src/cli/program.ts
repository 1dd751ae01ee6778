import { Command as Program } from "commander";
import { type CommandName, COMMANDS, type Declared, DESCRIPTION } from "./commands.ts";
import type { RawFlags } from "./options.ts";
import type { Command } from "./surroundings.ts";
import { VERSION } from "./version.ts";

/** Flags that can be given more than once. */
const REPEATED = /^--(?:pid|service|allow) /;

type Load = () => Promise<{ readonly run: Command }>;

/** Loaded only when it runs, so that each command starts as fast as what it needs. */
const LOADS: Readonly<Record<CommandName, Load>> = {
  top: () => import("./commands/top.ts"),
  inspect: () => import("./commands/inspect.ts"),
  check: () => import("./commands/check.ts"),
  watch: () => import("./commands/watch.ts"),
  record: () => import("./commands/record.ts"),
  replay: () => import("./commands/replay.ts"),
  exec: () => import("./commands/exec.ts"),
  agent: () => import("./commands/agent.ts"),
  doctor: () => import("./commands/doctor.ts"),
  alert: () => import("./commands/alert.ts"),
  config: () => import("./commands/config.ts"),
  completion: () => import("./commands/completion.ts"),
  install: () => import("./commands/install.ts"),
  uninstall: () => import("./commands/uninstall.ts"),
  "capture-script": () => import("./commands/capture-script.ts"),
};

export type Run = (
  load: Load,
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
  const operands = declared.operand?.split(" ") ?? [];
  for (const operand of operands) command.argument(operand);
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
      LOADS[declared.name],
      { ...command.opts(), ...(operands.length > 1 ? { words: command.args } : {}) },
      command.args[0] ?? null,
    ),
  );
}

function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}
