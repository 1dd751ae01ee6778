/** Verdicts and forecasts for tests of what is told of them. */
import fc from "fast-check";
import type { ForecastEvent, VerdictEvent } from "../../model/events.ts";

/** 2026-11-23T02:43:00Z, in Unix milliseconds. */
export const START = Date.UTC(2026, 10, 23, 2, 43);

const HEAD = {
  at: new Date(START).toISOString(),
  host: "web-12",
  id: "aaaa",
  fingerprint: "f0f0",
  limit: 4096,
  runway: null,
  summary: "gunicorn.service leaks connections to MySQL at 127.0.0.1:3306.",
  evidence: ["of 2,566 that passed 80 s, 2 were ever closed"],
  actions: [
    {
      when: "now",
      text: "Raise the limit: about 98 minutes more",
      command: "sudo prlimit --pid 812 --nofile=16384:16384",
      caution: null,
    },
    { when: "fix", text: "close what bypasses the pool", command: null, caution: null },
  ],
  story: "aaaa",
  processes: [{ pid: 812, open: 2914 }],
  partial: false,
  service: "gunicorn.service",
  process: { pid: 812, startTicks: 99_812, command: "gunicorn" },
  open: 2914,
  standing: "confirmed",
  netPerMinute: 124.9,
  reason: null,
} as const;

export function verdict(said: Partial<VerdictEvent> = {}): VerdictEvent {
  return {
    ...HEAD,
    type: "verdict",
    rule: "unclosed-connection",
    subject: {
      kind: "tcp",
      direction: "outbound",
      peer: "127.0.0.1:3306",
      product: "MySQL",
      state: "ESTABLISHED",
      path: null,
    },
    bornPerMinute: 131,
    diedPerMinute: 6.1,
    since: new Date(START).toISOString(),
    survivors: null,
    subjectOpen: 2731,
    alsoAffected: [],
    alsoRising: [],
    past: null,
    pool: null,
    ...said,
  };
}

export function forecast(said: Partial<ForecastEvent> = {}): ForecastEvent {
  return { ...HEAD, type: "forecast", id: "ffff", fingerprint: "f1f1", story: "ffff", ...said };
}

/** Time left in milliseconds after `at`, at all three probabilities. */
export function endingIn(left: number, at = START): VerdictEvent["runway"] {
  const end = new Date(at + left).toISOString();
  return { resource: "nofile", headroom: 1182, exhaustedAt: { p05: end, p50: end, p95: end } };
}

/** Text that a program on the watched host chose: any bytes, and what this and that receiver would obey. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        ...[
          "<!channel>",
          "<@U0123>",
          "*x*",
          "`",
          "&amp;",
          "|",
          "\r\nBcc: a@b.example",
          "\n\n",
          "\0",
          "\u001b[31m",
        ],
        ...[
          "\u202e",
          "$(id)",
          "; id",
          "`id`",
          "../..",
          '"',
          "\\",
          "{{.}}",
          "=?utf-8?q?x?=",
          "\ud800",
          "é",
          "\u2028",
        ],
      ),
      { minLength: 1, maxLength: 8 },
    )
    .map((parts) => parts.join("")),
);
