import type { VerdictEvent } from "../../model/events.ts";
import { count } from "./figures.ts";

/** What is said of a limit that many processes share, `who` being the one that fills it most; null for other rules. */
export function sharedLimitClaim({ rule, standing, runway }: VerdictEvent, who: string): string | null {
  const left = runway === null ? "" : `, ${count(runway.headroom)} left`;
  if (rule === "inotify-exhaustion") {
    if (standing === "cleared") return `${who} no longer uses up inotify of its user`;
    return `${who} ${standing === "confirmed" ? "uses" : "may be using"} up inotify of its user${left}`;
  }
  if (rule !== "host-file-limit") return null;
  if (standing === "cleared") return "the host is no longer out of open files";
  return `the host is out of open files${left}: most are in ${who}, or come from there`;
}
