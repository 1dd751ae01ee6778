import { readdirSync, readFileSync } from "node:fs";
import type { OwnProcess } from "./reading.ts";

/** Unix seconds; measured once, since a clock that is set later would move it. */
const STARTED_AT = Date.now() / 1000 - process.uptime();

/** What this program uses now, all its threads together. */
export function readOwnProcess(): OwnProcess {
  const { user, system } = process.cpuUsage();
  return {
    cpuSeconds: (user + system) / 1e6,
    residentBytes: process.memoryUsage.rss(),
    virtualBytes: unlessUnreadable(() => parseVirtualBytes(readFileSync("/proc/self/status", "utf8"))),
    // One of them is the folder that is being read.
    openDescriptors: unlessUnreadable(() => readdirSync("/proc/self/fd").length - 1),
    descriptorLimit: unlessUnreadable(() => parseDescriptorLimit(readFileSync("/proc/self/limits", "utf8"))),
    startedAt: STARTED_AT,
  };
}

/** "VmSize:   123456 kB", proc_pid_status(5); null where there is no such line. */
export function parseVirtualBytes(status: string): number | null {
  const kilobytes = /^VmSize:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

/** "Max open files   1024   524288   files", proc_pid_limits(5): the soft one; infinity where there is none. */
export function parseDescriptorLimit(limits: string): number | null {
  const soft = /^Max open files\s+(\d+|unlimited)\s/m.exec(limits)?.[1];
  if (soft === undefined) return null;
  return soft === "unlimited" ? Number.POSITIVE_INFINITY : Number(soft);
}

/** Without /proc, or where it may not be read, nothing is known. */
function unlessUnreadable<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}
