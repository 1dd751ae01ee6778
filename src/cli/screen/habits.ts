import type { ServiceView, Snapshot } from "../../model/snapshot.ts";
import { heading } from "./actions.ts";
import { rate } from "./figures.ts";
import type { Look } from "./look.ts";
import { worstLeak } from "./standing.ts";
import { hanging } from "./text.ts";
import { moment, span } from "./times.ts";

/** What a verdict says of load; it stands in a line of its own here, with the times of the host's zone. */
const LOAD_EVIDENCE = /^Requests (?:were steady|rose|fell) /;

export function saysLoad(evidence: string): boolean {
  return LOAD_EVIDENCE.test(evidence);
}

/** The shape of a service in a few words: "follows load", "cycles, 40 s", "steady"; null while it is not known. */
export function shapeWords({ shape: { shape, cycleSeconds } }: ServiceView): string | null {
  if (shape === "follows-load") return "follows load";
  if (shape === "steady") return "steady";
  if (shape === "unknown") return null;
  return cycleSeconds === null ? "cycles" : `cycles, ${span(cycleSeconds)}`;
}

/** How its load went, and whether that explains what was found; and its shape where nothing was found. */
export function habitLines(service: ServiceView, snapshot: Snapshot, look: Look): string[] {
  const found = worstLeak(service.verdicts) !== null;
  const load = loadWords(service, snapshot, look, found);
  const shape = shapeWords(service);
  const lines = load === null ? [] : hanging(heading("LOAD"), load, look.columns, 1);
  if (shape === null || found) return lines;
  const from = service.shape.declared ? "declared" : "learned";
  return [...lines, ...hanging(heading("SHAPE"), `${shape} (${from})`, look.columns, 1)];
}

function loadWords(service: ServiceView, snapshot: Snapshot, look: Look, found: boolean): string | null {
  const { load } = service;
  if (load === null) return null;
  if (load.change === null) return `${rate(load.perMinute)} requests a minute`;
  const { trend, fromPerMinute, perMinute, since } = load.change;
  const when = moment(since, snapshot.at, look.zone);
  if (trend === "steady")
    return `requests steady at ${rate(perMinute)} a minute since ${when}${found ? ": load does not explain it" : ""}`;
  const went = `requests ${trend} from ${rate(fromPerMinute)} to ${rate(perMinute)} a minute`;
  if (!found) return `${went} about ${when}`;
  return trend === "rose"
    ? `${went} at the same time: this may be load`
    : `${went}: load does not explain it`;
}
