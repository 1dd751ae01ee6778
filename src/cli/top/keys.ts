import type { Key as InkKey } from "ink";
import type { Key } from "./view.ts";

const NAMED: readonly (readonly [keyof InkKey, Key])[] = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "enter"],
  ["pageUp", "pageup"],
  ["pageDown", "pagedown"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "escape"],
  // Terminals send DEL for the key above Enter, and ink calls that delete.
  ["backspace", "backspace"],
  ["delete", "backspace"],
];

const TYPED: Readonly<Record<string, Key>> = { "\r": "enter", "\n": "enter", "\u007f": "backspace" };

/** The keys that one piece of input stands for: pasted or quickly typed text is several. */
export function keysOf(input: string, key: InkKey): Key[] {
  const named = NAMED.find(([name]) => key[name] === true);
  if (named !== undefined) return [named[1]];
  if (key.ctrl) return [`ctrl-${input}`];
  const typed = [...input].map((character) => TYPED[character] ?? character).filter(isKey);
  // A terminal sends Alt as Escape before the key, so Escape pressed shortly before a key looks the same.
  return key.meta ? ["escape", ...typed] : typed;
}

/** What a keyboard types; other control characters ask for nothing here. */
function isKey(key: Key): boolean {
  return !/^[\p{Cc}\p{Cs}]$/u.test(key);
}
