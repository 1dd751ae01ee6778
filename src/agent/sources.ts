import type { FactSource } from "../model/facts.ts";
import { openRecording as open, type RecordingHeader } from "../recording/read.ts";

export { openProcfs as openKernel } from "../kernel/procfs/source.ts";
export { createRecording } from "../recording/write.ts";

/** A recording as a source of facts, and what its first line says of it. */
export async function openRecording(
  path: string,
): Promise<{ readonly source: FactSource; readonly header: RecordingHeader }> {
  const recording = await open(path);
  return { source: recording, header: recording.header };
}
