import { captureScript } from "../../agent/sources.ts";
import { OK } from "../exit-codes.ts";
import type { Command } from "../surroundings.ts";

/** `descry capture-script`: prints the shell script whose output `descry replay` judges. */
export const run: Command = async (_flags, _operand, { terminal }) => {
  terminal.out((await captureScript()).trimEnd());
  return OK;
};
