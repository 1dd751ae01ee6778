import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChannelStatus } from "../../notify/lane.ts";
import { channelCounts } from "./counts.ts";

test("channels: what will never arrive is counted, whoever gave it up", () => {
  const status: ChannelStatus = {
    name: "ops",
    kind: "webhook",
    waiting: 1,
    delivered: 8,
    failures: 4,
    refused: 2,
    lost: 3,
    lastDeliveredAt: null,
    failingSince: null,
    lastFailure: null,
  };
  assert.deepEqual(channelCounts([status]), [
    { channel: "ops", waiting: 1, delivered: 8, failed: 4, givenUp: 5 },
  ]);
});
