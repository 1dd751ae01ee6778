/** What every answer says to a browser. */

/** Texts of the host are hostile: no browser may run, frame, guess at or keep what it is given. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** For a page elsewhere that was allowed to read the answers (Fetch standard, 3.2: CORS). */
export function sharingHeaders(origin: string): Readonly<Record<string, string>> {
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-headers": "authorization, last-event-id",
    "access-control-allow-methods": "GET, HEAD",
    "access-control-max-age": "600",
    "cross-origin-resource-policy": "cross-origin",
    vary: "origin",
  };
}
