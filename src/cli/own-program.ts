import { isSea } from "node:sea";
import { fileURLToPath } from "node:url";

/** How this program is started: the single-file executable itself, else bin/descry of the clone or the package. */
export function ownProgram(): string {
  return isSea() ? process.execPath : fileURLToPath(new URL("../../bin/descry", import.meta.url));
}
