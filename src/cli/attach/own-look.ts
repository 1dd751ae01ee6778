import type { Options, RawFlags } from "../options.ts";

/**
 * What was asked for says that it is looked at here: a time to watch for before one answer, a memory of one's own, or
 * processes among those of a service, of which an agent tells no figures.
 */
export function asksForOwnLook(options: Pick<Options, "targets" | "once">, flags: RawFlags): boolean {
  return (
    flags.stateDir !== undefined ||
    options.targets.pids.length > 0 ||
    (options.once && flags.for !== undefined)
  );
}
