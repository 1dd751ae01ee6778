// What a running process costs, as the kernel counts it.
import { readdirSync, readFileSync } from "node:fs";

/** utime and stime are in ticks of a hundredth of a second (USER_HZ) on every machine Node runs on. */
const TICKS_PER_SECOND = 100;

/** CPU seconds of the process in user and kernel, its ended threads included, its children not. proc_pid_stat(5). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The name of the program is in brackets and may hold anything, so count from the last one: field 3 comes next.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/**
 * The same in nanoseconds' steps, for a program that keeps its threads: what one has used is gone with it.
 * First figure of schedstat: Documentation/scheduler/sched-stats.rst.
 */
export function cpuSecondsOfThreads(pid: number): number {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).reduce((sum, thread) => {
    try {
      return sum + Number(readFileSync(`${folder}/${thread}/schedstat`, "latin1").split(" ", 1)[0]) / 1e9;
    } catch {
      return sum; // it has ended
    }
  }, 0);
}

/** Seconds on a stopwatch and of CPU so far. */
export interface Reading {
  readonly seconds: number;
  readonly cpu: number;
}

export function readConsumption(pid: number): Reading {
  return { seconds: performance.now() / 1000, cpu: cpuSeconds(pid) };
}

/** CPU between two readings as a share of one core, in percent. */
export function shareOfCore(from: Reading, to: Reading): number {
  return (100 * (to.cpu - from.cpu)) / (to.seconds - from.seconds);
}

export interface Memory {
  readonly resident: number;
  /** Of it, what is not backed by a file: the rest is mostly Node's own program text. */
  readonly anonymous: number;
  readonly peak: number;
}

/** Bytes. proc_pid_status(5). */
export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  const bytes = (name: string): number => {
    const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
    if (kibibytes === undefined) throw new Error(`/proc/${pid}/status has no ${name}`);
    return Number(kibibytes) * 1024;
  };
  return { resident: bytes("VmRSS"), anonymous: bytes("RssAnon"), peak: bytes("VmHWM") };
}
