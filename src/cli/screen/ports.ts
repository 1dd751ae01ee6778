import type { VerdictEvent } from "../../model/events.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { count, percent } from "./figures.ts";
import { harmless } from "./text.ts";

/** Less is not worth a word on the line of the host. */
const WORTH_TELLING = 0.01;

/** "ports to 127.0.0.1:3306 10%": the destination towards which most of the local ports are taken; null: few are. */
export function portWords({ ports }: Snapshot): string | null {
  const [fullest] = ports;
  if (fullest === undefined || fullest.used < WORTH_TELLING * fullest.range) return null;
  return `ports to ${harmless(fullest.peer)} ${percent(fullest.used / fullest.range)}`;
}

/** What is said of local ports, `who` being the one that takes them; null for other rules. */
export function portClaim({ rule, standing, subject }: VerdictEvent, who: string): string | null {
  if (rule !== "port-exhaustion") return null;
  const where = `local ports to ${harmless(subject.peer ?? "?")}`;
  if (standing === "cleared") return `${who} no longer uses up the ${where}`;
  return `${who} ${standing === "confirmed" ? "uses" : "may be using"} up the ${where}`;
}

/** "512 ports left", of a verdict about ports. */
export function portFigures({ runway }: VerdictEvent): string[] {
  if (runway === null) return [];
  return [runway.headroom <= 0 ? "connects there fail now" : `${count(runway.headroom)} ports left`];
}

/** "1,204 TIME_WAIT to 127.0.0.1:3306 (ports, not files)": of one service, by where they led; null: it has none. */
export function timeWaitWords(service: string, { timeWaitBy }: Snapshot): string | null {
  const own = timeWaitBy.flatMap(({ address, direction, services }) => {
    const share = services.find((one) => one.service === service);
    if (share === undefined) return [];
    const where = direction === "inbound" ? `accepted at ${harmless(address)}` : `to ${harmless(address)}`;
    return [`${count(share.count)} TIME_WAIT ${where}`];
  });
  const [most, ...others] = own;
  if (most === undefined) return null;
  return `${most}${others.length > 0 ? ` and ${count(others.length)} other addresses` : ""}: ports, not files`;
}
