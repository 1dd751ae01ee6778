import type { Case } from "./case.ts";
import { count } from "./words.ts";

/** Workers that live longer are restarted, and not replaced. */
const REPLACED_WITHIN = 3600;

/** Whose leak it is among several processes of one service, and what hides it. */
export function workersSentence({ among, replacedSeconds, pid }: Case): string {
  if (among !== null && among > 1)
    return `Of ${count(among)} processes only pid ${pid} keeps them: the rates are its own.`;
  if (replacedSeconds === null || replacedSeconds > REPLACED_WITHIN) return "";
  const every = replacedSeconds < 100 ? `${count(replacedSeconds)} s` : `${count(replacedSeconds / 60)} min`;
  return `Its workers are replaced every ${every}, which hides it.`;
}
