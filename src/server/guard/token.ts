import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Checks the Authorization of a request: `Bearer TOKEN`, as programs send it, or Basic with the token as password and
 * any user (RFC 7617), as browsers ask for and send with every request, event streams included. The time that it takes
 * tells nothing of the token.
 */
export function tokenCheck(token: string): (authorization: string | undefined) => boolean {
  const right = digest(token);
  return (authorization) => {
    const given = credentials(authorization ?? "");
    return given !== null && timingSafeEqual(digest(given), right);
  };
}

/** What a client may send instead, for WWW-Authenticate. */
export const CHALLENGES: readonly string[] = [
  'Bearer realm="descry"',
  'Basic realm="descry", charset="UTF-8"',
];

function credentials(authorization: string): string | null {
  const [, scheme, value] = /^(bearer|basic) +(\S{1,2048})$/i.exec(authorization) ?? [];
  if (scheme === undefined || value === undefined) return null;
  if (scheme.toLowerCase() === "bearer") return value;
  const pair = Buffer.from(value, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon < 0 ? null : pair.slice(colon + 1);
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
