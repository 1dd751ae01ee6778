import { expectClosedFolder } from "../../agent/desk/folder.ts";
import { type ReadAgent, readAgent, rereadAgent } from "../../config/read.ts";
import { DescryError } from "../../model/error.ts";
import { EVERYTHING } from "../../model/targets.ts";
import { Watching } from "../agent/watching.ts";
import { OK } from "../exit-codes.ts";
import { withKnowledge } from "../knowledge.ts";
import { nearest } from "../nearest.ts";
import { readOptions } from "../options.ts";
import { harmless } from "../screen/text.ts";
import type { Command } from "../surroundings.ts";
import { teller } from "../telling.ts";

/** `descry agent`: watches the host until it is ended, keeps history, tells people and serves the API. */
export const run: Command = async (flags, _operand, surroundings) => {
  const { environment, terminal, usual } = surroundings;
  const options = readOptions(flags, environment);
  const where = { named: options.config, usual: usual.configuration, nearest };
  // Flags go before the file, also when that is read again.
  const flagged = (read: ReadAgent): ReadAgent =>
    flags.listen === undefined
      ? read
      : {
          ...read,
          settings: { ...read.settings, server: { ...read.settings.server, listen: flags.listen } },
        };
  const read = flagged(await readAgent(where));
  const folder = stateFolder(options.stateFolder ?? read.settings.stateFolder ?? usual.stateFolder);
  const known = { config: options.config, stateFolder: folder, targets: EVERYTHING };
  await withKnowledge(known, "written", surroundings, async (knowledge) => {
    await expectClosedFolder(folder);
    const order = {
      ...{ read, folder, procfs: options.procfs, tell: teller(options.json, terminal) },
      reread: async (before: ReadAgent) => {
        const answer = await rereadAgent(where, before);
        return "read" in answer ? { read: flagged(answer.read) } : answer;
      },
      word: (text: string) => terminal.err(`descry: ${text.split("\n").map(harmless).join("\n")}`),
    };
    await new Watching(order, surroundings, knowledge).run();
  });
  return OK;
};

/** Throws a DescryError: without one nothing would be remembered, and nobody told twice would know why. */
function stateFolder(folder: string | null): string {
  if (folder !== null && folder !== "off") return folder;
  throw new DescryError(
    "descry agent needs a folder for history and alerts.",
    "Name one with --state-dir or DESCRY_STATE_DIR.",
  );
}
