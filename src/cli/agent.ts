import type { ObserveOptions, Tick } from "../agent/observe.ts";
import type { Facts, FactSource } from "../model/facts.ts";
import type { Targets } from "../model/targets.ts";

export interface RecordingHeader {
  readonly host: string;
  readonly targets: Targets;
}

export interface RecordingWriter {
  write(facts: Facts): Promise<void>;
  close(): Promise<void>;
}

/** The agent room as the commands see it. Tests give another one. */
export interface Agent {
  observe(source: FactSource, options: ObserveOptions): AsyncGenerator<Tick>;
  openKernel(options: { readonly procfs: string }): FactSource;
  openRecording(path: string): Promise<{ readonly source: FactSource; readonly header: RecordingHeader }>;
  createRecording(path: string, header: RecordingHeader): Promise<RecordingWriter>;
}

/** Loaded when a command runs, not for --help. */
export async function loadAgent(): Promise<Agent> {
  const [{ observe }, { openKernel, openRecording, createRecording }] = await Promise.all([
    import("../agent/observe.ts"),
    import("../agent/sources.ts"),
  ]);
  return { observe, openKernel, openRecording, createRecording };
}
