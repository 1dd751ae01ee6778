// A service with the servers that it needs: a folder for all of it, the servers, then the service; at the end the other way round.
import { symlink } from "node:fs/promises";
import { extname, join } from "node:path";
import { stopAll, type Child } from "./child.ts";
import { startReporting, type Counts, type FirstLine, type Reporting } from "./reporting.ts";
import { makeScratch } from "./scratch.ts";

/** What such a service counts by itself. `kept` are the descriptors open now, those of a pool or of a batch among them. */
export interface ServedCounts extends Counts {
  /** Pieces of work done, those that failed among them. */
  readonly requests: number;
  /** Pieces of work on the error path, at the rate asked for. */
  readonly failed: number;
  /** Connections lost for good: what the leak is. */
  readonly leaked: number;
}

export type Served = Reporting<FirstLine, ServedCounts>;

export interface ServedOptions<Manner extends string> {
  readonly manner: Manner;
  /** Pieces of work a minute that take the error path; the leaking manners lose one connection at each. */
  readonly rate?: number;
}

/** `prepare` starts the servers, puts them among the children, and returns the command of the service. */
export async function startServed(
  name: string,
  prepare: (folder: string, children: Child[]) => Promise<readonly [string, ...string[]]>,
): Promise<Served> {
  const scratch = await makeScratch(name);
  const children: Child[] = [];
  const afterwards = [() => stopAll(children), () => scratch.remove()];
  let command: readonly [string, ...string[]];
  try {
    command = await prepare(scratch.path, children);
  } catch (error) {
    for (const step of afterwards) await step();
    throw error;
  }
  const service = await startReporting<FirstLine, ServedCounts>({ name, command, asked: "line", afterwards });
  return { ...service, first: { ...service.first, children: children.map(({ pid }) => pid) } };
}

/** The program under a name that tells its manner, so that a leaking one and its healthy twin are two services to who watches. */
export async function asProgram(source: string, folder: string, name: string): Promise<string> {
  const program = join(folder, `${name}${extname(source)}`);
  await symlink(source, program);
  return program;
}
