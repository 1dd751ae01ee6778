import fs from "node:fs";
import { resolve } from "node:path";
import { DescryError } from "../../model/error.ts";
import type { RawFlags } from "../options.ts";
import { harmless } from "../screen/text.ts";
import type { Surroundings } from "../surroundings.ts";
import type { InstallPlace } from "./install.ts";
import { SystemFiles } from "./system-files.ts";
import { systemdHere } from "./systemd.ts";

/** Where to install or remove: this system, or the one in the folder of --root. */
export function installPlace(
  { root }: RawFlags,
  verb: "install" | "uninstall",
  say: (line: string) => void,
  { program, sudo }: Surroundings["invocation"],
): InstallPlace {
  const mend = sudo ? `Run: sudo ${program} ${verb}. With --dry-run it only says what it would do.` : "";
  if (root === undefined) return { files: new SystemFiles("/", mend), systemd: systemdHere(), say };
  const folder = resolve(root);
  if (root === "" || !isFolder(folder))
    throw new DescryError(`--root ${harmless(root)} is no folder.`, "Name the folder that holds the system.");
  return { files: new SystemFiles(folder, mend), systemd: folder === "/" ? systemdHere() : null, say };
}

function isFolder(path: string): boolean {
  try {
    return fs.statSync(path).isDirectory();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EACCES") return false;
    throw new DescryError(`--root ${harmless(path)} could not be read: not permitted.`, "Run it as root.");
  }
}
