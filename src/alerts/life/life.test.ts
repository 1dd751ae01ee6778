import { test } from "node:test";
import assert from "node:assert/strict";
import type { AlertsState, Notification, Silence } from "../../model/alert.ts";
import type { DescryEvent, VerdictEvent } from "../../model/events.ts";
import { endingIn, forecast, START, verdict } from "./arbitrary-events.ts";
import { resume, step } from "./life.ts";
import { LIFE } from "./options.ts";
import { reportOf, toldReports } from "./report.ts";

const HOUR = 3_600_000;
const told = ({ kind, why }: Notification) => (why === null ? kind : `${kind}: ${why}`);

/** A life that is stepped by hand, once a second. */
class Watched {
  state: AlertsState = resume(null, START);
  at = START;
  silences: Silence[] = [];
  standing: VerdictEvent[] = [];

  /** What is told within so many seconds, when these events come in the first. */
  during(seconds: number, ...events: DescryEvent[]): Notification[] {
    const notifications: Notification[] = [];
    for (let passed = 0; passed < seconds; passed += 1) {
      this.at += 1000;
      const tick = {
        at: this.at,
        events: passed === 0 ? events : [],
        standing: this.standing,
        silences: this.silences,
      };
      const stepped = step(this.state, tick, LIFE);
      this.state = stepped.state;
      notifications.push(...stepped.notifications);
    }
    return notifications;
  }

  /** As when the program is stopped for a while and started with what it had stored. */
  restart(awayFor = 60_000): void {
    this.at += awayFor;
    this.state = resume(JSON.parse(JSON.stringify(this.state)) as AlertsState, this.at);
  }
}

test("a leak fires once, and is told to be over when it is gone for a while", () => {
  const watched = new Watched();
  assert.deepEqual(watched.during(300, verdict({ standing: "suspect" })), []);
  assert.deepEqual(
    watched.state.alerts.map(({ phase }) => phase),
    ["pending"],
  );
  const [firing, ...more] = watched.during(3600, verdict());
  assert.deepEqual(more, []);
  assert.equal(firing?.kind, "firing");
  assert.equal(firing.alert.severity, "ticket");
  assert.equal(firing.alert.summary, verdict().summary);
  assert.equal(firing.before, null);
  const reason = "they were closed: 2731 of 2731";
  assert.deepEqual(watched.during(100, verdict({ standing: "cleared", reason })), []);
  const [resolved] = watched.during(60);
  assert.equal(resolved?.kind, "resolved");
  assert.equal(resolved.why, reason);
  assert.equal(resolved.alert.id, firing.alert.id);
  assert.equal(resolved.alert.phase, "resolved");
  assert.deepEqual(watched.state.alerts, []);
});

test("what comes back before it counts as gone goes on without a word", () => {
  const watched = new Watched();
  assert.equal(watched.during(60, verdict()).length, 1);
  assert.deepEqual(watched.during(100, verdict({ standing: "cleared", reason: "closed" })), []);
  assert.deepEqual(watched.during(600, verdict({ id: "bbbb", story: "bbbb" })), []);
  assert.equal(watched.state.alerts.length, 1);
});

test("a suspicion that goes away was never told; one that stays becomes a ticket", () => {
  const watched = new Watched();
  assert.deepEqual(watched.during(500, verdict({ standing: "suspect" })), []);
  assert.deepEqual(watched.during(300, verdict({ standing: "cleared", reason: "no more were kept" })), []);
  assert.deepEqual(watched.state.alerts, []);
  const [firing] = watched.during(700, verdict({ standing: "suspect" }));
  assert.equal(firing?.alert.standing, "suspect");
  assert.deepEqual(watched.during(900, verdict()).map(told), ["updated: it is proven now"]);
});

test("what rises together, the end in sight and the full table are one alert", () => {
  const watched = new Watched();
  const leak = verdict({ runway: endingIn(10 * HOUR) });
  const follower = verdict({ id: "bbbb", fingerprint: "e1e1", rule: "descriptor-leak" });
  const [firing] = watched.during(30, leak, follower);
  assert.deepEqual(
    firing?.alert.verdicts.map(({ rule }) => rule),
    ["unclosed-connection", "descriptor-leak"],
  );
  // The forecast does not know of the leak, and is of the same service all the same.
  assert.deepEqual(watched.during(30, forecast()).map(told), ["updated: little time is left now"]);
  const full = verdict({ id: "cccc", fingerprint: "c1c1", rule: "at-limit", story: "aaaa" });
  const [reached, ...more] = watched.during(10, full);
  assert.equal(
    reached && told(reached),
    "updated: its limit is reached",
    "at once, whatever was told just before",
  );
  assert.match(reached?.alert.summary ?? "", /The limit is reached: what it opens now fails\.$/);
  assert.deepEqual([...more, ...watched.during(600, full)], []);
  assert.equal(watched.state.alerts.length, 1);
  const report = reportOf(watched.state.alerts[0]!);
  assert.equal(report.rule, "unclosed-connection");
});

test("a full table is told at once, and the leak that is found behind it joins it", () => {
  const watched = new Watched();
  const full = verdict({
    id: "cccc",
    story: "cccc",
    fingerprint: "c1c1",
    rule: "at-limit",
    standing: "suspect",
  });
  const [firing] = watched.during(30, full);
  assert.equal(firing?.alert.severity, "page");
  assert.deepEqual(watched.during(600, verdict()).map(told), ["updated: its cause is known better now"]);
  const [alert, ...others] = watched.state.alerts;
  assert.deepEqual(others, []);
  assert.equal(alert?.id, firing.alert.id);
  assert.equal(alert?.identity.rule, "at-limit");
});

test("two leaks that turn out to have one cause are one alert, under the name that was told", () => {
  const watched = new Watched();
  const [first] = watched.during(60, verdict());
  watched.during(2, verdict({ id: "bbbb", story: "bbbb", fingerprint: "e1e1", rule: "descriptor-leak" }));
  assert.equal(watched.state.alerts.length, 2);
  // The later one leads, and the one that was told joins it.
  assert.deepEqual(watched.during(1, verdict({ story: "bbbb" })), []);
  assert.deepEqual(
    watched.state.alerts.map(({ id }) => id),
    [first?.alert.id],
  );
});

test("of two that were told, one is over when they turn out to have one cause", () => {
  const watched = new Watched();
  const other = verdict({ id: "bbbb", story: "bbbb", fingerprint: "e1e1", rule: "descriptor-leak" });
  assert.equal(watched.during(60, verdict(), other).length, 2);
  const [over, ...more] = watched.during(600, verdict({ story: "bbbb" })).map(told);
  assert.equal(over, "resolved: it has one cause with what is told of gunicorn.service");
  assert.deepEqual(more, []);
});

test("a ticket becomes a page when time runs short, once", () => {
  const watched = new Watched();
  const [ticket] = watched.during(60, verdict({ runway: endingIn(3 * HOUR) }));
  assert.equal(ticket?.alert.severity, "ticket");
  const [page, ...more] = watched.during(4000);
  assert.equal(page?.alert.severity, "page");
  assert.equal(page.before, "ticket");
  assert.deepEqual(more, []);
  // It never falls, so it cannot rise again.
  assert.deepEqual(watched.during(600, verdict({ runway: endingIn(30 * HOUR, watched.at) })), []);
  assert.deepEqual(watched.during(600, verdict({ runway: endingIn(HOUR, watched.at) })), []);
});

test("what was urgent for a moment, before anybody was told, makes no page of the suspicion that stays", () => {
  const watched = new Watched();
  const full = verdict({ id: "cccc", story: "cccc", fingerprint: "c1c1", rule: "at-limit" });
  watched.during(5, full);
  watched.during(1, verdict({ standing: "suspect" }), { ...full, standing: "cleared" });
  assert.equal(watched.state.alerts.length, 1);
  const [firing] = watched.during(900);
  assert.deepEqual([firing?.alert.severity, firing?.alert.standing], ["ticket", "suspect"]);
});

test("a bypassed pool and a suspicion wake nobody", () => {
  for (const said of [{ rule: "pool-bypass" }, { standing: "suspect" }] as const) {
    const [firing] = new Watched().during(700, verdict({ ...said, runway: endingIn(HOUR) }));
    assert.equal(firing?.alert.severity, "ticket");
  }
});

test("figures follow what stands, and are no news", () => {
  const watched = new Watched();
  watched.during(60, verdict());
  watched.standing = [verdict({ subjectOpen: 9000, story: "another" })];
  const before = watched.state;
  const tick = { at: watched.at + 1000, events: [], standing: watched.standing, silences: [] };
  const { changed, state } = step(before, tick, LIFE);
  assert.equal(changed, false);
  assert.equal(reportOf(state.alerts[0]!).subjectOpen, 9000);
  assert.equal(state.alerts[0]?.members[0]?.event.story, "aaaa");
});

test("after a restart what is found again is not told again, and what is not is over", () => {
  const watched = new Watched();
  const other = verdict({
    id: "bbbb",
    story: "bbbb",
    fingerprint: "e1e1",
    service: "thumbs",
    standing: "confirmed",
  });
  assert.equal(watched.during(60, verdict({ runway: endingIn(3 * HOUR) }), other).length, 2);
  // Away for longer than was left: what was known of the end is no reason to wake anybody.
  watched.restart(5 * HOUR);
  assert.deepEqual(watched.during(60), []);
  assert.deepEqual(watched.during(60, verdict({ id: "a2", story: "a2", standing: "suspect" })), []);
  assert.deepEqual(watched.during(600, verdict({ id: "a2", story: "a2" })), []);
  const gone = watched.during(1800);
  assert.deepEqual(gone.map(told), [
    "resolved: it was not found again within 30 minutes after descry was restarted",
  ]);
  assert.equal(gone[0]?.alert.service, "thumbs");
  assert.equal(watched.state.alerts.length, 1);
});

test("a silence holds back all but the end of what was told, and ends by itself", () => {
  const watched = new Watched();
  const silence = {
    ...{ id: "s1", service: "gunicorn.service", rule: null, fingerprint: null, by: "ops", comment: "known" },
    endedAt: null,
    from: new Date(START).toISOString(),
    until: new Date(START + HOUR).toISOString(),
  };
  watched.silences = [silence];
  const other = verdict({ id: "bbbb", story: "bbbb", fingerprint: "e1e1", service: "thumbs" });
  assert.deepEqual(
    watched.during(600, verdict(), other).map(({ alert }) => alert.service),
    ["thumbs"],
  );
  assert.deepEqual(watched.during(3600).map(told), ["firing"]);
  watched.silences = [{ ...silence, until: new Date(watched.at + 24 * HOUR).toISOString() }];
  assert.deepEqual(watched.during(600, forecast()), []);
  // It is a page by now, of which nobody is told by being told again of the ticket either.
  const ofSilenced = ({ service }: { readonly service: string | null }) => service === silence.service;
  assert.equal(watched.state.alerts.find(({ identity }) => ofSilenced(identity))?.severity, "page");
  assert.equal(toldReports(watched.state).find(ofSilenced)?.severity, "ticket");
  const cleared = [verdict({ standing: "cleared", reason: "closed" }), forecast({ standing: "cleared" })];
  assert.deepEqual(
    watched.during(600, ...cleared).map(({ kind }) => kind),
    ["resolved"],
  );
});

test("what a silence held back is told after a restart when it is found again, not before", () => {
  const watched = new Watched();
  watched.silences = [
    {
      ...{ id: "s1", service: null, rule: null, fingerprint: null, by: "ops", comment: "known" },
      endedAt: null,
      from: new Date(START).toISOString(),
      until: new Date(START + HOUR).toISOString(),
    },
  ];
  assert.deepEqual(watched.during(60, verdict()), []);
  watched.restart(2 * HOUR);
  assert.deepEqual(watched.during(60), []);
  assert.deepEqual(watched.during(60, verdict({ id: "a2", story: "a2" })).map(told), ["firing"]);
});

test("a clock that jumps fires nothing, and ends nothing", () => {
  const watched = new Watched();
  watched.during(5, verdict());
  watched.at -= 24 * HOUR;
  assert.deepEqual(watched.during(3), []);
  watched.at += 48 * HOUR;
  assert.deepEqual(watched.during(60).map(told), ["firing"]);
  watched.during(1, verdict({ standing: "cleared", reason: "closed" }));
  watched.at += 48 * HOUR;
  assert.deepEqual(watched.during(30), []);
});
