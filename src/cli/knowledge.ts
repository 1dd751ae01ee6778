import type { Memory } from "../agent/memory.ts";
import type { Tick } from "../agent/observe.ts";
import { readDeclared } from "../config/read.ts";
import { NOTHING_LEARNED } from "../model/baselines.ts";
import type { Knowledge } from "../model/declared.ts";
import { nearest } from "./nearest.ts";
import type { Options } from "./options.ts";
import { sentence } from "./screen/sentence.ts";
import { harmless } from "./screen/text.ts";
import type { Surroundings } from "./surroundings.ts";
import { VERSION } from "./version.ts";

/** The word that stands for no state folder. */
const OFF = "off";

/** What a command does with what was learned: neither read nor write it, read it, or read it and keep it up to date. */
export type Use = "ignored" | "read" | "written";

/** What an observation starts with, and what becomes of what it learns. */
export interface KnownHere {
  readonly known: Knowledge;
  /** The tick, with what there is to say of the memory among its events. */
  readonly note: (tick: Tick) => Tick;
}

type KnowledgeOptions = Pick<Options, "config" | "stateFolder" | "targets">;

/**
 * Runs an observation with what the user declared and what was learned before, and keeps what it learned at its end,
 * however it ends. Rejects with a DescryError when the configuration is no good or the state folder that was named
 * cannot be made.
 */
export async function withKnowledge<Result>(
  options: KnowledgeOptions,
  use: Use,
  surroundings: Surroundings,
  run: (knowledge: KnownHere) => Promise<Result>,
): Promise<Result> {
  const { end, ...knowledge } = await openKnowledge(options, use, surroundings);
  try {
    return await run(knowledge);
  } finally {
    await end();
  }
}

/** The same for ticks that are taken one by one. */
export async function* knownTicks(
  options: KnowledgeOptions,
  use: Use,
  surroundings: Surroundings,
  look: (knowledge: KnownHere) => AsyncIterable<Tick>,
): AsyncGenerator<Tick> {
  const { end, ...knowledge } = await openKnowledge(options, use, surroundings);
  try {
    yield* look(knowledge);
  } finally {
    await end();
  }
}

async function openKnowledge(
  options: KnowledgeOptions,
  use: Use,
  surroundings: Surroundings,
): Promise<KnownHere & { readonly end: () => Promise<void> }> {
  const { terminal } = surroundings;
  const usual = surroundings.usual.configuration;
  const declared = await readDeclared({ named: options.config, usual, nearest });
  const memory = await openMemory(options, use, surroundings);
  const unkept = unkeptWords(options, use, memory);
  if (unkept !== null) terminal.err(`descry: ${unkept}`);
  const known = { declared, baselines: memory?.learned ?? NOTHING_LEARNED };
  const note = (tick: Tick): Tick => {
    const said = memory?.note(tick) ?? [];
    return said.length === 0 ? tick : { ...tick, events: [...said, ...tick.events] };
  };
  const end = async () => {
    for (const gap of (await memory?.end()) ?? [])
      terminal.err(`descry: ${sentence(gap, terminal.look().zone)}`);
  };
  return { known, note, end };
}

/** Of a folder that the user named, why nothing is written into it though it looks so; null: it is, or nobody thinks so. */
function unkeptWords(
  { stateFolder, targets }: Pick<Options, "stateFolder" | "targets">,
  use: Use,
  memory: Memory | null,
): string | null {
  if (stateFolder === null || memory === null || use !== "written") return null;
  const folder = harmless(stateFolder);
  if (targets.pids.length > 0)
    return `with --pid nothing is kept in ${folder}: what some processes of a service do is not what is normal for it`;
  return memory.keptElsewhere
    ? `another descry keeps ${folder}: what this one learns is not kept while it runs`
    : null;
}

async function openMemory(
  { stateFolder, targets }: Pick<Options, "stateFolder" | "targets">,
  use: Use,
  { agent, usual }: Surroundings,
): Promise<Memory | null> {
  const folder = stateFolder ?? usual.stateFolder;
  if (use === "ignored" || folder === null || folder === OFF) return null;
  // Of a service of which only some processes were judged, what was learned is not what is normal for it.
  const writes = use === "written" && targets.pids.length === 0;
  return agent.openMemory({ folder, named: stateFolder !== null, writes, writtenBy: `descry ${VERSION}` });
}

/**
 * Where the state folder is when none is named: root's is the system's, as FHS 3.0 has it, everybody else's the one of
 * the XDG Base Directory Specification. null: there is no home.
 */
export function usualStateFolder(
  environment: Readonly<Record<string, string | undefined>>,
  uid: number | undefined,
): string | null {
  if (uid === 0) return "/var/lib/descry";
  const state = environment["XDG_STATE_HOME"] ?? "";
  // A relative one is to be ignored.
  if (state.startsWith("/")) return `${state}/descry`;
  const home = environment["HOME"] ?? "";
  return home.startsWith("/") ? `${home}/.local/state/descry` : null;
}
