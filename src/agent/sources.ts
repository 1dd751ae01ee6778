import type { Facts, FactSource } from "../model/facts.ts";
import type { Targets } from "../model/targets.ts";

export { openProcfs as openKernel } from "../kernel/procfs/source.ts";

interface Header {
  readonly host: string;
  readonly targets: Targets;
}

// The room is loaded when it is used: checking lines against their schema takes 20 MB that a watch does not need.

/** A recording as a source of facts, and what its first line says of it. */
export interface OpenedRecording {
  readonly source: FactSource;
  readonly header: Header;
  /** A sentence about lines that this version does not understand and passed over so far; null when there were none. */
  notUnderstood(): string | null;
}

export async function openRecording(path: string): Promise<OpenedRecording> {
  const { openRecording: open } = await import("../recording/read.ts");
  const recording = await open(path);
  return {
    source: recording,
    header: recording.header,
    notUnderstood: () => recording.passedOver()?.sentence ?? null,
  };
}

/** Begins a recording; each tick's facts are written as they were read. */
export async function createRecording(
  path: string,
  header: Header & { readonly writtenBy: string },
): Promise<{ write(facts: Facts): Promise<void>; close(): Promise<void> }> {
  const { createRecording: create } = await import("../recording/write.ts");
  return create(path, header);
}
