import assert from "node:assert/strict";
import { test } from "node:test";
import type { AlertsState, Notification } from "../../model/alert.ts";
import { type DeclaredService, UNDECLARED } from "../../model/declared.ts";
import type { DescryEvent } from "../../model/events.ts";
import { endingIn, forecast, START, verdict } from "./arbitrary-events.ts";
import { resume, step } from "./life.ts";
import { LIFE } from "./options.ts";

const MINUTE = 60_000;
const SERVICE = "gunicorn.service";

/** What is told within so many seconds of a service of which this is declared. */
function told(
  seconds: number,
  declared: Partial<DeclaredService>,
  events: readonly DescryEvent[],
  from: AlertsState = resume(null, START),
): { readonly notifications: Notification[]; readonly state: AlertsState } {
  const options = { ...LIFE, services: new Map([[SERVICE, { ...UNDECLARED, ...declared }]]) };
  const notifications: Notification[] = [];
  let state = from;
  const began = Date.parse(from.at);
  for (let second = 1; second <= seconds; second += 1) {
    const tick = {
      at: began + second * 1000,
      events: second === 1 ? events : [],
      standing: [],
      silences: [],
    };
    const stepped = step(state, tick, options);
    state = stepped.state;
    notifications.push(...stepped.notifications);
  }
  return { notifications, state };
}

const severities = (declared: Partial<DeclaredService>, event: DescryEvent) =>
  told(20, declared, [event]).notifications.map(({ alert }) => alert.severity);

test("the owner of a service is told with its alert, and stays its owner to the end", () => {
  const { notifications, state } = told(20, { owner: "team-shop" }, [verdict()]);
  assert.deepEqual(
    notifications.map(({ alert }) => alert.owner),
    ["team-shop"],
  );
  const kept = resume(JSON.parse(JSON.stringify(state)) as AlertsState, Date.parse(state.at));
  const cleared = verdict({ standing: "cleared", reason: "closed" });
  const { notifications: over } = told(200, { owner: "another" }, [cleared], kept);
  assert.deepEqual(
    over.map(({ kind, alert }) => [kind, alert.owner]),
    [["resolved", "team-shop"]],
  );
  const others = told(20, { owner: "team-shop" }, [verdict({ service: "other.service" })]).notifications;
  assert.deepEqual(
    others.map(({ alert }) => alert.owner),
    [null],
  );
});

test("a service with a threshold of its own pages by that", () => {
  const leak = verdict({ runway: endingIn(90 * MINUTE) });
  assert.deepEqual(severities({}, leak), ["page"]);
  assert.deepEqual(severities({ pageWithin: 60 * MINUTE }, leak), ["ticket"]);
  assert.deepEqual(severities({ pageWithin: 100 * MINUTE }, leak), ["page"]);
  const near = forecast({ runway: endingIn(20 * MINUTE) });
  assert.deepEqual(severities({}, near), ["page"]);
  assert.deepEqual(severities({ pageWithin: 10 * MINUTE }, near), ["ticket"]);
  const undated = { resource: "nofile", headroom: 4, exhaustedAt: null } as const;
  assert.deepEqual(severities({ pageWithin: MINUTE }, forecast({ runway: undated })), ["page"]);
  assert.deepEqual(severities({ pageWithin: MINUTE }, verdict({ rule: "at-limit" })), ["page"]);
});

test("a service that is to wake nobody does not, unless it fills what all share", () => {
  const never = { pageWithin: "never" } as const;
  assert.deepEqual(severities(never, verdict({ runway: endingIn(MINUTE) })), ["ticket"]);
  assert.deepEqual(severities(never, verdict({ rule: "at-limit" })), ["ticket"]);
  assert.deepEqual(severities(never, forecast({ runway: endingIn(MINUTE) })), ["ticket"]);
  assert.deepEqual(severities(never, verdict({ rule: "host-file-limit" })), ["page"]);
  const hosts = { ...endingIn(MINUTE), resource: "file-max", headroom: 9, exhaustedAt: null } as const;
  assert.deepEqual(severities(never, forecast({ runway: hosts })), ["page"]);
});

test("a service's suspicions are told when the user says, or never", () => {
  const suspicion = [verdict({ standing: "suspect" })];
  const after = (seconds: number, suspectedFor: DeclaredService["suspectedFor"]) =>
    told(seconds, { suspectedFor }, suspicion).notifications.length;
  assert.deepEqual([after(500, null), after(700, null)], [0, 1]);
  assert.deepEqual([after(50, MINUTE), after(70, MINUTE)], [0, 1]);
  assert.equal(after(3600, "never"), 0);
  assert.equal(told(20, { suspectedFor: "never" }, [verdict()]).notifications.length, 1);
});
