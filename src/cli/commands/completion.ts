import { DescryError } from "../../model/error.ts";
import { completionScript, SHELLS } from "../completion.ts";
import { OK } from "../exit-codes.ts";
import { harmless } from "../screen/text.ts";
import type { Command } from "../surroundings.ts";

/** `descry completion SHELL`: prints the script that makes that shell complete commands and flags. */
export const run: Command = async (_flags, operand, { terminal }) => {
  const shell = SHELLS.find((one) => one === operand);
  if (shell === undefined) {
    const named =
      operand === null ? "completion needs a shell." : `There is no completion for ${harmless(operand)}.`;
    throw new DescryError(named, `Name one of ${SHELLS.join(", ")}: descry completion bash.`);
  }
  terminal.out(completionScript(shell).trimEnd());
  return OK;
};
