/** A descriptor in people's words. */
import type { OpenDescriptor } from "../../../../src/server/api.ts";
import { UNKNOWN } from "../../words/figures.ts";
import { duration } from "../../words/times.ts";

const KINDS: Readonly<Record<string, string>> = {
  "socket-other": "other socket",
  "deleted-file": "deleted file",
  "anon-other": "other",
  tty: "terminal",
};

export function kindWord(kind: string): string {
  return KINDS[kind] ?? kind;
}

export interface Where {
  /** "to", "from", "on"; "" where the text says it all. */
  readonly word: string;
  readonly text: string;
  /** The near end of a connection; "" where there is none to be told. */
  readonly near: string;
}

export function whereOf({ path, peer, local, direction, ghost }: OpenDescriptor): Where {
  if (peer !== null) return { word: direction === "inbound" ? "from" : "to", text: peer, near: local ?? "" };
  if (local !== null) return { word: "on", text: local, near: "" };
  if (ghost) return { word: "", text: "in no table (lsof: can't identify protocol)", near: "" };
  return { word: "", text: path ?? "", near: "" };
}

/** "13 min"; "over 21 min" where it was open before anybody looked. Times are Unix milliseconds. */
export function openFor(openedAt: string | null, watchedFrom: string, at: string): string {
  const seconds = (Date.parse(at) - Date.parse(openedAt ?? watchedFrom)) / 1000;
  return openedAt === null ? `over ${duration(seconds)}` : duration(seconds);
}

/** "?" for a connection of which it is not known; nothing for what cannot be told to be used. */
export function unusedFor({ kind, state, unusedSeconds }: OpenDescriptor): string {
  if (unusedSeconds !== null) return duration(unusedSeconds);
  return kind === "tcp" && state !== "LISTEN" ? UNKNOWN : "";
}
