import { DescryError } from "../../model/error.ts";
import { printable } from "../../store/failure-words.ts";
import { stateFolderFault } from "../../store/folder.ts";

/** Rejects with a DescryError where everybody may write: who does could make alerts, silences and messages. */
export async function expectClosedFolder(folder: string): Promise<void> {
  const fault = await stateFolderFault(folder);
  if (fault?.notice?.why !== "denied") return;
  throw new DescryError(
    `Everybody may write into the state folder ${printable(folder)}.`,
    "Close it (chmod o-w), or name another with --state-dir: who writes there decides what descry tells.",
  );
}
