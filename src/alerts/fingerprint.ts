import { createHash } from "node:crypto";
import type { Subject } from "../model/events.ts";

/** 16 hexadecimal digits of what identifies a leak on any host: never a host, pid or container id. */
export function fingerprintOf(service: string | null, rule: string, subject: Subject | null): string {
  const { kind, direction, peer, state, path } = subject ?? {};
  return hashOf([service, rule, kind, direction, peer, state, path]);
}

export function hashOf(parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}
