import { nextSort, type Sort } from "./order.ts";

export type Page = "table" | "details" | "advice" | "words";

/** What the person at the keyboard has chosen. Everything else on the screen comes from the snapshot. */
export interface View {
  /** The page shown is the last; Esc goes back to the one before. Never empty. */
  readonly pages: readonly Page[];
  /** Name of the selected service; null: the first row, whichever it is. */
  readonly selected: string | null;
  /** Where the selected one stood when it was last seen, for when it has ended. */
  readonly place: number;
  readonly sort: Sort;
  readonly filter: string;
  /** Keys go into the filter. */
  readonly typing: boolean;
  readonly paused: boolean;
  /** Lines of a page that have been scrolled away. */
  readonly scrolled: number;
}

export const FIRST_VIEW: View = {
  pages: ["table"],
  selected: null,
  place: 0,
  sort: "risk",
  filter: "",
  typing: false,
  paused: false,
  scrolled: 0,
};

/** A key by its name, or the character that it types. */
export type Key = string;

/** What the keyboard asks for that is not a matter of drawing. */
export type Wish = "quit" | "record" | "redraw";

export interface Pressed {
  readonly view: View;
  readonly wish: Wish | null;
}

/** What a key makes of the view. `names` are those of the rows, in their order. Pure. */
export function press(view: View, key: Key, names: readonly string[]): Pressed {
  if (key === "ctrl-c") return { view, wish: "quit" };
  if (key === "ctrl-l") return { view, wish: "redraw" };
  if (view.typing) return { view: typed(view, key), wish: null };
  const page = pageOf(view);
  if (key === "q" || key === "Q") {
    return page === "table" ? { view, wish: "quit" } : { view: back(view), wish: null };
  }
  if (key === "r") return { view: pinned(view, names), wish: "record" };
  return { view: page === "table" ? onTable(view, key, names) : onPage(view, key, names), wish: null };
}

export function pageOf(view: View): Page {
  return view.pages.at(-1) ?? "table";
}

/** The place of the selected service among the rows; null when there are none. */
export function cursorOf(view: View, names: readonly string[]): number | null {
  if (names.length === 0) return null;
  if (view.selected === null) return 0;
  const place = names.indexOf(view.selected);
  return place === -1 ? Math.min(view.place, names.length - 1) : place;
}

const STEPS: Readonly<Record<Key, number>> = {
  up: -1,
  k: -1,
  down: 1,
  j: 1,
  pageup: -10,
  pagedown: 10,
  home: Number.NEGATIVE_INFINITY,
  g: Number.NEGATIVE_INFINITY,
  end: Number.POSITIVE_INFINITY,
  G: Number.POSITIVE_INFINITY,
};

function onTable(view: View, key: Key, names: readonly string[]): View {
  if (key === "/") return { ...view, typing: true };
  if (key === "s") return { ...view, sort: nextSort(view.sort) };
  if (key === "escape") return { ...view, filter: "", selected: null, place: 0 };
  const step = STEPS[key];
  return step === undefined ? onAnyPage(view, key, names) : moved(view, step, names);
}

function onPage(view: View, key: Key, names: readonly string[]): View {
  if (key === "escape" || key === "left" || key === "backspace") return back(view);
  const step = STEPS[key];
  if (step === undefined) return onAnyPage(view, key, names);
  // Details are drawn to fit, so there the arrows go from service to service.
  if (pageOf(view) === "details") return moved(view, step, names);
  return { ...view, scrolled: Math.max(0, Math.min(FAR, view.scrolled + step)) };
}

/** Further than any page is long; drawing holds it to the page's end. */
const FAR = 1e6;

const OPENS: Readonly<Record<Key, Page>> = { enter: "details", a: "advice", "?": "words", h: "words" };

function onAnyPage(view: View, key: Key, names: readonly string[]): View {
  if (key === "p" || key === " ") return { ...view, paused: !view.paused };
  const page = OPENS[key];
  if (page === undefined) return view;
  if (page === pageOf(view)) return back(view);
  const to = pinned(view, names);
  if (page !== "words" && to.selected === null) return view;
  const before = view.pages.filter((open) => open !== page);
  return { ...to, pages: [...before, page], scrolled: 0 };
}

function back(view: View): View {
  return { ...view, pages: view.pages.length > 1 ? view.pages.slice(0, -1) : view.pages, scrolled: 0 };
}

function moved(view: View, step: number, names: readonly string[]): View {
  const from = cursorOf(view, names);
  if (from === null) return view;
  const place = Math.max(0, Math.min(names.length - 1, from + step));
  return { ...view, selected: names[place] ?? null, place };
}

/** From now on the service under the cursor, wherever its row goes. On other pages it has been chosen already. */
function pinned(view: View, names: readonly string[]): View {
  return view.selected === null || pageOf(view) === "table" ? moved(view, 0, names) : view;
}

const LONGEST_FILTER = 60;

function typed(view: View, key: Key): View {
  if (key === "enter") return { ...view, typing: false };
  if (key === "escape") return { ...view, typing: false, filter: "" };
  if (key === "ctrl-u") return { ...view, filter: "" };
  const characters = [...view.filter];
  if (key === "backspace") return { ...view, filter: characters.slice(0, -1).join("") };
  if ([...key].length !== 1 || characters.length >= LONGEST_FILTER) return view;
  return { ...view, filter: view.filter + key, selected: null, place: 0 };
}
