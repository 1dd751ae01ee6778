import type { observe } from "../agent/observe.ts";

type Sources = typeof import("../agent/sources.ts");

/** The agent room as the commands see it. Tests give another one. */
export interface Agent extends Pick<Sources, "openKernel" | "openRecording" | "createRecording"> {
  readonly observe: typeof observe;
}

/** Loaded when a command runs, not for --help. */
export async function loadAgent(): Promise<Agent> {
  const [{ observe }, { openKernel, openRecording, createRecording }] = await Promise.all([
    import("../agent/observe.ts"),
    import("../agent/sources.ts"),
  ]);
  return { observe, openKernel, openRecording, createRecording };
}
