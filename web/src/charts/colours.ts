/** Colours for a canvas, which knows nothing of custom properties: as the page shows them in its present scheme. */
import { signal } from "@preact/signals";

/** Counts how often the colours changed: who drew with the old ones draws again. */
export const schemeChanges = signal(0);

const resolved = new Map<string, string>();
let watched = false;

/** The present colour of a token: `colourOf("--leak")`. */
export function colourOf(token: string): string {
  watchScheme();
  let colour = resolved.get(token);
  if (colour === undefined) {
    colour = resolve(token);
    resolved.set(token, colour);
  }
  return colour;
}

/** A token may be light-dark(), which only becomes a colour where it is one of an element. */
function resolve(token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  probe.hidden = true;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** The system's scheme, or what the page says on its root. */
function watchScheme(): void {
  if (watched) return;
  watched = true;
  const changed = (): void => {
    resolved.clear();
    schemeChanges.value++;
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  new MutationObserver(changed).observe(document.documentElement, { attributes: true });
}

/** The same, seen through; `share` from 0 (not seen) to 1. */
export function faded(token: string, share: number): string {
  return colourOf(token).replace(/^rgb\((.*)\)$/, `rgba($1, ${share})`);
}
