// Every measurement of the bench, one after the other.
import type { Scratch } from "../lab/scratch.ts";
import type { Measurement } from "./figures.ts";
import { measurePulse } from "./pulse.ts";
import { startQuietHost } from "./quiet-host.ts";
import { measureWatch } from "./watch.ts";

/** Starts the quiet host, makes every measurement over it, ends it. */
export async function measureAll(
  scratch: Pick<Scratch, "path">,
  windowSeconds: number,
): Promise<Measurement[]> {
  const host = await startQuietHost(scratch);
  try {
    return [await measureWatch(host, scratch, { windowSeconds }), await measurePulse(host, scratch)];
  } finally {
    await host.stop();
  }
}
