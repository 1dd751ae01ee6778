/**
 * Who may change something. A browser of this host sends what a page asks for with what it has been given to log in with, so
 * each of these alone keeps pages of other origins out, such as those of another port of this host:
 *
 * - Origin. With every method but GET and HEAD a browser names the origin of the page, "null" where it hides it (Fetch standard, 3.1).
 *   Only a page of this agent itself may write; origins that are allowed to read may not.
 * - Sec-Fetch-Site. Forms and links of other sites, which may be followed to be read, write nothing.
 * - Content-Type. A form cannot send application/json, and a script that does, or that sends DELETE, makes the browser ask first
 *   (Fetch standard, 4.8: CORS-preflight): the answer names GET and HEAD alone (headers.ts).
 *
 * What is no browser sends neither Origin nor Sec-Fetch-Site; it is let in by its address and the token.
 */
import type { FastifyRequest } from "fastify";
import { Refused } from "../refusal.ts";

const READING: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);
/** "none": the person, not a page. */
const OWN_SITES: ReadonlySet<string> = new Set(["same-origin", "none"]);

/** Throws a Refused. The Host has passed: it is one of this agent's names. */
export function checkWriter({ method, headers }: FastifyRequest, host: string): void {
  if (READING.has(method)) return;
  const { origin, "sec-fetch-site": site } = headers;
  const isOwn = origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
  if (isOwn && (site === undefined || OWN_SITES.has(site))) return;
  throw new Refused(
    403,
    "A page of another origin may not change anything here.",
    "Use descry alert, or this agent's own address.",
  );
}

/** Throws a Refused: the body has to come as JSON. */
export function checkJson({ headers }: FastifyRequest): void {
  if (/^application\/json *(; *charset="?utf-8"?)?$/i.test(headers["content-type"] ?? "")) return;
  throw new Refused(415, "The body does not come as JSON.", "Send it with Content-Type: application/json.");
}
