import type { AlertIdentity, Silence } from "../../model/alert.ts";

/** Whether what would be told of an alert is held back at this time (Unix milliseconds). */
export function isSilenced(identity: AlertIdentity, silences: readonly Silence[], at: number): boolean {
  return silences.some(
    (silence) =>
      Date.parse(silence.from) <= at &&
      at < Date.parse(silence.until) &&
      (silence.service === null || silence.service === identity.service) &&
      (silence.rule === null || silence.rule === identity.rule) &&
      (silence.fingerprint === null || silence.fingerprint === identity.fingerprint),
  );
}
