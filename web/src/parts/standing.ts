/** What is seen of a service at a glance: never by colour alone, so each has a mark and a word as well. */
export type Tone = "leak" | "suspect" | "unknown" | "calm";

export interface Mark {
  /** "x" leak, "?" suspect, "-" nothing can be said, "" healthy. */
  readonly sign: string;
  /** For those who hear the page. */
  readonly word: string;
  readonly tone: Tone;
}

/** `standing` as the API has it; `readable` false: its descriptors may not be listed. */
export function markOf(standing: "suspect" | "confirmed" | "cleared" | null, readable = true): Mark {
  if (standing === "confirmed") return { sign: "x", word: "leak", tone: "leak" };
  if (standing === "suspect") return { sign: "?", word: "suspect", tone: "suspect" };
  if (standing === "cleared") return { sign: "-", word: "withdrawn", tone: "calm" };
  if (!readable) return { sign: "-", word: "not permitted", tone: "unknown" };
  return { sign: "", word: "no finding", tone: "calm" };
}
