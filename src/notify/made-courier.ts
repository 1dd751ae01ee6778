/** A courier whose time and receivers a test moves by hand. */
import type { AlertReport, Notification, Severity } from "../model/alert.ts";
import { DELIVERED, type Channel, type Outcome } from "./channel.ts";
import { Courier } from "./courier.ts";
import type { CourierClock } from "./lane.ts";
import { notificationOf } from "./made-notifications.ts";
import { MemoryOutbox } from "./memory-outbox.ts";

/** A clock that is moved by hand; between two callbacks everything that can go on does. */
export class HandClock implements CourierClock {
  time = 1_800_000_000_000;
  readonly #calls = new Set<{ at: number; callback: () => void }>();

  now(): number {
    return this.time;
  }

  random(): number {
    return 0.5;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const call = { at: this.time + milliseconds, callback };
    this.#calls.add(call);
    return () => this.#calls.delete(call);
  }

  async pass(milliseconds: number): Promise<void> {
    const until = this.time + milliseconds;
    for (;;) {
      await quiet();
      const [next] = [...this.#calls].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#calls.delete(next);
      this.time = Math.max(this.time, next.at);
      next.callback();
    }
    this.time = until;
  }
}

/** All promises that can be settled are. */
async function quiet(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

export class Receiver {
  readonly taken: Notification[] = [];
  readonly standing: (readonly AlertReport[])[] = [];
  attempts = 0;
  answers: () => Outcome | Promise<Outcome> = () => DELIVERED;

  channel(name = "ops", from: Severity = "ticket", every: number | null = null): Channel {
    return {
      ...{ name, kind: "webhook", from },
      deliver: async (notification) => {
        this.attempts += 1;
        const outcome = await this.answers();
        if (outcome.is === "delivered") this.taken.push(notification);
        return outcome;
      },
      repeat:
        every === null
          ? null
          : {
              every,
              deliver: async (standing) => {
                this.standing.push(standing);
                return this.answers();
              },
            },
    };
  }
}

export const HOUR = 3_600_000;
const NOBODY = (): readonly AlertReport[] => [];

/** Started, with nothing told. */
export function open(
  channels: readonly Channel[],
  outbox = new MemoryOutbox(),
  clock = new HandClock(),
  standing = NOBODY,
) {
  const courier = new Courier(channels, { outbox, clock, standing });
  courier.start();
  const tell = (...notifications: Notification[]): void => {
    const entries = courier.entriesFor(notifications);
    outbox.commit({ put: entries });
    courier.take(entries);
  };
  return { courier, outbox, clock, tell };
}

export const of = (alert: string, times: number, kind: Notification["kind"] = "updated") =>
  notificationOf({ id: `${alert}-${times}`, kind }, { id: alert, fingerprint: alert });
