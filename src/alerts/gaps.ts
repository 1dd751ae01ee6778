import type { GapEvent } from "../model/events.ts";
import type { GapFact, GapReason } from "../model/facts.ts";

/** Of what is missing for another reason than its kind has as a rule. */
const SPECIAL_MENDS: ReadonlyMap<string, string> = new Map([
  [
    "idle times and closings of connections unsupported",
    "give descry its C addon: install gcc and the C library's headers (Debian: gcc libc6-dev), then run scripts/setup in its clone; descry doctor says more",
  ],
  [
    "idle times and closings of connections denied",
    "run descry as root, or with CAP_SYS_ADMIN and CAP_SYS_PTRACE: other network namespaces have to be entered for it",
  ],
]);

const MENDS: Readonly<Record<GapReason, string>> = {
  exited: "nothing to do: the process ended while it was read",
  denied:
    "run descry as root, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH (what a security module or another user namespace protects stays closed)",
  unsupported: "this kernel does not offer it; a newer one does",
  malformed: "report it with the text shown: descry does not understand what this kernel says",
  overflow: "nothing to do: it is counted again as soon as the host is quieter",
};

/** Of root, whom the kernel refuses for another reason than its user. */
const MEND_OF_ROOT =
  "nothing to do: the kernel (a security module or another user namespace) protects it even from root; for root of a container, descry doctor knows more";

/**
 * Tells each gap once: how many processes it concerns when it is first met, and not again. What was lost because it was
 * too much at once is told each time that it is: it was counted in between.
 */
export class GapTeller {
  #told = new Set<string>();
  readonly #asRoot: boolean;

  /** `asRoot`: whoever reads is root already. */
  constructor(asRoot: boolean) {
    this.#asRoot = asRoot;
  }

  take(gaps: readonly GapFact[], at: string, host: string): GapEvent[] {
    const news = new Map<string, { fact: GapFact; processes: number }>();
    for (const fact of gaps) {
      if (fact.why === "exited") continue;
      const key = `${fact.what} ${fact.why}`;
      const again = fact.why === "overflow" && fact.pid === null;
      if (this.#told.has(key) && !again) continue;
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
        mend: this.#mendOf(key, fact.why),
        processes: processes || null,
      };
    });
  }

  #mendOf(key: string, why: GapReason): string {
    if (why === "denied" && this.#asRoot) return MEND_OF_ROOT;
    return SPECIAL_MENDS.get(key.replace(/:.*? (?=\w+$)/, " ")) ?? MENDS[why];
  }
}
