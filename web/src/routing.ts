import { computed, signal } from "@preact/signals";

/** Where the reader is: a path of the dashboard and what stands in its query. Every view has an address of its own. */
const place = signal(new URL(location.href));

window.addEventListener("popstate", () => {
  place.value = new URL(location.href);
});

export type Route =
  | { readonly page: "overview" }
  | { readonly page: "service"; readonly id: string }
  | { readonly page: "incidents" }
  | { readonly page: "descriptors" }
  | { readonly page: "unknown"; readonly path: string };

export const route = computed((): Route => routeOf(place.value.pathname));

/** A parameter of the query; null: not there. */
export function parameter(name: string): string | null {
  return place.value.searchParams.get(name);
}

export function routeOf(path: string): Route {
  const service = /^\/services\/([^/]+)$/.exec(path)?.[1];
  if (service !== undefined) return { page: "service", id: decoded(service) };
  if (path === "/") return { page: "overview" };
  if (path === "/incidents") return { page: "incidents" };
  if (path === "/descriptors") return { page: "descriptors" };
  return { page: "unknown", path };
}

export function serviceAddress(id: string): string {
  return `/services/${encodeURIComponent(id)}`;
}

/** Goes there; `replace` does not leave the place before in the browser's history. */
export function goTo(address: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  const next = new URL(address, location.href);
  if (next.href === place.value.href) return;
  history[replace ? "replaceState" : "pushState"](null, "", next);
  const moved = next.pathname !== place.value.pathname;
  place.value = next;
  if (moved) scrollTo(0, 0);
}

/** The address of this view with other parameters; null takes one away. */
export function withParameters(changes: Readonly<Record<string, string | null>>): string {
  const next = new URL(place.value);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) next.searchParams.delete(name);
    else next.searchParams.set(name, value);
  }
  return next.pathname + next.search;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
