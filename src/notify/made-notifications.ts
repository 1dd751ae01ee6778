/** Notifications for tests of what is made of them. */
import type { AlertReport, Notification } from "../model/alert.ts";

export function notificationOf(
  said: Partial<Omit<Notification, "alert">> = {},
  alert: Partial<AlertReport> = {},
): Notification {
  const at = "2026-11-23T02:43:00.000Z";
  return {
    id: "0123456789abcdef-1",
    kind: "firing",
    at,
    why: null,
    before: null,
    ...said,
    alert: {
      id: "0123456789abcdef",
      phase: said.kind === "resolved" ? "resolved" : "firing",
      severity: "page",
      host: "web-12",
      service: "gunicorn.service",
      rule: "unclosed-connection",
      fingerprint: "fedcba9876543210",
      peer: "127.0.0.1:3306",
      owner: null,
      startedAt: at,
      firingAt: at,
      resolvedAt: said.kind === "resolved" ? "2026-11-23T03:00:00.000Z" : null,
      standing: "confirmed",
      process: { pid: 812, command: "gunicorn" },
      subject: {
        kind: "tcp",
        direction: "outbound",
        peer: "127.0.0.1:3306",
        product: "MySQL",
        state: "ESTABLISHED",
        path: null,
      },
      open: 2914,
      limit: 4096,
      subjectOpen: 2731,
      bornPerMinute: 131,
      diedPerMinute: 6.1,
      netPerMinute: 124.9,
      since: at,
      runway: {
        resource: "nofile",
        headroom: 1182,
        exhaustedAt: {
          p05: "2026-11-23T02:51:00.000Z",
          p50: "2026-11-23T02:52:00.000Z",
          p95: "2026-11-23T02:54:00.000Z",
        },
      },
      summary: "gunicorn.service leaks connections to MySQL at 127.0.0.1:3306.",
      evidence: ["of 2,566 that passed 80 s, 2 were ever closed"],
      actions: [
        {
          when: "now",
          text: "raise the limit: about 98 min more",
          command: "sudo prlimit --pid 812 --nofile=16384:16384",
          caution: "MySQL's max_connections permitting",
        },
        { when: "fix", text: "close what bypasses the pool", command: null, caution: null },
      ],
      alsoAffected: [{ service: "mariadbd", as: "other end" }],
      verdicts: [],
      ...alert,
    },
  };
}
