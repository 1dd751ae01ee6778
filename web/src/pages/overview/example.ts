/** Made-up answers for the tests of the overview. */
import type { ListedVerdict, ServicesAnswer, ServiceSummary } from "../../../../src/server/api.ts";
import type { Subject } from "../../words/subject.ts";

export const AT = "2026-11-12T02:04:51.000Z";
export const NOW = Date.parse(AT);

export const SUBJECT: Subject = {
  ...{ kind: "tcp", direction: "outbound", peer: "127.0.0.1:3306", product: "MySQL" },
  ...{ state: "ESTABLISHED", path: null },
};

/** RFC 3339, so many seconds after the answer. */
export function inSeconds(seconds: number): string {
  return new Date(NOW + seconds * 1000).toISOString();
}

/** A service of which nothing is to be said. */
export function calmRow(traits: Partial<ServiceSummary> = {}): ServiceSummary {
  return {
    ...{ id: "nginx.service", service: "nginx.service", standing: null, rules: [], open: 611, processes: 1 },
    ...{ fullest: { pid: 7, command: "nginx: master", open: 611, softLimit: 65_536, headroom: 64_925 } },
    ...{ readable: true, history: [611, null, 613], runway: null, notClosed: null, mostly: SUBJECT },
    rates: { windowSeconds: 600, bornPerMinute: 2210, diedPerMinute: 2210, netPerMinute: 0 },
    ...{ shape: { shape: "unknown", cycleSeconds: null }, otherEndOf: [] },
    ...traits,
  };
}

/** One that leaks, and fails in nine minutes unless another time is said. */
export function leakingRow(
  seconds: number | null = 540,
  traits: Partial<ServiceSummary> = {},
): ServiceSummary {
  return calmRow({
    ...{ id: "gunicorn.service", service: "gunicorn.service", standing: "confirmed", open: 2914 },
    fullest: { pid: 812, command: "gunicorn app:app", open: 2914, softLimit: 4096, headroom: 1182 },
    rates: { windowSeconds: 600, bornPerMinute: 131, diedPerMinute: 6.1, netPerMinute: 124.9 },
    runway: {
      ...{ resource: "nofile", headroom: 1182 },
      exhaustedAt:
        seconds === null
          ? null
          : { p05: inSeconds(seconds * 0.9), p50: inSeconds(seconds), p95: inSeconds(seconds * 1.2) },
    },
    notClosed: {
      ...{ id: "v1", rule: "unclosed-connection", standing: "confirmed", subject: SUBJECT, open: 2731 },
      ...{ netPerMinute: 124.9, since: inSeconds(-1300), partial: false },
    },
    ...traits,
  });
}

export function answerOf(services: ServiceSummary[], traits: Partial<ServicesAnswer> = {}): ServicesAnswer {
  return {
    ...{ host: "web-12", at: AT, page: { total: services.length, offset: 0, next: null }, services },
    ...{ growing: 0, unknownGrowth: 0 },
    ...traits,
  };
}

export function verdictOf(traits: Partial<ListedVerdict> = {}): ListedVerdict {
  return {
    ...{ type: "verdict", at: AT, host: "web-12", id: "v1", fingerprint: "f1", limit: 4096, runway: null },
    ...{ summary: "It keeps what it opens.", evidence: [], actions: [], story: "v1", processes: [] },
    ...{ partial: false, service: "gunicorn.service", process: null, open: 2914, standing: "confirmed" },
    ...{ rule: "unclosed-connection", subject: SUBJECT, bornPerMinute: 131, diedPerMinute: 6.1 },
    ...{ netPerMinute: 124.9, since: null, survivors: null, subjectOpen: 2731, alsoAffected: [] },
    ...{ alsoRising: [], past: null, pool: null, reason: null, serviceId: "gunicorn.service" },
    ...traits,
  };
}
