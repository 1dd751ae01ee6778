import type { Notification } from "../model/alert.ts";

/** What `descry alert test CHANNEL` sends: it says that nothing leaks. `at` in Unix milliseconds. */
export function trialNotification(host: string, at: number): Notification {
  const when = new Date(at).toISOString();
  const id = `test-${at}`;
  return {
    id: `${id}-1`,
    kind: "test",
    at: when,
    why: null,
    before: null,
    alert: {
      ...{ id, phase: "firing", severity: "ticket", host, service: "descry", rule: "descriptor-leak" },
      ...{
        fingerprint: "0000000000000000",
        peer: null,
        owner: null,
        startedAt: when,
        firingAt: when,
        resolvedAt: null,
      },
      ...{ standing: "confirmed", process: null, subject: null, open: null, limit: null, subjectOpen: null },
      ...{ bornPerMinute: null, diedPerMinute: null, netPerMinute: null, since: null, runway: null },
      summary:
        "This is a test by descry: somebody asked whether this channel works. Nothing leaks, and there is nothing to do.",
      ...{ evidence: [], actions: [], alsoAffected: [], verdicts: [] },
    },
  };
}
