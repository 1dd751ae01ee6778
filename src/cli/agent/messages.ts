/** What the two threads of the agent say to each other. */
import type { ListingPart } from "../../agent/listing-view.ts";
import type { AgentSettings } from "../../model/agent-settings.ts";
import type { DeskTick } from "../../model/desk.ts";
import type { GapEvent } from "../../model/events.ts";

/** What the desk is started with. */
export interface DeskStart {
  readonly folder: string;
  readonly settings: AgentSettings;
  readonly procfs: string;
  readonly host: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Unix milliseconds. */
  readonly startedAt: number;
}

export type ToDesk =
  | { readonly tick: DeskTick }
  /** A part of the answer to a question; the last one says so. */
  | { readonly listing: number; readonly part: ListingPart; readonly last: boolean }
  | { readonly end: true };

export type FromDesk =
  /** It serves. */
  | { readonly url: string }
  /** It cannot start with what it was given. */
  | { readonly refused: { readonly message: string; readonly mend: string } }
  /** The next tick may come. `lookedAt`: somebody asks for pictures of what is known. */
  | { readonly taken: readonly GapEvent[]; readonly lookedAt: boolean }
  /** What has this process open? The answer comes in parts, with the number of the question. */
  | { readonly listing: number; readonly pid: number }
  /** Somebody began to ask for pictures of what is known. */
  | { readonly lookedAt: true }
  /** A request failed through a fault of the program. */
  | { readonly fault: string };
