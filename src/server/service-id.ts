import { createHash } from "node:crypto";

/**
 * The name of a service in paths. A name of 1 to 64 letters, digits, ".", "_" and "-" that begins with a letter or digit is its own id. Any other
 * gets what is left of it as a hint for people, "~", and the first 24 hexadecimal digits of the SHA-256 of its UTF-8:
 *
 *     gunicorn.service        gunicorn.service
 *     gunicorn app:app        gunicorn-app-app~0f6c4a1b2c3d4e5f60718293
 *
 * It depends on the name alone, so that it is the same on every host and after a restart. "~" is in no plain id, so no
 * name can be chosen that takes another's id; RFC 3986 (2.3) leaves all these characters unescaped, and nothing begins with a dot.
 */
export function serviceIdOf(service: string): string {
  if (PLAIN.test(service)) return service;
  const hint = service
    .slice(0, 160)
    .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
    .replaceAll(/^[^A-Za-z0-9]+|-+$/g, "")
    .slice(0, 40);
  return `${hint || "service"}~${createHash("sha256").update(service).digest("hex").slice(0, 24)}`;
}

const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
