import { OK } from "../exit-codes.ts";
import { installPlace } from "../install/place.ts";
import { uninstall } from "../install/uninstall.ts";
import type { Command } from "../surroundings.ts";

/** `descry uninstall`: stops the service and removes what install wrote. */
export const run: Command = (flags, _operand, { terminal, invocation }) => {
  const order = { purge: flags.purge === true, dryRun: flags.dryRun === true };
  uninstall(
    order,
    installPlace(flags, "uninstall", (line) => terminal.out(line), invocation),
  );
  return Promise.resolve(OK);
};
