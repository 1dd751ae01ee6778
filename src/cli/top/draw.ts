import type { EarlierLife } from "../../server/lives.ts";
import type { ServiceView, Snapshot } from "../../model/snapshot.ts";
import type { OwnCost } from "../screen/header.ts";
import { inspectLines } from "../screen/inspect.ts";
import type { Look } from "../screen/look.ts";
import { cut, cutMiddle, harmless, widthOf } from "../screen/text.ts";
import { clock } from "../screen/times.ts";
import { topLines } from "../screen/top.ts";
import { advicePage } from "./advice-page.ts";
import { ordered } from "./order.ts";
import { cursorOf, pageOf, type View } from "./view.ts";
import { wordsPage } from "./words-page.ts";

/** What is shown and is neither chosen by keys nor in the snapshot. */
export interface Around {
  readonly own: OwnCost | null;
  /** What is not seen, in a few words; null: nothing to say. */
  readonly gap: string | null;
  /** Who looked, where it was an agent. */
  readonly source: string | null;
  /** How a service leaked before. */
  readonly lives: (service: string) => readonly EarlierLife[];
  /** What a recording does, or what became of the last one. */
  readonly recording: string | null;
}

/** The whole screen: at most `look.rows` lines of at most `look.columns` columns. Pure. */
export function drawTop(snapshot: Snapshot, view: View, around: Around, look: Look): string[] {
  const rows = look.rows ?? Number.MAX_SAFE_INTEGER;
  const foot = footLines(snapshot, view, around, look);
  if (pageOf(view) === "table") {
    const services = ordered(snapshot.services, view.sort, view.filter);
    const cursor = cursorOf(view, namesOf(services));
    const lines = topLines(snapshot, around.own, look, {
      services,
      cursor,
      gap: around.gap,
      source: around.source,
      foot,
    });
    return lowered(lines.slice(0, lines.length - foot.length), foot, look.rows);
  }
  const room = Math.max(0, rows - foot.length);
  const page = pageLines(snapshot, view, around, { ...look, rows: room });
  const from = Math.min(view.scrolled, Math.max(0, page.length - room));
  return lowered(page.slice(from, from + room), foot, look.rows);
}

/** What can be pressed stands at the bottom of every page. */
function lowered(lines: readonly string[], foot: readonly string[], rows: number | null): string[] {
  const blank = rows === null ? 0 : Math.max(0, rows - lines.length - foot.length);
  return [...lines, ...Array.from({ length: blank }, () => ""), ...foot].slice(0, rows ?? undefined);
}

/** The same view, scrolled no further than its page goes: otherwise the way back would seem stuck. */
export function heldToPage(view: View, snapshot: Snapshot, around: Around, look: Look): View {
  if (view.scrolled === 0 || look.rows === null) return view;
  const room = Math.max(0, look.rows - footLines(snapshot, view, around, look).length);
  const most = Math.max(0, pageLines(snapshot, view, around, { ...look, rows: room }).length - room);
  return view.scrolled <= most ? view : { ...view, scrolled: most };
}

export function namesOf(services: readonly ServiceView[]): string[] {
  return services.map(({ service }) => service);
}

/** The selected service on every page but the table; null when it has ended. */
export function selectedIn(snapshot: Snapshot, { selected }: View): ServiceView | null {
  return snapshot.services.find(({ service }) => service === selected) ?? null;
}

function pageLines(snapshot: Snapshot, view: View, { source, lives }: Around, look: Look): string[] {
  const page = pageOf(view);
  if (page === "words") return wordsPage(look);
  const service = selectedIn(snapshot, view);
  if (service === null) return [cut(`${harmless(view.selected ?? "It")} has ended.`, look.columns)];
  if (page === "advice") return advicePage(service, snapshot, look);
  return inspectLines(service, snapshot, look, { source, lives: lives(service.service) });
}

function footLines(snapshot: Snapshot, view: View, around: Around, look: Look): string[] {
  const status: string[] = [];
  if (view.paused) status.push(`paused at ${clock(snapshot.at, look.zone)}, p goes on`);
  if (around.recording !== null) status.push(around.recording);
  const keys = look.paint("muted", keysLine(view, look.columns));
  return status.length === 0 ? [keys] : [cut(status.join("   "), look.columns), keys];
}

/** What can be pressed; the higher `spare`, the sooner it is left out of a narrow screen. */
type Hint = readonly [words: string, spare: number];

function hintsOf(view: View): readonly Hint[] {
  const back: Hint = [`Esc back`, 0];
  const shared: readonly Hint[] = [
    ["r record", 1],
    ["p pause", 3],
    ["? words", 2],
  ];
  switch (pageOf(view)) {
    case "table":
      return [
        ["Enter details", 0],
        ["a advice", 0],
        ["r record", 1],
        [view.filter === "" ? "/ filter" : `/ ${cutMiddle(harmless(view.filter), 16)}, Esc all`, 1],
        [view.sort === "risk" ? "s sort" : `s by ${view.sort}`, 1],
        ["p pause", 3],
        ["? words", 0],
        ["q quit", 0],
      ];
    case "details":
      return [back, ["a advice", 0], ["up, down next", 2], ...shared];
    case "advice":
      return [back, ["up, down scroll", 1], ["Enter details", 0], ...shared];
    case "words":
      return [back, ["up, down scroll", 1], ["p pause", 3]];
  }
}

function keysLine(view: View, columns: number): string {
  if (view.typing) {
    return cut(`filter: ${cutMiddle(harmless(view.filter), 40)}_   Enter keeps it   Esc shows all`, columns);
  }
  const hints = hintsOf(view);
  for (let sparing = 4; sparing > 0; sparing--) {
    const words = hints.filter(([, spare]) => spare < sparing).map(([text]) => text);
    for (const gap of ["   ", "  "]) {
      const line = words.join(gap);
      if (widthOf(line) <= columns) return line;
    }
  }
  return cut(hints.map(([text]) => text).join("  "), columns);
}
