import { isAbsolute } from "node:path";
import { isSea } from "node:sea";
import { DescryError } from "../../model/error.ts";
import { OK, WARNING } from "../exit-codes.ts";
import { failureWords } from "../failure.ts";
import { install, type InstallPlace } from "../install/install.ts";
import { installPlace } from "../install/place.ts";
import { startable } from "../install/program-file.ts";
import type { RawFlags } from "../options.ts";
import { ownProgram } from "../own-program.ts";
import { harmless } from "../screen/text.ts";
import type { Command } from "../surroundings.ts";

/** `descry install`: a unit for systemd, a configuration, and the service started where systemd runs. */
export const run: Command = async (flags, _operand, { terminal, invocation }) => {
  const place = installPlace(flags, "install", (line) => terminal.out(line), invocation);
  const { probeSight } = await import("../../agent/sight.ts");
  const { native } = await probeSight("/proc");
  const program = programOf(flags, place);
  const order = {
    program,
    containers: containersOf(flags, native.others > 0),
    speaks: native.addon === true,
    force: flags.force === true,
    dryRun: flags.dryRun === true,
  };
  return install(order, place) ? OK : WARNING;
};

/** In a system that is only a folder nobody can say what may be started there. */
function programOf({ program, dryRun }: RawFlags, { systemd, say }: InstallPlace): string {
  const path = program ?? ownProgram();
  if (!isAbsolute(path))
    throw new DescryError(`--program ${harmless(path)} is no absolute path.`, "systemd starts nothing else.");
  if (systemd === null) return path;
  try {
    return startable(path, isSea());
  } catch (error) {
    if (dryRun !== true || !(error instanceof DescryError)) throw error;
    say(`Without --dry-run this would fail: ${failureWords(error)}`);
    return path;
  }
}

function containersOf({ containers }: RawFlags, found: boolean): boolean {
  if (containers === undefined) return found;
  if (containers === "yes" || containers === "no") return containers === "yes";
  throw new DescryError(`--containers ${harmless(containers)} is neither yes nor no.`, "Say one of them.");
}
