/** The three clocks of a reading; a test passes its own. */
export interface Clock {
  /** Wall clock, Unix milliseconds. */
  now(): number;
  /** Seconds since boot with fractions: CLOCK_MONOTONIC, which starts at boot on Linux. Never steps back. */
  uptime(): number;
  /** Seconds of CPU that the main thread has had, for what a reading costs: on a busy host it waits, which costs nothing. */
  stopwatch(): number;
}

/** `process.hrtime` is CLOCK_MONOTONIC: /proc/uptime less the time that the host slept. clock_gettime(2). */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  uptime: () => {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds + nanoseconds / 1e9;
  },
  stopwatch: () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1e6;
  },
};
