// mkleak for tests and for the runner: start a kind, ask for its counts, stop it.
import { execFileSync } from "node:child_process";
import { chmod, cp, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { makeNamespace, type Namespace } from "../namespace.ts";
import { startReporting, type Counts, type FirstLine } from "../reporting.ts";
import { makeScratch, type Scratch } from "../scratch.ts";

const LAB = join(import.meta.dirname, "..");

export interface MkleakOptions {
  /** Openings a minute. */
  readonly rate?: number;
  readonly spacing?: "even" | "poisson";
  readonly forSeconds?: number;
  /** Soft limit of open files. */
  readonly limit?: number;
  /** Further options as on the command line, such as ["--period", "20s"]. */
  readonly more?: readonly string[];
  /** Runs it under this name, as the one file that it links to: a program of its own, and so a service of its own. */
  readonly program?: string;
  /** The account it runs as, with its peers; for root only. */
  readonly user?: string;
  /** Run it and its peers in a network namespace of their own, which is removed afterwards; for root only. */
  readonly ownNamespace?: boolean;
}

export interface MkleakReport extends Counts {
  /** `past`: when its limit was reached, in seconds, and the rate up to then; null before. */
  readonly full?: number | null;
  readonly pastPerMinute?: number | null;
  /** `short`: its connections a second since the start. */
  readonly perSecond?: number | null;
}

interface MkleakLine extends FirstLine {
  /** What the reports count. */
  readonly counts: string;
  /** Threads with a table of descriptors of their own. */
  readonly threads: readonly number[];
  /** Of the kinds that hide things behind one descriptor, its number: the ring, the inotify instance, the socket they are in flight to. */
  readonly ring?: number;
  readonly inotify?: number;
  readonly receiver?: number;
  /** `peer-changing`: all of them. */
  readonly peers?: readonly string[];
}

export interface Mkleak extends MkleakLine {
  /** Its name where it has one of its own, else null. */
  readonly namespace: string | null;
  report(): Promise<MkleakReport>;
  stop(): Promise<void>;
}

function mkleakArguments(kind: string, options: MkleakOptions): string[] {
  const args = [kind, "--with-parent"];
  if (options.rate !== undefined) args.push("--rate", String(options.rate));
  if (options.spacing !== undefined) args.push("--spacing", options.spacing);
  if (options.forSeconds !== undefined) args.push("--for", `${options.forSeconds}s`);
  if (options.limit !== undefined) args.push("--limit", String(options.limit));
  return [...args, ...(options.more ?? [])];
}

/** What must be there before it, and be put away after it. */
interface Surroundings {
  readonly program: string;
  readonly prefix: readonly string[];
  readonly namespace: Namespace | null;
  readonly scratch: Scratch | null;
}

async function surroundingsOf(options: MkleakOptions): Promise<Surroundings> {
  const namespace = options.ownNamespace === true ? await makeNamespace() : null;
  const scratch = options.user === undefined ? null : await copyForOthers();
  return {
    program: options.program ?? join(scratch?.path ?? LAB, "mkleak.py"),
    prefix: [...(namespace?.prefix ?? []), ...asUser(options.user)],
    namespace,
    scratch,
  };
}

/** setpriv becomes the program, same pid; mkleak asks to die with us after that, as a change of account clears such a wish. */
function asUser(user: string | undefined): string[] {
  if (user === undefined) return [];
  const group = execFileSync("id", ["-g", user], { encoding: "utf8" }).trim();
  return ["setpriv", `--reuid=${user}`, `--regid=${group}`, "--clear-groups"];
}

/** Other accounts may not be able to read the folder that this repository lies in. */
async function copyForOthers(): Promise<Scratch> {
  const scratch = await makeScratch("mkleak");
  await chmod(scratch.path, 0o755);
  await mkdir(join(scratch.path, "mkleak"));
  const modules = (await readdir(join(LAB, "mkleak"))).filter((name) => name.endsWith(".py"));
  for (const name of ["mkleak.py", "mkleak-peer.py", ...modules.map((module) => `mkleak/${module}`)])
    await cp(join(LAB, name), join(scratch.path, name));
  return scratch;
}

export async function startMkleak(kind: string, options: MkleakOptions = {}): Promise<Mkleak> {
  const { program, prefix, namespace, scratch } = await surroundingsOf(options);
  const { first, report, stop } = await startReporting<MkleakLine, MkleakReport>({
    name: `mkleak ${kind}`,
    command: ["/usr/bin/env", ...prefix, "/usr/bin/python3", program, ...mkleakArguments(kind, options)],
    asked: "SIGUSR1",
    afterwards: [async () => namespace?.remove(), async () => scratch?.remove()],
  });
  return { ...first, namespace: namespace?.name ?? null, report, stop };
}
