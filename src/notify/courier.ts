import type { AlertReport, Notification, Outbox, OutboxEntry, Severity } from "../model/alert.ts";
import type { Channel } from "./channel.ts";
import { type ChannelStatus, type CourierClock, Lane } from "./lane.ts";

export interface CourierPorts {
  readonly outbox: Outbox;
  readonly clock: CourierClock;
  /** What fires now and was told, for channels that must be told again and again. */
  readonly standing: () => readonly AlertReport[];
}

/**
 * Brings notifications to every channel that wants them, in its own time: a channel that is down holds up itself alone.
 *
 *     const entries = courier.entriesFor(notifications);
 *     store.commit({ alerts, put: entries });   one transaction: a crash before it tells later, one after it tells all the same
 *     courier.take(entries);
 */
export class Courier {
  readonly #lanes: ReadonlyMap<string, Lane>;
  readonly #ports: CourierPorts;

  constructor(channels: readonly Channel[], ports: CourierPorts) {
    const { outbox, clock, standing } = ports;
    this.#ports = ports;
    this.#lanes = new Map(
      channels.map((channel) => [channel.name, new Lane(channel, outbox, clock, standing)]),
    );
  }

  /** Goes on with what an earlier run could not deliver. What waits for a channel that is no longer there is given up. */
  start(): void {
    const byChannel = Map.groupBy(this.#ports.outbox.waiting(), ({ channel }) => channel);
    const nobodys = [...byChannel].flatMap(([name, entries]) => (this.#lanes.has(name) ? [] : entries));
    if (nobodys.length > 0) this.#ports.outbox.commit({ remove: nobodys.map(({ key }) => key) });
    for (const [name, lane] of this.#lanes) lane.start(byChannel.get(name) ?? []);
  }

  /** One for each channel that wants it; nothing has happened yet. */
  entriesFor(notifications: readonly Notification[]): OutboxEntry[] {
    const addedAt = this.#ports.clock.now();
    return notifications.flatMap((notification) =>
      [...this.#lanes.values()].flatMap(({ channel: { name, from } }) => {
        const wanted = asWanted(notification, from);
        return wanted === null ? [] : [entryOf(wanted, name, addedAt)];
      }),
    );
  }

  /** Those that the outbox holds by now. */
  take(entries: readonly OutboxEntry[]): void {
    for (const [name, own] of Map.groupBy(entries, ({ channel }) => channel))
      this.#lanes.get(name)?.take(own);
  }

  statuses(): ChannelStatus[] {
    return [...this.#lanes.values()].map((lane) => lane.status);
  }

  /** What has not arrived stays in the outbox. */
  async stop(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.stop()));
  }
}

export function entryOf(notification: Notification, channel: string, addedAt: number): OutboxEntry {
  const key = `${notification.id} ${channel}`;
  return { key, channel, notification, addedAt, attempts: 0, lastFailure: null };
}

/** As a channel is to be told: for one that wants pages alone, an alert begins when it becomes a page. */
function asWanted(notification: Notification, from: Severity): Notification | null {
  const { kind, before, alert } = notification;
  if (from === "ticket" || kind === "test") return notification;
  if (kind === "resolved") return before === "page" ? notification : null;
  if (alert.severity !== "page") return null;
  return before === "page" ? notification : { ...notification, kind: "firing", before: null };
}
