import type { ServiceAnswer } from "../../../../src/server/api.ts";
import { count, rate } from "../../words/figures.ts";
import { duration, moment } from "../../words/times.ts";

/** What a service does where nothing stands about it, one sentence each. */
export function calmSentences(service: ServiceAnswer): string[] {
  return [
    paceSentence(service),
    otherEndSentence(service),
    shapeSentence(service),
    loadSentence(service),
  ].filter((sentence) => sentence !== "");
}

/** Below this a service keeps so little that it may as well be chance: a minute, and as a share of what it opens. */
const LITTLE = { perMinute: 1, share: 0.02 };

/** What can be said at once of a service about which nothing stands: never more than was seen. */
export function calmTitle({ rates, otherEndOf }: Pick<ServiceAnswer, "rates" | "otherEndOf">): string {
  const { netPerMinute, bornPerMinute } = rates;
  if (otherEndOf.length > 0) return "Affected by what another service does not close";
  if (netPerMinute === null) return "Nothing found, still learning";
  const keeps = netPerMinute > Math.max(LITTLE.perMinute, LITTLE.share * (bornPerMinute ?? 0));
  return keeps ? `Nothing found; it keeps ${rate(netPerMinute)} a minute for now` : "Nothing is kept";
}

function paceSentence({ rates, processes }: ServiceAnswer): string {
  const { bornPerMinute, diedPerMinute, netPerMinute, windowSeconds } = rates;
  const unread = processes.every(({ readable }) => !readable);
  if (unread && bornPerMinute === null) {
    return "What it opens and closes is not permitted to be read; how many files are open is.";
  }
  if (netPerMinute === null || bornPerMinute === null || diedPerMinute === null) {
    return "Learning: it has not been watched for long enough to tell what it opens and closes.";
  }
  const over = `over the last ${duration(windowSeconds)}`;
  if (bornPerMinute === 0 && diedPerMinute === 0) return `It opened and closed nothing ${over}.`;
  return `It opens ${rate(bornPerMinute)} files and connections a minute and closes ${rate(diedPerMinute)} (${over}).`;
}

function otherEndSentence({ otherEndOf }: ServiceAnswer): string {
  return otherEndOf.length === 0
    ? ""
    : `It holds the other end of what ${otherEndOf.join(", ")} does not close: it is affected, not the cause.`;
}

function shapeSentence({ shape: { shape, declared, cycleSeconds } }: ServiceAnswer): string {
  const by = declared ? "declared" : "learned";
  switch (shape) {
    case "follows-load":
      return `Its open files follow its load (${by}).`;
    case "steady":
      return `Its open files stay level (${by}).`;
    case "cyclic":
      return `Its open files rise and fall${cycleSeconds === null ? "" : ` every ${duration(cycleSeconds)}`} (${by}).`;
    case "unknown":
      return "How its open files usually move is not learned yet.";
  }
}

/** How many requests come, and how that went. */
export function loadSentence({ load, at }: Pick<ServiceAnswer, "load" | "at">): string {
  if (load === null) return "";
  if (load.change === null) return `${rate(load.perMinute)} requests a minute come in.`;
  const { trend, fromPerMinute, perMinute, since } = load.change;
  const when = moment(since, Date.parse(at));
  return trend === "steady"
    ? `Requests are steady at ${rate(perMinute)} a minute since ${when}.`
    : `Requests ${trend} from ${rate(fromPerMinute)} to ${rate(perMinute)} a minute about ${when}.`;
}

/** "65 of 1,024 open files in the fullest of 3 processes". */
export function fullestWords({ processes }: Pick<ServiceAnswer, "processes">): string {
  const fullest = processes[0];
  if (fullest === undefined) return "no process";
  const limit = fullest.softLimit === null ? "" : ` of ${count(fullest.softLimit)}`;
  const where = processes.length === 1 ? "" : ` in the fullest of ${count(processes.length)} processes`;
  return `${count(fullest.open)}${limit} open files${where}`;
}
