// What a running process costs, as the kernel counts it.
import { readFileSync } from "node:fs";

/** utime and stime are in ticks of a hundredth of a second (USER_HZ) on every machine Node runs on. */
const TICKS_PER_SECOND = 100;

/** CPU seconds of the process in user and kernel, its ended threads included, its children not. proc_pid_stat(5). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The name of the program is in brackets and may hold anything, so count from the last one: field 3 comes next.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
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
