const LINE = /^(\d{1,10}):([^:]*):(\/.*)$/;

/** All paths of /proc/PID/cgroup, one for each hierarchy: with cgroup v1 an engine may have joined only some of them. */
export function parseCgroupPaths(text: string): string[] {
  return text.split("\n").flatMap((line) => LINE.exec(line)?.[3] ?? []);
}

/**
 * The path of a process in /proc/PID/cgroup: the line "0::/path" of cgroup v2. On a host where both versions are
 * mounted the v2 line may stand at the root while systemd's own v1 hierarchy ("1:name=systemd:/path") has the
 * unit: then that one. Null when there is neither. Man page: cgroups(7).
 */
export function parseCgroup(text: string): string | null {
  let unified: string | null = null;
  let systemd: string | null = null;
  for (const line of text.split("\n")) {
    const match = LINE.exec(line);
    const path = match?.[3];
    if (match === null || path === undefined) continue;
    if (match[1] === "0" && match[2] === "") unified ??= path;
    else if (match[2] === "name=systemd") systemd ??= path;
  }
  return unified === null || unified === "/" ? (systemd ?? unified) : unified;
}
