/** A key as the browser tells it; all that is needed of it. */
export interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly target: EventTarget | null;
}

/** How far a key moves in the list; null: it is not about the list. */
export function stepOf(pressed: Key): number | null {
  if (isTaken(pressed)) return null;
  const field = fieldOf(pressed.target);
  if (field === "select") return null;
  // In the filter letters are written; down leads out of it.
  if (field === "input") return pressed.key === "ArrowDown" ? 1 : null;
  if (pressed.key === "ArrowDown" || pressed.key === "j") return 1;
  return pressed.key === "ArrowUp" || pressed.key === "k" ? -1 : null;
}

/** "/" goes to the filter, unless it is being written. */
export function isToFilter(pressed: Key): boolean {
  return pressed.key === "/" && !isTaken(pressed) && fieldOf(pressed.target) === null;
}

function isTaken({ ctrlKey, metaKey, altKey }: Key): boolean {
  return ctrlKey || metaKey || altKey;
}

function fieldOf(target: EventTarget | null): "input" | "select" | null {
  const name = target !== null && "tagName" in target ? String(target.tagName).toLowerCase() : "";
  if (name === "input" || name === "textarea") return "input";
  return name === "select" ? "select" : null;
}
