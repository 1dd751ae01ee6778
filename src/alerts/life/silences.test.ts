import assert from "node:assert/strict";
import { test } from "node:test";
import type { AlertsState, Silence } from "../../model/alert.ts";
import type { DescryEvent } from "../../model/events.ts";
import { endingIn, START, verdict } from "./arbitrary-events.ts";
import { resume, step } from "./life.ts";
import { LIFE } from "./options.ts";

const HOUR = 3_600_000;

function silenceOf(about: Partial<Silence>): Silence {
  return {
    ...{ id: "s1", service: null, rule: null, fingerprint: null, by: "ops", comment: "", endedAt: null },
    ...{ from: new Date(START).toISOString(), until: new Date(START + 24 * HOUR).toISOString() },
    ...about,
  };
}

/** Stepped once a second with the silences of the moment. */
class Watched {
  state: AlertsState = resume(null, START);
  at = START;
  silences: Silence[] = [];

  /** What is told within ten minutes, when these events come first. */
  during(...events: DescryEvent[]): string[] {
    const told: string[] = [];
    for (let second = 0; second < 600; second++) {
      this.at += 1000;
      const tick = { at: this.at, events: second === 0 ? events : [], standing: [], silences: this.silences };
      const stepped = step(this.state, tick, LIFE);
      this.state = stepped.state;
      told.push(...stepped.notifications.map(({ kind, why, alert }) => `${alert.rule} ${kind}: ${why}`));
    }
    return told;
  }
}

test("when a silence is ended and it still fires, it is told then, with what came meanwhile", () => {
  const watched = new Watched();
  const silence = silenceOf({ fingerprint: verdict().fingerprint });
  watched.silences = [silence];
  assert.deepEqual(watched.during(verdict()), []);
  assert.deepEqual(
    watched.state.alerts.map(({ phase, told }) => [phase, told]),
    [["firing", null]],
    "it fires all the same",
  );
  watched.silences = [{ ...silence, endedAt: new Date(watched.at).toISOString() }];
  assert.deepEqual(watched.during(), ["unclosed-connection firing: null"]);
  watched.silences = [silence];
  assert.deepEqual(watched.during(verdict({ runway: endingIn(HOUR, watched.at) })), []);
  watched.silences = [];
  assert.deepEqual(watched.during(), ["unclosed-connection updated: little time is left now"]);
});

test("a silence holds also where the clock was set back to before it was made", () => {
  const watched = new Watched();
  watched.silences = [silenceOf({})];
  watched.at -= 2 * HOUR;
  assert.deepEqual(watched.during(verdict()), []);
});

test("a silence holds the alerts that all of its service, rule and fingerprint fit", () => {
  const first = verdict();
  const second = verdict({
    ...{ id: "bbbb", story: "bbbb", fingerprint: "e1e1", service: "thumbs", rule: "descriptor-leak" },
  });
  const [told, toldToo] = ["unclosed-connection firing: null", "descriptor-leak firing: null"];
  for (const [about, left] of [
    [{ rule: "descriptor-leak" }, [told]],
    [{ service: "gunicorn.service" }, [toldToo]],
    [{ fingerprint: "e1e1" }, [told]],
    [{ service: "thumbs", rule: "descriptor-leak", fingerprint: "e1e1" }, [told]],
    [{ service: "thumbs", rule: "unclosed-connection" }, [told, toldToo]],
    [{ service: "gunicorn" }, [told, toldToo]],
  ] as const) {
    const watched = new Watched();
    watched.silences = [silenceOf(about)];
    assert.deepEqual(watched.during(first, second), left, JSON.stringify(about));
  }
});
