import type { Snapshot } from "../../model/snapshot.ts";
import { counted, kept, ofLimit } from "./figures.ts";
import { connectionsSeen, coverageWords, isTooShort, LONG_ENOUGH, TOO_SHORT } from "./header.ts";
import { harmless } from "./text.ts";
import { elapsed } from "./times.ts";

/** What `check` says when it found nothing, and how much that means; `unseen` is what was missed meanwhile. */
export function healthyText(snapshot: Snapshot, named: boolean, unseen: readonly string[] = []): string {
  const watched = `watched ${elapsed(snapshot.watchedSeconds)}`;
  const missed = unseen.length === 0 ? "" : `; not seen: ${unseen.join(", ")}`;
  const tooShort = isTooShort(snapshot.watchedSeconds);
  const short = tooShort ? `, ${TOO_SHORT}; ${LONG_ENOUGH}` : "";
  const service = snapshot.services[0];
  const process = service?.processes[0];
  if (!named || snapshot.services.length !== 1 || service === undefined || process === undefined) {
    const connections = connectionsSeen(snapshot.coverage);
    const seen = connections === null ? "" : `, ${connections}`;
    return `${tooShort ? "nothing found yet" : "nothing leaks"}; ${coverageWords(snapshot.coverage)}${seen}, ${watched}${short}${missed}`;
  }
  const among = service.processes.length > 1 ? ` and ${counted(service.processes.length - 1, "other")}` : "";
  const whom = `${harmless(service.service)} (pid ${process.pid}${among})`;
  const pace = service.rates.netPerMinute === null ? "" : `, ${kept(service.rates.netPerMinute)} a minute`;
  return `${whom}${tooShort ? ": nothing found yet;" : " leaks nothing:"} ${ofLimit(process.open, process.softLimit)} open${pace}, ${watched}${short}${missed}`;
}
