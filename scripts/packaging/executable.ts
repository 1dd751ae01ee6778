// A single-file executable: Node with a blob in it, doc/api/single-executable-applications.md of Node.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { BOOT } from "./boot.ts";
import { withNote } from "./elf.ts";
import { ROOT } from "./program.ts";

/** Node's own word for where the blob is, and the mark that says whether there is one: doc/api/single-executable-applications.md. */
const NOTE = "NODE_SEA_BLOB";
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/** The flags of scripts/node-flags.sh, which bin/descry starts Node with. */
function nodeFlags(): string[] {
  const print = '. "$0" && printf %s "$flags"';
  return execFileSync("sh", ["-c", print, join(ROOT, "scripts/node-flags.sh")], { encoding: "utf8" }).split(
    " ",
  );
}

/**
 * The blob that Node makes of the start script and the assets (paths by their names), the same for every processor.
 * `entry`: the name of the module that runs. `work`: a folder of its own.
 */
export function blobOf(assets: Readonly<Record<string, string>>, entry: string, work: string): Buffer {
  const main = join(work, "main.cjs");
  const output = join(work, "blob");
  fs.writeFileSync(join(work, "boot"), BOOT);
  fs.writeFileSync(main, `${BOOT}\nboot(${JSON.stringify(entry)});\n`);
  const configuration = {
    main,
    output,
    disableExperimentalSEAWarning: true,
    execArgv: nodeFlags(),
    // NODE_OPTIONS of who starts it are meant for other programs.
    execArgvExtension: "none",
    assets: { ...assets, boot: join(work, "boot") },
  };
  fs.writeFileSync(join(work, "sea.json"), JSON.stringify(configuration));
  execFileSync(process.execPath, ["--experimental-sea-config", join(work, "sea.json")], { stdio: "pipe" });
  return fs.readFileSync(output);
}

/** This Node with this blob in it. */
export function executableOf(node: Buffer, blob: Buffer): Buffer {
  return withNote(withFuseSet(node), NOTE, blob);
}

/** Says in Node that it holds a blob. */
function withFuseSet(node: Buffer): Buffer {
  const at = node.indexOf(`${FUSE}:0`);
  if (at === -1 || node.includes(`${FUSE}:0`, at + 1))
    throw new Error("this Node makes no single executables");
  const set = Buffer.from(node);
  set.write("1", at + FUSE.length + 1, "latin1");
  return set;
}
