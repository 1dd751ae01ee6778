import { INTERRUPTED } from "./exit-codes.ts";

/** Why a command was asked to end before it was through. `quit`: a key. `closed`: nobody reads the output any more. */
export type Cause = "SIGINT" | "SIGTERM" | "SIGHUP" | "quit" | "closed";

export interface Interruption {
  /** Aborted with the first cause. */
  readonly signal: AbortSignal;
  readonly cause: Cause | null;
  end(cause: Cause): void;
  /** From now on causes go to `take` and end nothing: a command that passes signals on. Null: no longer. */
  divert(take: ((cause: Cause) => void) | null): void;
}

export function createInterruption(): Interruption {
  const controller = new AbortController();
  let first: Cause | null = null;
  let diverted: ((cause: Cause) => void) | null = null;
  return {
    signal: controller.signal,
    get cause() {
      return first;
    },
    divert(take) {
      diverted = take;
    },
    end(cause) {
      if (diverted !== null) {
        diverted(cause);
        return;
      }
      first ??= cause;
      controller.abort();
    },
  };
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The first signal asks politely; a second one ends the process at once, should something hang. */
export function listenForSignals(interruption: Interruption): void {
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (interruption.signal.aborted) process.exit(INTERRUPTED[name] ?? 1);
      interruption.end(name);
    });
  }
}
