/** What a program on the watched host calls itself reaches people as text, and receivers as nothing else. */
import { test } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { hostileText } from "../alerts/life/arbitrary-events.ts";
import { postedAlerts } from "./alertmanager.ts";
import { notificationOf } from "./made-notifications.ts";
import { pagerDutyEvent } from "./pagerduty.ts";
import { clipped, plain } from "./plain.ts";
import { slackMessage } from "./slack.ts";
import { webhookMessage } from "./webhook.ts";

/** An alert in which every text is hostile. */
const hostile = fc
  .record({ text: hostileText, long: fc.boolean(), kind: fc.constantFrom("firing", "updated", "resolved") })
  .map(({ text, long, kind }) => {
    const said = long ? text.repeat(200) : text;
    const actions = [{ when: "now", text: said, command: said, caution: said }] as const;
    return notificationOf(
      {
        kind: kind as "firing",
        why: kind === "firing" ? null : said,
        before: kind === "firing" ? null : "page",
      },
      { service: said, host: said, peer: said, summary: said, evidence: [said, said], actions },
    );
  });
const runs = { numRuns: 500 };

test("no text keeps what turns or hides writing, or is cut inside a character", () => {
  fc.assert(
    fc.property(hostileText, fc.integer({ min: 1, max: 40 }), (text, most) => {
      const read = clipped(plain(text), most);
      assert.ok(read.length <= most && read.isWellFormed());
      assert.doesNotMatch(read, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }),
    runs,
  );
});

test("Slack gets no mention, no link, no emphasis and no code but its own, within its limits", () => {
  fc.assert(
    fc.property(hostile, (notification) => {
      const { text, blocks } = slackMessage(notification) as {
        text: string;
        blocks: { type: string; text: { type: string; text: string } }[];
      };
      const written = text.split(/^```$/m);
      // Every other piece is inside a fence.
      for (const prose of written.filter((_, at) => at % 2 === 0)) {
        assert.doesNotMatch(prose, /[<>*`~]|\]\(|@(?!\u200b)/);
        assert.doesNotMatch(prose, /&(?!amp;|lt;|gt;)/);
      }
      assert.equal(written.length % 2, 1, "a fence stays open");
      assert.ok(text.length <= 4000);
      assert.ok(blocks.length <= 50);
      for (const { type, text: block } of blocks) {
        assert.ok(block.text.length <= (type === "header" ? 150 : 3000));
        if (block.type !== "mrkdwn") continue;
        assert.doesNotMatch(block.text, /[<>]/);
        assert.equal(block.text.split("```").length, 3);
      }
    }),
    runs,
  );
});

test("PagerDuty and Alertmanager get what they take", () => {
  fc.assert(
    fc.property(hostile, (notification) => {
      const event = JSON.parse(JSON.stringify(pagerDutyEvent(notification))) as {
        payload?: { summary: string };
      };
      if (event.payload !== undefined) assert.ok(event.payload.summary.length <= 1024);
      assert.ok(JSON.stringify(event).length < 500_000);
      for (const { labels, annotations, startsAt, endsAt } of postedAlerts(
        notification,
        {},
        Date.parse(notification.at),
      )) {
        for (const text of [...Object.values(labels), ...Object.values(annotations)])
          assert.ok(text !== "" && text.isWellFormed());
        for (const text of Object.values(labels)) assert.ok(text.length <= 500);
        assert.ok(Date.parse(endsAt) >= Date.parse(startsAt));
      }
    }),
    runs,
  );
});

test("the webhook's JSON holds every text as it is", () => {
  fc.assert(
    fc.property(hostile, (notification) => {
      const message = webhookMessage(notification, { env: {}, version: "0" });
      assert.deepEqual(JSON.parse(JSON.stringify(message)), message);
    }),
    runs,
  );
});
