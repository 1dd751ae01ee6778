// Every measurement of the bench, one after the other.
import type { Scratch } from "../lab/scratch.ts";
import type { Measurement } from "./figures.ts";
import { measurePulse } from "./pulse.ts";
import { measureReplay } from "./replay.ts";
import { startQuietHost } from "./quiet-host.ts";
import { measureWatch } from "./watch.ts";

/** Starts the quiet host, makes every measurement that is over it, ends it, and makes the rest. */
export async function measureAll(
  scratch: Pick<Scratch, "path">,
  windowSeconds: number,
): Promise<Measurement[]> {
  const host = await startQuietHost(scratch);
  const measurements: Measurement[] = [];
  try {
    measurements.push(
      await measureWatch(host, scratch, { windowSeconds }),
      await measurePulse(host, scratch),
    );
  } finally {
    await host.stop();
  }
  return [...measurements, await measureReplay(scratch)];
}
