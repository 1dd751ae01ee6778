import type { Action, ForecastEvent, VerdictEvent } from "../../model/events.ts";
import type { ServiceView, Snapshot } from "../../model/snapshot.ts";
import { actionLines, ownerLines } from "../screen/actions.ts";
import type { Look } from "../screen/look.ts";
import { byUrgency, markOf, toneOf } from "../screen/standing.ts";
import { leaderOf, partSentence } from "../screen/stories.ts";
import { cut, hanging, harmless } from "../screen/text.ts";

/** A remark is told whole here; this is only a bound on what a hostile text can fill. */
const MOST_REMARK_LINES = 12;

/** What can be done about each verdict on a service, in full: NOW, KEEP, FIX, CONFIRM. As many lines as it takes. */
export function advicePage(service: ServiceView, snapshot: Snapshot, look: Look): string[] {
  const judged: (VerdictEvent | ForecastEvent)[] = [...service.verdicts, ...service.forecasts].filter(
    ({ standing }) => standing !== "cleared",
  );
  judged.sort(byUrgency);
  const leaders = new Map(service.verdicts.map((verdict) => [verdict.id, verdict]));
  const title = look.paint("heading", cut(`What to do about ${harmless(service.service)}`, look.columns));
  if (judged.length === 0) return [title, "", ...nothingLines(service, snapshot, look)];
  const told = new Set<string>();
  return [
    title,
    ...ownerLines(service.owner, look),
    ...inStories(judged).flatMap((event) => adviceOn(event, leaders.get(event.story), told, look)),
  ];
}

function nothingLines(service: ServiceView, snapshot: Snapshot, look: Look): string[] {
  const name = harmless(service.service);
  const words =
    service.otherEndOf.length > 0
      ? `${name} holds the other end of what ${service.otherEndOf.map(harmless).join(", ")} does not close: look there.`
      : `Nothing is said against ${name}${snapshot.watchedSeconds < 60 ? " so far" : ""}, so there is nothing to do.`;
  return hanging("", words, look.columns, 3);
}

/** What leads a story comes first, and what is a part of it right after. */
function inStories(judged: readonly (VerdictEvent | ForecastEvent)[]): (VerdictEvent | ForecastEvent)[] {
  return [...Map.groupBy(judged, ({ story }) => story).values()].flatMap((part) =>
    part.toSorted((a, b) => Number(b.story === b.id) - Number(a.story === a.id)),
  );
}

/** The verdict in a sentence, then what can be done; what two verdicts share is told with the first. */
function adviceOn(
  event: VerdictEvent | ForecastEvent,
  first: VerdictEvent | undefined,
  told: Set<string>,
  look: Look,
): string[] {
  const leader = leaderOf(event, first);
  const part = leader === null ? null : { leader, again: event.type === "verdict" };
  const mark = markOf(event.standing);
  const tone = toneOf(mark);
  const said = hanging(`${mark} `, partSentence(event, part, look.zone), look.columns, 4).map((line, at) =>
    at === 0 && tone !== null ? look.paint(tone, line.slice(0, 1)) + line.slice(1) : line,
  );
  const fresh = event.actions.filter((action) => isNew(action, told));
  return ["", ...said, ...fresh.flatMap((action) => ["", ...actionLines([action], look, MOST_REMARK_LINES)])];
}

function isNew({ when, text, command }: Action, told: Set<string>): boolean {
  // What it gains is told by the rate of each verdict; the command is the same.
  const key = JSON.stringify([when, command ?? text]);
  if (told.has(key)) return false;
  told.add(key);
  return true;
}
