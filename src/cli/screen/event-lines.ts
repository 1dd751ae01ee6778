import type { DescryEvent } from "../../model/events.ts";
import type { Look } from "./look.ts";
import { type Mark, markOf, toneOf } from "./standing.ts";
import { type Part, partSentence, partsOfStories } from "./stories.ts";
import { clock, day } from "./times.ts";

/** "LEAK" and its like stand beside the mark, so that a log can be searched for them. */
function word(event: DescryEvent): string {
  if (event.type === "gap") return "UNSEEN";
  if (event.type === "summary") return "END";
  if (event.standing === "cleared") return "CLEARED";
  if (event.type === "forecast") return "FORECAST";
  if (event.rule === "at-limit" || event.rule === "host-file-limit") return "FULL";
  if (event.rule === "pool-bypass" && event.standing === "confirmed") return "BYPASS";
  if (event.rule === "port-exhaustion" && event.standing === "confirmed") return "PORTS";
  return event.standing === "confirmed" ? "LEAK" : "SUSPECT";
}

function mark(event: DescryEvent): Mark {
  return event.type === "gap" || event.type === "summary" ? "-" : markOf(event.standing);
}

/** `03:04:51 x LEAK     gunicorn.service (pid 812) leaks ...`: one line, as long as its sentence is. */
export function eventLine(event: DescryEvent, look: Look, part: Part | null = null): string {
  const sign = mark(event);
  const tone = toneOf(sign);
  const head = `${sign} ${word(event).padEnd(8)}`;
  const painted = tone === null ? head : look.paint(tone, head);
  return `${clock(event.at, look.zone)} ${painted} ${partSentence(event, part, look.zone)}`;
}

/** Event lines in order, each with what it is a part of, and with a line for the date whenever it is another than that of the line before. */
export function eventPrinter(look: () => Look): (event: DescryEvent) => string[] {
  let shownDay: string | null = null;
  const partOf = partsOfStories();
  return (event) => {
    const today = day(event.at, look().zone);
    const turned = shownDay !== null && shownDay !== today;
    shownDay = today;
    const line = eventLine(event, look(), partOf(event));
    return turned ? [`-- ${today} --`, line] : [line];
  };
}
