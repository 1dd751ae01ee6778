import type { DescryEvent } from "../model/events.ts";
import type { Sighting } from "./attach/sighting.ts";
import { INTERRUPTED, OK } from "./exit-codes.ts";
import { oneLineAStory } from "./followers.ts";
import type { Interruption } from "./interruption.ts";
import { eventPrinter } from "./screen/event-lines.ts";
import { jsonLine } from "./screen/text.ts";
import { createStandings, type Standings, summaryOf } from "./standings.ts";
import type { Terminal } from "./terminal.ts";

/** Prints events on standard output: one sentence a line and one line a story, or all of them, one JSON object a line. */
export function teller(json: boolean, terminal: Terminal): (event: DescryEvent) => void {
  if (json) return (event) => terminal.out(jsonLine(event));
  const lines = eventPrinter(() => terminal.look());
  const shown = oneLineAStory();
  return (event) => {
    if (!shown(event)) return;
    for (const line of lines(event)) terminal.out(line);
  };
}

/** What came of a watch that told its events. */
export interface Told<S> {
  readonly standings: Standings;
  /** null: not one reading. */
  readonly last: S | null;
}

/** Tells every event of the ticks, after `each` has seen the tick, and the summary as the last of all. */
export async function tellAll<S extends Sighting>(
  ticks: AsyncIterable<S>,
  tell: (event: DescryEvent) => void,
  each: (tick: S, first: boolean) => Promise<void> | void,
): Promise<Told<S>> {
  const standings = createStandings();
  let last: S | null = null;
  try {
    for await (const tick of ticks) {
      const first = last === null;
      last = tick;
      await each(tick, first);
      standings.note(tick.events);
      for (const event of tick.events) tell(event);
    }
  } finally {
    // Also when reading failed half-way: what was whole has been judged, and its last word is due.
    if (last !== null) tell(summaryOf(last.snapshot(), standings.now()));
  }
  return { standings: standings.now(), last };
}

/** A watch that was to run for a time and was cut short says so by its exit code; one without an end just ends. */
export function endCode(interruption: Interruption, hadEnd: boolean): number {
  const { cause } = interruption;
  return hadEnd && cause !== null ? (INTERRUPTED[cause] ?? OK) : OK;
}
