import type { AlertIdentity, Silence } from "../../model/alert.ts";

/**
 * Whether it holds at this time (Unix milliseconds). When it was made does not count: it holds what comes after, also
 * where the host's clock was set back meanwhile.
 */
export function isActive({ until, endedAt }: Silence, at: number): boolean {
  return endedAt === null && at < Date.parse(until);
}

/** Whether it is about this alert. */
export function holds({ service, rule, fingerprint }: Silence, alert: AlertIdentity): boolean {
  return (
    (service === null || service === alert.service) &&
    (rule === null || rule === alert.rule) &&
    (fingerprint === null || fingerprint === alert.fingerprint)
  );
}

/** Whether what would be told of an alert is held back at this time (Unix milliseconds). */
export function isSilenced(identity: AlertIdentity, silences: readonly Silence[], at: number): boolean {
  // Times are read last: there may be a thousand silences, for each alert.
  return silences.some((silence) => holds(silence, identity) && isActive(silence, at));
}

/** Of the silences that hold an alert back the one that ends last; null: none does. */
export function silenceOf(alert: AlertIdentity, active: readonly Silence[]): Silence | null {
  let last: Silence | null = null;
  for (const silence of active)
    if (holds(silence, alert) && (last === null || silence.until > last.until)) last = silence;
  return last;
}
