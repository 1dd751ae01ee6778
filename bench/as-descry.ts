// Runs a script of bench/children/ with the Node, the flags and the compiled code that bin/descry runs with.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Scratch } from "../lab/scratch.ts";

const ROOT = join(import.meta.dirname, "..");
const CHILDREN = join(import.meta.dirname, "children");
const AS_FLAGS = 'root=$1; node=$2; shift 2; . "$root/scripts/node-flags.sh"; exec "$node" $flags "$@"';

const run = promisify(execFile);

export interface ChildRun {
  /** A file of bench/children/, without its ending. */
  readonly script: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Goes before the command: a program that runs it elsewhere. */
  readonly within?: readonly string[];
}

/**
 * What the script prints as JSON. Its code is compiled once into the scratch folder, as set-up compiles descry's: the
 * type stripper alone, which is then not loaded, takes 20 MB.
 */
export async function runAsDescry<Printed>(
  scratch: Pick<Scratch, "path">,
  { script, args, env = {}, within = [] }: ChildRun,
): Promise<Printed> {
  const line = ["sh", "-c", AS_FLAGS, "sh", ROOT, process.execPath, join(CHILDREN, `${script}.ts`), ...args];
  const [command = "", ...rest] = [...within, ...line];
  const compiled = { NODE_COMPILE_CACHE: join(scratch.path, "compiled"), NODE_COMPILE_CACHE_PORTABLE: "1" };
  const { stdout } = await run(command, rest, {
    env: { ...process.env, ...compiled, ...env },
    maxBuffer: 1e8,
  });
  return JSON.parse(stdout) as Printed;
}
