import type { AlertReport, Notification, Severity } from "../model/alert.ts";
import type { ChannelOptions } from "../model/channels.ts";

/** What came of one attempt. `because` is one sentence for a person, without a secret and without a full stop. */
export type Outcome =
  | { readonly is: "delivered" }
  /** To be tried again, not before `after` milliseconds where the receiver says so. */
  | { readonly is: "failed"; readonly because: string; readonly after: number | null }
  /** The receiver will never take this one. */
  | { readonly is: "refused"; readonly because: string };

export const DELIVERED: Outcome = { is: "delivered" };

export function failed(because: string, after: number | null = null): Outcome {
  return { is: "failed", because, after };
}

export interface Attempt {
  /** Unix milliseconds. */
  readonly now: number;
  /** Ends it before its own time is over. */
  readonly signal: AbortSignal;
}

/** A way to tell somebody. Attempts never throw, and end within the channel's timeout. */
export interface Channel {
  readonly name: string;
  readonly kind: ChannelOptions["kind"];
  readonly from: Severity;
  deliver(notification: Notification, attempt: Attempt): Promise<Outcome>;
  /** For a receiver that forgets what is not said again; null: this one remembers. */
  readonly repeat: Repeat | null;
}

export interface Repeat {
  /** Milliseconds from one to the next. */
  readonly every: number;
  deliver(standing: readonly AlertReport[], attempt: Attempt): Promise<Outcome>;
}

/** What channels need beside their options. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of this program, for those who look at what it sends. */
  readonly version: string;
}
