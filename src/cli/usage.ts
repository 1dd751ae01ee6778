import type { Command as Program, CommanderError } from "commander";
import { DescryError } from "../model/error.ts";
import { listed, nearest } from "./nearest.ts";
import { COMMAND_NAMES } from "./commands.ts";
import { harmless } from "./screen/text.ts";

/**
 * The arguments with the command first: none named means top. Throws a DescryError for a word that is no command.
 */
export function withCommand(args: readonly string[]): string[] {
  const [first] = args;
  if (first === undefined) return ["top"];
  if (COMMAND_NAMES.includes(first) || first === "--help" || first === "--version") return [...args];
  if (first.startsWith("-")) return ["top", ...args];
  const near = nearest(first, COMMAND_NAMES, 1)[0];
  throw new DescryError(
    `descry has no command ${harmless(first)}.`,
    near === undefined ? `It has ${listed(COMMAND_NAMES)}.` : `Did you mean ${near}?`,
  );
}

/** What commander found wrong, as one sentence and its mend; null when it only printed help or the version. */
export function usageError(
  error: CommanderError,
  args: readonly string[],
  program: Program,
): DescryError | null {
  if (error.exitCode === 0) return null;
  const command = args[0] ?? "top";
  const help = `descry ${command} --help lists its options.`;
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? "";
  switch (error.code) {
    case "commander.unknownOption":
      return unknownOption(quoted, command, program);
    case "commander.optionMissingArgument":
      return new DescryError(`${quoted.replace(/^-\w, /, "")} needs a value.`, help);
    case "commander.missingArgument":
      return new DescryError(`descry ${command} needs a ${quoted}.`, help);
    case "commander.excessArguments":
      return excess(args, command, help);
    default:
      return new DescryError(harmless(error.message.replace(/^error: /, "").replaceAll("\n", " ")), help);
  }
}

function unknownOption(option: string, command: string, program: Program): DescryError {
  const options =
    program.commands.find((candidate) => candidate.name() === command)?.options ?? program.options;
  const names = options.flatMap((candidate) => candidate.long ?? []);
  const near = nearest(option, [...names, "--help"], 1)[0];
  return new DescryError(
    `descry ${command} has no option ${harmless(option)}.`,
    near === undefined ? `descry ${command} --help lists them.` : `Did you mean ${near}?`,
  );
}

/** Words too many: most often the command behind its options, or a pid without --pid. */
function excess(args: readonly string[], command: string, help: string): DescryError {
  const later = args.slice(1).find((arg) => COMMAND_NAMES.includes(arg));
  if (later !== undefined)
    return new DescryError("The command comes before its options.", `Write descry ${later} ...`);
  const pid = args.slice(1).find((arg) => /^\d+$/.test(arg));
  const mend =
    pid === undefined ? `Name targets with --pid or --service; ${help}` : `Did you mean --pid ${pid}?`;
  return new DescryError(`descry ${command} got a word too many.`, mend);
}
