/** For tests of this room: recordings in a temporary folder, and what comes out of reading one. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescryError } from "../model/error.ts";
import type { Facts } from "../model/facts.ts";
import { openRecording, type PassedOver, type RecordingHeader } from "./read.ts";
import { createRecording } from "./write.ts";

export const HEADER: RecordingHeader = {
  writtenBy: "descry 0.1.0",
  host: "web-12",
  targets: { pids: [812], services: ["nginx.service"] },
};

/** A folder that is gone when the block ends. */
export function scratchFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "descry-recording-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

export async function writeTicks(
  path: string,
  ticks: readonly Facts[],
  flushMilliseconds?: number,
): Promise<void> {
  const recorder = await createRecording(
    path,
    HEADER,
    flushMilliseconds === undefined ? {} : { flushMilliseconds },
  );
  for (const tick of ticks) await recorder.write(tick);
  await recorder.close();
}

export interface Outcome {
  readonly header: RecordingHeader | null;
  readonly ticks: readonly Facts[];
  /** Null when the recording was whole. */
  readonly error: DescryError | null;
  readonly passedOver: PassedOver | null;
}

/** Reads everything; throws what is no DescryError, for that is a bug. */
export async function readAll(path: string): Promise<Outcome> {
  const ticks: Facts[] = [];
  let recording: Awaited<ReturnType<typeof openRecording>> | null = null;
  let error: DescryError | null = null;
  try {
    recording = await openRecording(path);
    for (let tick = await recording.read(); tick !== null; tick = await recording.read()) ticks.push(tick);
  } catch (thrown) {
    if (!(thrown instanceof DescryError)) throw thrown;
    error = thrown;
  }
  await recording?.close();
  return { header: recording?.header ?? null, ticks, error, passedOver: recording?.passedOver() ?? null };
}

/** Reads bytes as if they were a file. */
export async function readBytes(folder: string, bytes: Uint8Array | string): Promise<Outcome> {
  const path = join(folder, "bytes.descry");
  // To truncate an existing file takes ten times as long (ext4 writes it out then).
  rmSync(path, { force: true });
  writeFileSync(path, bytes);
  return readAll(path);
}
