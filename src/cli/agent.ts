import type { Here } from "../agent/here.ts";
import type { openMemory } from "../agent/memory.ts";
import type { observe } from "../agent/observe.ts";

type Sources = typeof import("../agent/sources.ts");

/** The agent room as the commands see it. Tests give another one. */
export interface Agent extends Pick<
  Sources,
  "openKernel" | "openRecording" | "createRecording" | "expectRecordable"
> {
  readonly observe: typeof observe;
  readonly openMemory: typeof openMemory;
  readonly lookHere: (
    procfs: string,
  ) => Pick<Here, "bootId" | "startOf" | "withDescendants" | "usersListeningOn">;
}

/** Loaded when a command runs, not for --help. */
export async function loadAgent(): Promise<Agent> {
  const [
    { observe },
    { openMemory },
    { lookHere },
    { openKernel, openRecording, createRecording, expectRecordable },
  ] = await Promise.all([
    import("../agent/observe.ts"),
    import("../agent/memory.ts"),
    import("../agent/here.ts"),
    import("../agent/sources.ts"),
  ]);
  return { observe, openMemory, lookHere, openKernel, openRecording, createRecording, expectRecordable };
}
