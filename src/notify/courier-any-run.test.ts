import { test } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Notification } from "../model/alert.ts";
import { DELIVERED, failed, type Outcome } from "./channel.ts";
import { HandClock, HOUR, of, open, Receiver } from "./made-courier.ts";
import { MemoryOutbox } from "./memory-outbox.ts";

/** What a run of the program does; `answer` is how the receiver takes what comes from then on. */
const doing = fc.oneof(
  { weight: 5, arbitrary: fc.record({ does: fc.constant("tell"), alert: fc.nat(3) } as const) },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant("wait"), seconds: fc.constantFrom(1, 30, 400) } as const),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant("answer"),
      how: fc.constantFrom("yes", "no", "never", "lost"),
    } as const),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constantFrom("restart", "kill") } as const) },
);

test("across outages, restarts and kills all arrives, in order; twice only where an answer was lost", async () => {
  let repeated = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(doing, { maxLength: 40 }), async (doings) => {
      const receiver = new Receiver();
      const outbox = new MemoryOutbox();
      const clock = new HandClock();
      const arrived: string[] = [];
      let mayRepeat = 0;
      const deliver =
        (how: string) =>
        async (notification: Notification): Promise<Outcome> => {
          if (how === "yes" || how === "lost") arrived.push(notification.id);
          if (how === "lost") mayRepeat += 1;
          if (how === "never") return new Promise<Outcome>(() => {});
          return how === "yes" ? DELIVERED : failed("down");
        };
      let how = "yes";
      // One that was killed goes on in this process: its answers no longer reach anybody.
      const run = () => {
        let [alive, hangs] = [true, false];
        const channel = {
          ...receiver.channel(),
          deliver: (told: Notification) => {
            if (!alive) return new Promise<Outcome>(() => {});
            hangs = how === "never";
            return deliver(how)(told);
          },
        };
        const opened = open([channel], outbox, clock);
        const kill = (): void => {
          alive = false;
          // What arrived last may not have been noted.
          mayRepeat += 1;
        };
        return { ...opened, kill, hangs: () => hangs };
      };
      let current = run();
      const told: string[] = [];
      const times = [0, 0, 0, 0];
      for (const what of doings) {
        if (what.does === "tell") {
          const time = ((times[what.alert] as number) += 1);
          const notification = of(`${what.alert}`, time, time === 1 ? "firing" : "updated");
          told.push(notification.id);
          current.tell(notification);
        } else if (what.does === "wait") await clock.pass(what.seconds * 1000);
        else if (what.does === "answer") how = what.how;
        else {
          // The receiver hangs on what it was given, or will: nobody waits for it when the program ends.
          if (what.does === "kill" || how === "never" || current.hangs()) current.kill();
          else await current.courier.stop();
          current = run();
        }
      }
      current.kill();
      how = "yes";
      current = run();
      await clock.pass(HOUR);
      const once = [...new Set(arrived)];
      assert.deepEqual(once.toSorted(), told.toSorted());
      assert.ok(arrived.length - once.length <= mayRepeat, "told again without need");
      repeated += arrived.length - once.length;
      for (const alert of [0, 1, 2, 3]) {
        const own = once.filter((id) => id.startsWith(`${alert}-`));
        assert.deepEqual(
          own,
          own.map((_, at) => `${alert}-${at + 1}`),
        );
      }
      assert.deepEqual(outbox.waiting(), []);
    }),
    { numRuns: 100 },
  );
  assert.ok(repeated > 0, "no answer was ever lost");
});
