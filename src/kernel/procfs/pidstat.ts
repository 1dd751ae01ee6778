/** The fields of /proc/PID/stat that the program uses. Man page: proc_pid_stat(5). */
export interface PidStat {
  readonly name: string;
  /** One letter: R, S, D, Z, T ... */
  readonly state: string;
  readonly parent: number;
  /** PF_KTHREAD in the flags. */
  readonly kernelThread: boolean;
  /** Threads that are still there, an exited leader included. */
  readonly threads: number;
  readonly startTicks: number;
  /** Addresses of code, stack and arguments: different after exec, and after a process moved its title. */
  readonly execMark: string;
}

const PF_KTHREAD = 0x00200000;

/**
 * Parses /proc/PID/stat; null when it is not one. The name may hold anything, blanks, brackets and line ends
 * included, so the fields are counted from the last bracket.
 */
export function parsePidStat(bytes: Buffer): PidStat | null {
  const open = bytes.indexOf(0x28);
  const close = bytes.lastIndexOf(0x29);
  if (open < 0 || close < open) return null;
  const fields = bytes
    .toString("latin1", close + 2, bytes.length)
    .trimEnd()
    .split(" ");
  const field = (number: number): string => fields[number - 3] ?? "";
  const state = field(3);
  const parent = whole(field(4));
  const flags = whole(field(9));
  const threads = whole(field(20));
  const startTicks = whole(field(22));
  if (
    !/^[A-Za-z]$/.test(state) ||
    parent === null ||
    flags === null ||
    threads === null ||
    startTicks === null
  )
    return null;
  return {
    name: bytes.toString("utf8", open + 1, close),
    state,
    parent,
    kernelThread: Math.floor(flags / PF_KTHREAD) % 2 === 1,
    threads,
    startTicks,
    execMark: `${field(26)} ${field(28)} ${field(48)}`,
  };
}

function whole(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** An exited process whose parent has not asked for its end: its folder of descriptors is empty, which says nothing. */
export function hasEnded(stat: PidStat): boolean {
  return (stat.state === "Z" && stat.threads <= 1) || stat.state === "X" || stat.state === "x";
}

/** The leading thread has exited and others live on: the descriptors stand under /proc/PID/task/TID/fd. */
export function leaderHasExited(stat: PidStat): boolean {
  return stat.state === "Z" && stat.threads > 1;
}
