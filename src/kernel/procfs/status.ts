/** Real uid: the first figure of "Uid:" in /proc/PID/status, proc_pid_status(5); null when there is none. */
export function parseUid(text: string): number | null {
  const uid = /^Uid:\s+(\d{1,10})\s/m.exec(text)?.[1];
  return uid === undefined ? null : Number(uid);
}

/** Inode of a namespace from its link, "net:[4026531840]"; null when it is something else. namespaces(7). */
export function parseNamespace(link: string): number | null {
  const inode = /^[a-z_]{1,32}:\[(\d{1,15})\]$/.exec(link)?.[1];
  return inode === undefined ? null : Number(inode);
}
