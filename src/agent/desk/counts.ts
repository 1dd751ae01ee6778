import type { DeskState } from "../../metrics/reading.ts";
import type { AlertsState } from "../../model/alert.ts";
import type { ChannelStatus } from "../../notify/lane.ts";

/** How many alerts there are in each phase and severity, those with none left out. */
export function alertCounts({ alerts }: AlertsState): DeskState["alerts"] {
  const groups = Map.groupBy(alerts, ({ phase, severity }) => `${phase} ${severity}`);
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    return { phase: first.phase, severity: first.severity, count: same.length };
  });
}

/** What the receiver would not take, and what was no longer tried, nobody was told. */
export function channelCounts(statuses: readonly ChannelStatus[]): DeskState["channels"] {
  return statuses.map(({ name, waiting, delivered, failures, refused, lost }) => ({
    ...{ channel: name, waiting, delivered, failed: failures, givenUp: refused + lost },
  }));
}
