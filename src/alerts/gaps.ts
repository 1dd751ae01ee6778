import type { GapEvent } from "../model/events.ts";
import type { GapFact, GapReason } from "../model/facts.ts";

const MENDS: Readonly<Record<GapReason, string>> = {
  exited: "nothing to do: the process ended while it was read",
  denied:
    "run descry as root, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH (what a security module or another user namespace protects stays closed)",
  unsupported: "this kernel does not offer it; a newer one does",
  malformed: "report it with the text shown: descry does not understand what this kernel says",
  overflow: "nothing to do: it is counted again as soon as the host is quieter",
};

/** Tells each gap once: how many processes it concerns when it is first met, and not again. */
export class GapTeller {
  #told = new Set<string>();

  take(gaps: readonly GapFact[], at: string, host: string): GapEvent[] {
    const news = new Map<string, { fact: GapFact; processes: number }>();
    for (const fact of gaps) {
      if (fact.why === "exited") continue;
      const key = `${fact.what} ${fact.why}`;
      if (this.#told.has(key)) continue;
      const known = news.get(key);
      if (known === undefined) news.set(key, { fact, processes: fact.pid === null ? 0 : 1 });
      else if (fact.pid !== null) known.processes++;
    }
    return [...news].map(([key, { fact, processes }]) => {
      this.#told.add(key);
      const what = fact.text === undefined ? fact.what : `${fact.what}: ${fact.text}`;
      return {
        type: "gap",
        at,
        host,
        what,
        why: fact.why,
        mend: MENDS[fact.why],
        processes: processes || null,
      };
    });
  }
}
