import type { CourierClock } from "../../notify/lane.ts";
import type { HistoryClock } from "../../store/history/history.ts";

export const HISTORY_CLOCK: HistoryClock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
};

export const COURIER_CLOCK: CourierClock = {
  now: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
