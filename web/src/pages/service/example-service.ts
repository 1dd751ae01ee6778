import type { ServiceAnswer } from "../../../../src/server/api.ts";
import type { Forecast, Verdict } from "./findings.ts";
import type { Holding, Subject } from "./subject.ts";

const AT = "2026-11-12T03:04:51.000Z";

const PLAIN_SUBJECT: Subject = {
  ...{ kind: "tcp", direction: "outbound", peer: "127.0.0.1:3306", product: "MySQL" },
  ...{ state: "ESTABLISHED", path: null },
};

const PLAIN_RATES: ServiceAnswer["rates"] = {
  ...{ windowSeconds: 60, bornPerMinute: 131, diedPerMinute: 6.1, netPerMinute: 124.9 },
};

export function exampleSubject(differs: Partial<Subject> = {}): Subject {
  return { ...PLAIN_SUBJECT, ...differs };
}

export function exampleHolding(subject: Partial<Subject> = {}, differs: Partial<Holding> = {}): Holding {
  return {
    ...{ subject: exampleSubject(subject), open: 20, objects: 20, rates: PLAIN_RATES, ages: [] },
    ...{
      openedBeforeWatch: 0,
      survivors: null,
      standing: null,
      unusedSeconds: null,
      past: null,
      otherEnd: null,
    },
    ...differs,
  };
}

const HEAD = {
  ...{ at: AT, host: "web-12", id: "1", fingerprint: "f", limit: 4096, summary: "It leaks.", story: "s" },
  ...{ runway: null, evidence: [], actions: [], processes: [], partial: false, service: "gunicorn" },
  ...{
    process: { pid: 812, startTicks: 1, command: "gunicorn" },
    open: 2914,
    netPerMinute: 124.9,
    reason: null,
  },
};

export function exampleVerdict(differs: Partial<Verdict> = {}): Verdict {
  return {
    ...HEAD,
    ...{ type: "verdict", standing: "confirmed", rule: "unclosed-connection", subject: PLAIN_SUBJECT },
    ...{ bornPerMinute: 131, diedPerMinute: 6.1, since: "2026-11-12T02:43:00.000Z", survivors: null },
    ...{ subjectOpen: 2731, alsoAffected: [], alsoRising: [], past: null, pool: null },
    ...differs,
  };
}

export function exampleForecast(differs: Partial<Forecast> = {}): Forecast {
  return { ...HEAD, type: "forecast", standing: "confirmed", ...differs };
}

export function exampleService(differs: Partial<ServiceAnswer> = {}): ServiceAnswer {
  return {
    ...{ host: "web-12", at: AT, id: "gunicorn", service: "gunicorn", open: 2914, rates: PLAIN_RATES },
    ...{ history: [], runway: null, holdings: [], verdicts: [], forecasts: [], load: null, otherEndOf: [] },
    ...{ shape: { shape: "unknown", declared: false, cycleSeconds: null }, owner: null },
    processes: [
      {
        ...{ pid: 812, startTicks: 1, startedAt: AT, command: "gunicorn", open: 2914, softLimit: 4096 },
        ...{ hardLimit: 4096, headroom: 1182, limitFrom: "LimitNOFILE", readable: true },
      },
    ],
    leftOut: { processes: 0, holdings: 0, verdicts: 0, forecasts: 0, otherEndOf: 0 },
    ...differs,
  };
}
