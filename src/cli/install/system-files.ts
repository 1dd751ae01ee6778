import fs from "node:fs";
import { dirname, join } from "node:path";
import { DescryError } from "../../model/error.ts";
import { harmless } from "../screen/text.ts";

/** What install writes; and what else there may be of descry, which others write. */
export const UNIT = "/etc/systemd/system/descry.service";
export const CONFIGURATION = "/etc/descry/descry.yaml";
export const DROP_INS = "/etc/systemd/system/descry.service.d";
/** The second is where systemd keeps the state of a user that exists only while its service runs; the first leads there. */
export const STATE: readonly string[] = ["/var/lib/descry", "/var/lib/private/descry"];

/** A unit or configuration is a few kilobytes. */
const LARGEST = 1024 * 1024;

/** What stands in a path. A link is told as such: what it leads to is not install's. */
export type Found =
  | { readonly is: "absent" }
  | { readonly is: "text"; readonly text: string }
  | { readonly is: "other"; readonly what: string };

const MENDS: Readonly<Record<string, string>> = {
  EROFS:
    "Its file system is read-only: mount it writable, or install into the image that it is made from with --root.",
  ENOTDIR: "A file is where one of its folders has to be: move it away.",
  EISDIR: "A folder is where the file has to be: move it away.",
  ENOSPC: "The disk is full: make room.",
};

/** Files of the system, or of the folder that holds another one, as an image that is being built. */
export class SystemFiles {
  readonly #root: string;
  readonly #mend: string;

  /** `mend`: what to do where something is not permitted. */
  constructor(root: string, mend: string) {
    this.#root = root;
    this.#mend = mend;
  }

  /** The path as the user has to name it from here. */
  shown(path: string): string {
    return harmless(this.#real(path));
  }

  look(path: string): Found {
    return this.#attempt("read", path, () => {
      const stat = fs.lstatSync(this.#real(path), { throwIfNoEntry: false });
      if (stat === undefined) return { is: "absent" };
      if (stat.isSymbolicLink())
        return { is: "other", what: `a link to ${harmless(fs.readlinkSync(this.#real(path)))}` };
      if (!stat.isFile()) return { is: "other", what: "no file" };
      if (stat.size > LARGEST) return { is: "other", what: "a file of more than 1 MiB" };
      return { is: "text", text: fs.readFileSync(this.#real(path), "utf8") };
    });
  }

  /** Whole or not at all: it is written beside and renamed. */
  write(path: string, text: string, mode: number): void {
    this.#attempt("write", path, () => {
      const real = this.#real(path);
      makeFolders(dirname(real));
      const beside = `${real}.${process.pid}.new`;
      try {
        const descriptor = fs.openSync(beside, "wx", mode);
        try {
          fs.writeFileSync(descriptor, text);
          fs.fchmodSync(descriptor, mode);
          fs.fsyncSync(descriptor);
        } finally {
          fs.closeSync(descriptor);
        }
        fs.renameSync(beside, real);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") fs.rmSync(beside, { force: true });
        throw error;
      }
    });
  }

  remove(path: string): void {
    this.#attempt("remove", path, () => fs.rmSync(this.#real(path), { recursive: true, force: true }));
  }

  /** True when it was there and empty. */
  removeEmptyFolder(path: string): boolean {
    try {
      fs.rmdirSync(this.#real(path));
      return true;
    } catch {
      return false;
    }
  }

  exists(path: string): boolean {
    return this.#attempt(
      "read",
      path,
      () => fs.lstatSync(this.#real(path), { throwIfNoEntry: false }) !== undefined,
    );
  }

  #real(path: string): string {
    return this.#root === "/" ? path : join(this.#root, path);
  }

  /** In the image of another system an absolute link leads out of it, to the files of this one. */
  #checkInside(path: string): void {
    if (this.#root === "/") return;
    const root = fs.realpathSync(this.#root);
    const led = fs.realpathSync(nearestFolder(this.#real(path)));
    if (led !== root && !led.startsWith(`${root}/`))
      throw new DescryError(
        `${this.shown(path)} leads out of ${harmless(this.#root)}, to ${harmless(led)}.`,
        "Run descry inside of that system, as with chroot(1).",
      );
  }

  #attempt<Result>(verb: string, path: string, work: () => Result): Result {
    try {
      this.#checkInside(path);
      return work();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      const denied = code === "EACCES" || code === "EPERM";
      throw new DescryError(
        `${this.shown(path)} could not be ${verb === "read" ? "read" : verb === "write" ? "written" : "removed"}: ${denied ? "not permitted" : code}.`,
        denied ? this.#mend : (MENDS[code] ?? ""),
      );
    }
  }
}

/** Also where the umask is that of somebody who lets nobody in: a system's folders are for all. */
function makeFolders(folder: string): void {
  // Of a read-only file system mkdirSync would say ENOENT.
  fs.accessSync(nearestFolder(join(folder, "file")), fs.constants.W_OK);
  const umask = process.umask(0o022);
  try {
    fs.mkdirSync(folder, { recursive: true });
  } finally {
    process.umask(umask);
  }
}

/** That there is above the path. */
function nearestFolder(path: string): string {
  const folder = dirname(path);
  return fs.existsSync(folder) || folder === path ? folder : nearestFolder(folder);
}
