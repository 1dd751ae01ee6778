import type { Facts, FactSource } from "../model/facts.ts";
import { EVERYTHING, type Targets } from "../model/targets.ts";

export { openProcfs as openKernel } from "../kernel/procfs/source.ts";

interface Header {
  readonly host: string;
  readonly targets: Targets;
}

// The room is loaded when it is used: checking lines against their schema takes 20 MB that a watch does not need.

/** A recording or a capture as a source of facts, and what it was told to judge. */
export interface OpenedRecording {
  readonly source: FactSource;
  readonly header: Pick<Header, "targets">;
  /** A sentence about lines that this version does not understand and passed over so far; null when there were none. */
  notUnderstood(): string | null;
}

/**
 * Opens what `descry record` wrote or what the script of `descry capture-script` did, gzip or not; "-" is standard
 * input. The first bytes decide. Rejects with a DescryError.
 */
export async function openRecording(path: string): Promise<OpenedRecording> {
  const [{ openBytes, peek }, { nameOf }, { readRecording }, { CAPTURE_MAGIC, openCapture }] =
    await Promise.all([
      import("../recording/bytes.ts"),
      import("../recording/refusals.ts"),
      import("../recording/read.ts"),
      import("../kernel/capture/source.ts"),
    ]);
  const name = nameOf(path, "standard input");
  const { beginning, bytes } = await peek(await openBytes(path, name), CAPTURE_MAGIC.length);
  if (beginning.toString("latin1", 0, CAPTURE_MAGIC.length) === CAPTURE_MAGIC) {
    const capture = await openCapture(name, bytes);
    return { source: capture, header: { targets: EVERYTHING }, notUnderstood: () => capture.passedOver() };
  }
  const recording = await readRecording(name, bytes);
  return {
    source: recording,
    header: recording.header,
    notUnderstood: () => recording.passedOver()?.sentence ?? null,
  };
}

/** The shell script that captures the same facts where descry cannot run. */
export async function captureScript(): Promise<string> {
  const { captureScript: script } = await import("../kernel/capture/script.ts");
  return script();
}

/** Rejects with a DescryError when no recording could be begun at that path; makes nothing. */
export async function expectRecordable(path: string): Promise<void> {
  const [{ expectSink }, { nameOf }] = await Promise.all([
    import("../recording/sink.ts"),
    import("../recording/refusals.ts"),
  ]);
  await expectSink(path, nameOf(path, "standard output"));
}

/** Begins a recording; each tick's facts are written as they were read. */
export async function createRecording(
  path: string,
  header: Header & { readonly writtenBy: string },
): Promise<{ write(facts: Facts): Promise<void>; close(): Promise<void> }> {
  const { createRecording: create } = await import("../recording/write.ts");
  return create(path, header);
}
