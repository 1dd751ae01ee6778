import { setTimeout as wait } from "node:timers/promises";
import { DescryError } from "../../model/error.ts";
import type { Agent } from "../agent.ts";
import { failureWords } from "../failure.ts";
import { counted } from "../screen/figures.ts";
import { elapsed } from "../screen/times.ts";
import { VERSION } from "../version.ts";

/** A recording that goes on beside the screen. */
export interface SideRecording {
  /** What it does or what became of it, in one line. */
  words(): string;
  readonly ended: boolean;
  /** Ends it and resolves when the file is whole. Never rejects: what went wrong is in the words. */
  stop(): Promise<void>;
}

export interface RecordingOrder {
  readonly agent: Agent;
  readonly procfs: string;
  /** Milliseconds between two readings. */
  readonly interval: number;
  readonly host: string;
  readonly service: string;
  /** Processes to look at closely. */
  readonly pids: () => ReadonlySet<number>;
  /** Unix milliseconds, for the name of the file. */
  readonly at: number;
}

/**
 * Begins to record in a new file of the current folder. A recording holds what changed since its own first reading,
 * so it reads the kernel by itself: what the screen has read before would be missing from it.
 */
export function startRecording(order: RecordingOrder): SideRecording {
  const path = fileNameFor(order.service, order.at);
  const stopped = new AbortController();
  const state = { readings: 0, first: 0, last: 0, failure: null as string | null, ended: false };
  const finished = record(order, path, stopped.signal, (uptime) => {
    if (state.readings++ === 0) state.first = uptime;
    state.last = uptime;
  })
    .catch((error: unknown) => {
      if (!(error instanceof DescryError)) throw error;
      state.failure = failureWords(error);
    })
    .finally(() => (state.ended = true));
  // A bug among them surfaces as what it is.
  void finished;
  return {
    get ended() {
      return state.ended;
    },
    words() {
      if (state.failure !== null) return `not recorded: ${state.failure}`;
      const time = elapsed(state.last - state.first);
      if (!state.ended) return `recording to ${path}, ${time} (r stops)`;
      return `Recorded ${time}, ${counted(state.readings, "reading")} to ${path}; descry replay ${path} judges it.`;
    },
    async stop() {
      stopped.abort();
      await finished;
    },
  };
}

async function record(
  { agent, procfs, interval, host, service, pids }: RecordingOrder,
  path: string,
  signal: AbortSignal,
  read: (uptime: number) => void,
): Promise<void> {
  const targets = { pids: [], services: [service] };
  const writer = await agent.createRecording(path, { writtenBy: `descry ${VERSION}`, host, targets });
  try {
    const source = agent.openKernel({ procfs });
    try {
      while (!signal.aborted) {
        const began = performance.now();
        const facts = await source.read({ pids: pids() });
        if (facts === null) return;
        await writer.write(facts);
        read(facts.uptime);
        const rest = Math.max(0, interval - (performance.now() - began));
        await wait(rest, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      await source.close();
    }
  } finally {
    await writer.close();
  }
}

/** "gunicorn-20261123-030451.descry", in UTC: sorts by time, and needs no quotes in any shell. */
export function fileNameFor(service: string, at: number): string {
  const name = service
    .replace(/\.service$/, "")
    .replaceAll(/[^\w.]+/g, "-")
    .slice(0, 60)
    .replace(/^[-.]+|[-.]+$/g, "");
  const [day = "", time = ""] = new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, "").split("T");
  return `${name === "" ? "service" : name}-${day}-${time}.descry`;
}
