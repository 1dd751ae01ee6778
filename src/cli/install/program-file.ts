import fs from "node:fs";
import { dirname } from "node:path";
import { DescryError } from "../../model/error.ts";
import { harmless } from "../screen/text.ts";

/** Folders that the service does not see: ProtectHome= and PrivateTmp=, systemd.exec(5). */
const HIDDEN = /^\/(?:home|root|run\/user|tmp|var\/tmp)\//;
const WRITABLE_BY_OTHERS = fs.constants.S_IWGRP | fs.constants.S_IWOTH;

/**
 * The program behind the links, if the service may start it. Rejects one that the service cannot see, and one that
 * somebody else than root may change: who changes it gets the rights of the service.
 */
export function startable(program: string, singleFile: boolean): string {
  const named = harmless(program);
  let real: string;
  try {
    real = fs.realpathSync(program);
  } catch (error) {
    const isHidden = (error as NodeJS.ErrnoException).code === "EACCES";
    throw isHidden
      ? new DescryError(`${named} could not be read: not permitted.`, "Run it as root.")
      : new DescryError(`There is no ${named}.`, "Name the program with --program.");
  }
  if (HIDDEN.test(real))
    throw new DescryError(
      `The service could not start ${named}: homes and temporary files are hidden from it.`,
      moving(real, singleFile),
    );
  if ((fs.statSync(real).mode & fs.constants.S_IXOTH) === 0)
    throw new DescryError(`${named} cannot be executed by other users.`, `chmod a+rx ${harmless(real)}.`);
  for (let path = real; ; path = dirname(path)) {
    const { uid, mode } = fs.statSync(path);
    if (uid !== 0 || (mode & WRITABLE_BY_OTHERS) !== 0)
      throw new DescryError(
        `${harmless(path)} can be changed by others than root, and who changes what the service runs gets its rights.`,
        `chown root and chmod go-w what leads to it, or ${lowered(moving(real, singleFile))}`,
      );
    if (path === dirname(path)) return real;
  }
}

/** A clone or a package is more than one file. */
function moving(program: string, singleFile: boolean): string {
  return singleFile
    ? `Run: install -m 755 ${harmless(program)} /usr/local/bin/descry && /usr/local/bin/descry install`
    : "Put the whole folder, owned by root, into /opt/descry and run /opt/descry/bin/descry install.";
}

function lowered(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
