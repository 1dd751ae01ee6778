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
      fs.mkdirSync(dirname(real), { recursive: true, mode: 0o755 });
      const beside = `${real}.${process.pid}.new`;
      try {
        const descriptor = fs.openSync(beside, "wx", mode);
        try {
          fs.writeSync(descriptor, text);
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
    return fs.lstatSync(this.#real(path), { throwIfNoEntry: false }) !== undefined;
  }

  #real(path: string): string {
    return this.#root === "/" ? path : join(this.#root, path);
  }

  #attempt<Result>(verb: string, path: string, work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      const denied = code === "EACCES" || code === "EPERM";
      throw new DescryError(
        `${this.shown(path)} could not be ${verb === "read" ? "read" : verb === "write" ? "written" : "removed"}: ${denied ? "not permitted" : code}.`,
        denied ? this.#mend : code === "EROFS" ? "The file system is read-only." : "",
      );
    }
  }
}
