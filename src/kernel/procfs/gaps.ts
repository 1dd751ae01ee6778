import type { Fact, GapReason } from "../../model/facts.ts";

const LONGEST_TEXT = 200;

/** What could not be read and has been said: each gap is told once. */
export class ToldGaps {
  /** By process or namespace: the gaps already told. */
  private readonly told = new Map<string, Set<string>>();

  /** Adds the gap to the facts unless `owner` (a process or a namespace) has told it. An exit is no gap. */
  tell(facts: Fact[], owner: string, pid: number | null, what: string, why: GapReason, text?: string): void {
    if (why === "exited") return;
    const already = this.told.get(owner) ?? new Set<string>();
    const key = `${what}\n${why}`;
    if (already.has(key)) return;
    already.add(key);
    this.told.set(owner, already);
    facts.push({
      fact: "gap",
      what,
      why,
      pid,
      ...(text === undefined ? {} : { text: text.slice(0, LONGEST_TEXT) }),
    });
  }

  /** The process or the namespace is gone. */
  forget(owner: string): void {
    this.told.delete(owner);
  }
}
