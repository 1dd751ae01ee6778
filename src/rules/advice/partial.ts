import type { Case } from "../case.ts";
import { count, nounFor } from "../words.ts";

const PROTECTED = "the kernel protects it even from root (a security module or another user namespace)";

/** What could be seen without the right to list the process, and what to do to see all; "" where it was listed. */
export function partialSentence({ partial, subject, rule, invocation }: Case): string {
  if (partial === null) return "";
  const mend = invocation.asRoot === true ? PROTECTED : "run descry as root to see what it holds";
  if (partial.matching === 0)
    return `Partial: its descriptors may not be listed, so what they are is not known; ${mend}.`;
  const share =
    rule === "at-limit"
      ? `${count(partial.matching)} of ${count(partial.unlisted)} sockets of its user that no listed process holds are`
      : `its count rises as the number of`;
  const what = nounFor(subject);
  const tail = rule === "at-limit" ? "" : ", which no listed process holds";
  return `Partial: its descriptors may not be listed; ${share} ${what}${tail}, so these are likely what fills it; ${mend}.`;
}
