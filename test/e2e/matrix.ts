import { Analysis } from "../../src/agent/analysis.ts";
import { openKernel } from "../../src/agent/sources.ts";
import type { DescryEvent, VerdictEvent } from "../../src/model/events.ts";

/** One program under watch, and what was said of it. Times in seconds after its watch began. */
export interface Watched {
  readonly pid: number;
  readonly analysis: Analysis;
  readonly events: { readonly seconds: number; readonly event: DescryEvent }[];
}

/**
 * Watches several programs with one reading of the kernel, each judged by itself as `check --pid` would, until `done`
 * says so or the time is up. Returns how many seconds were watched.
 */
export async function watchEach(
  watched: readonly Watched[],
  seconds: number,
  done: () => boolean,
): Promise<number> {
  const source = openKernel({ procfs: "/proc" });
  const began = performance.now();
  const elapsed = (): number => (performance.now() - began) / 1000;
  try {
    for (let due = began; elapsed() < seconds && !done(); due += 1000) {
      const pids = new Set(watched.flatMap(({ analysis }) => [...analysis.attention()]));
      for (const { pid } of watched) pids.add(pid);
      const facts = await source.read({ pids });
      if (facts === null) break;
      for (const { analysis, events } of watched) {
        for (const event of analysis.take(facts)) events.push({ seconds: elapsed(), event });
      }
      const rest = due + 1000 - performance.now();
      if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
    }
  } finally {
    await source.close();
  }
  return elapsed();
}

export function watching(pid: number): Watched {
  const analysis = new Analysis({ pids: [pid], services: [] }, { program: "descry", sudo: false });
  return { pid, analysis, events: [] };
}

/** The first verdict with this standing, and when it came; undefined when there was none. */
export function firstVerdict(
  { events }: Watched,
  standing: VerdictEvent["standing"],
): { readonly seconds: number; readonly verdict: VerdictEvent } | undefined {
  for (const { seconds, event } of events) {
    if (event.type === "verdict" && event.standing === standing && event.rule !== "at-limit")
      return { seconds, verdict: event };
  }
  return undefined;
}
