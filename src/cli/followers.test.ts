import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { VerdictEvent } from "../model/events.ts";
import { follows, oneLineAStory } from "./followers.ts";

/** A verdict as far as stories go. */
function verdict(
  id: string,
  standing: VerdictEvent["standing"],
  story = "sockets",
  rule = "descriptor-leak",
) {
  return { type: "verdict", id, standing, story, rule } as VerdictEvent;
}

describe("one line a story", () => {
  const told = (events: readonly VerdictEvent[]): string[] => {
    const shown = oneLineAStory();
    return events.filter(shown).map(({ id, standing }) => `${id} ${standing}`);
  };

  it("shows what leads, and what follows only when it goes further", () => {
    assert.deepEqual(
      told([
        verdict("sockets", "suspect"),
        verdict("eventfds", "suspect"),
        verdict("eventfds", "confirmed"),
        verdict("sockets", "confirmed"),
        verdict("eventpolls", "confirmed"),
      ]),
      ["sockets suspect", "eventfds confirmed", "sockets confirmed"],
    );
  });

  it("ends in silence what was never shown, whichever is withdrawn first", () => {
    assert.deepEqual(
      told([
        verdict("sockets", "confirmed"),
        verdict("eventfds", "confirmed"),
        verdict("sockets", "cleared"),
        verdict("eventfds", "cleared"),
      ]),
      ["sockets confirmed", "sockets cleared"],
    );
  });

  it("shows what goes on after that which led it was withdrawn", () => {
    assert.deepEqual(
      told([verdict("sockets", "confirmed"), verdict("sockets", "cleared"), verdict("closed", "confirmed")]),
      ["sockets confirmed", "sockets cleared", "closed confirmed"],
    );
  });

  it("never hides that something is full", () => {
    const [leak, full] = [
      verdict("sockets", "confirmed"),
      verdict("full", "confirmed", "sockets", "at-limit"),
    ];
    assert.equal(follows(full, [leak, full]), false);
    assert.equal(follows(verdict("eventfds", "confirmed"), [leak]), true);
  });
});
