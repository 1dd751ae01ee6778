/** What the user asked to be judged. Both empty: every process of the host. */
export interface Targets {
  /** These processes and their descendants. */
  readonly pids: readonly number[];
  readonly services: readonly string[];
}

export const EVERYTHING: Targets = { pids: [], services: [] };
