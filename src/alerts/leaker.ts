import type { Process } from "../census/processes.ts";
import type { Accumulation } from "../indicators/accumulation.ts";
import type { Account } from "../ledger/account.ts";

/** The one process of several whose leak a verdict is. */
export interface Leaker {
  readonly process: Process;
  /** What it holds of the class. */
  readonly account: Account;
  readonly evidence: Accumulation;
  /** How many processes of the service hold any of it. */
  readonly among: number;
  /** When it ended, in seconds since boot; null while it lives. */
  readonly endedAt: number | null;
}
