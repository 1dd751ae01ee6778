/** Inodes of the namespaces that a host begins with: include/linux/proc_ns.h. Others get theirs as they are made. */
export const INITIAL_NAMESPACES = { pid: 0xeffffffc, user: 0xeffffffd, cgroup: 0xeffffffb } as const;

/** Those that change what can be seen, with their bits: include/uapi/linux/capability.h. */
const CAPABILITIES: readonly (readonly [name: string, bit: bigint])[] = [
  ["CAP_DAC_OVERRIDE", 1n],
  ["CAP_DAC_READ_SEARCH", 2n],
  ["CAP_NET_ADMIN", 12n],
  ["CAP_SYS_PTRACE", 19n],
  ["CAP_SYS_ADMIN", 21n],
];

/** Effective capabilities in /proc/PID/status, proc_pid_status(5), of those that matter here. */
export function capabilitiesOf(status: string): string[] {
  const hex = /^CapEff:\s+([0-9a-f]{1,16})$/m.exec(status)?.[1];
  if (hex === undefined) return [];
  const bits = BigInt(`0x${hex}`);
  return CAPABILITIES.filter(([, bit]) => ((bits >> bit) & 1n) === 1n).map(([name]) => name);
}

/** Options of the file system mounted there: the last line of /proc/self/mountinfo for it, proc_pid_mountinfo(5). */
export function mountOf(mountinfo: string, path: string): string | null {
  let options: string | null = null;
  for (const line of mountinfo.split("\n")) {
    const [before, after] = line.split(" - ");
    const fields = before?.split(" ") ?? [];
    if (fields[4] !== path) continue;
    options = `${fields[5] ?? ""},${after?.split(" ")[2] ?? ""}`;
  }
  return options;
}

/** hidepid= among mount options; null when it is not set, or is 0. */
export function hidepidOf(options: string | null): string | null {
  const value = /(?:^|,)hidepid=([a-z0-9]+)/.exec(options ?? "")?.[1] ?? null;
  return value === "0" || value === "off" ? null : value;
}
