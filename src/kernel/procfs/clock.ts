/** The three clocks of a reading; a test passes its own. */
export interface Clock {
  /** Wall clock, Unix milliseconds. */
  now(): number;
  /** Seconds since boot with fractions: CLOCK_MONOTONIC, which starts at boot on Linux. Never steps back. */
  uptime(): number;
  /** Seconds on a stopwatch, for what a reading costs. */
  stopwatch(): number;
}

/** `process.hrtime` is CLOCK_MONOTONIC: /proc/uptime less the time that the host slept. clock_gettime(2). */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  uptime: () => {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds + nanoseconds / 1e9;
  },
  stopwatch: () => performance.now() / 1000,
};
