import assert from "node:assert/strict";
import { test } from "node:test";
import type { AlertsState, Silence } from "../../model/alert.ts";
import { endingIn, START, verdict } from "./arbitrary-events.ts";
import { resume, step } from "./life.ts";
import { listedAlerts } from "./listed.ts";
import { LIFE } from "./options.ts";

const of = (id: string, service: string) => ({ id, story: id, fingerprint: `f${id}`, service });

function lived(): AlertsState {
  let state = resume(null, START);
  const events = [
    verdict({ ...of("01", "suspected"), standing: "suspect" }),
    verdict(of("02", "ticket")),
    verdict({ ...of("03", "page"), runway: endingIn(60_000) }),
  ];
  for (let second = 1; second <= 15; second++) {
    const tick = { at: START + second * 1000, standing: [], silences: [] };
    ({ state } = step(state, { ...tick, events: second === 1 ? events : [] }, LIFE));
  }
  return state;
}

function silence(id: string, hours: number, about: Partial<Silence>): Silence {
  return {
    ...{ id, service: null, rule: null, fingerprint: null, by: "ops", comment: "", endedAt: null },
    ...{ from: new Date(START).toISOString(), until: new Date(START + hours * 3_600_000).toISOString() },
    ...about,
  };
}

test("what fires comes first, and each is shown with the silence that ends last", () => {
  const silences = [
    silence("short", 1, { service: "page" }),
    silence("long", 3, { rule: "unclosed-connection", service: "page" }),
    silence("middle", 2, { fingerprint: "f03" }),
    silence("other", 9, { service: "page", rule: "close-wait" }),
  ];
  assert.deepEqual(
    listedAlerts(lived(), silences).map(({ service, phase, silence: held }) => [
      ...[service, phase, held?.id ?? null],
    ]),
    [
      ["page", "firing", "long"],
      ["ticket", "firing", null],
      ["suspected", "pending", null],
    ],
  );
});
