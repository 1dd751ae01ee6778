import { statfsSync } from "node:fs";
import { loadAddon, type Loaded } from "../native/addon.ts";

declare const handle: unique symbol;

/** The sock_diag sockets of a namespace. It lives on while they are open. */
export interface SockDiagHandle {
  readonly [handle]: true;
}

/** The functions of native/sockets.c, netsettings.c and sockname.c. A negative number is an errno. */
export interface SocketsAddon {
  /**
   * In the namespace of this path (/proc/PID/ns/net) if it has this inode, ESTALE if not; in this program's own
   * without a path. EPERM: it may not be entered.
   */
  openSockDiag(path: string | null, inode: number): Promise<SockDiagHandle | number>;
  closeSockDiag(handle: SockDiagHandle): void;
  /** Fills the buffer with the tables in `mask`, bit by table, as packed.ts reads them. */
  dumpSockDiag(handle: SockDiagHandle, mask: number, into: ArrayBuffer): Promise<void>;
  /** Begins and ends the kernel's announcing of sockets that are destroyed. */
  hearClosings(handle: SockDiagHandle, whether: boolean): number;
  /** Takes announcements without waiting and fills the buffer with rows: how many. ENOBUFS: some were lost. */
  drainClosings(handle: SockDiagHandle, into: ArrayBuffer): number;
  /** Texts of files as a thread in this namespace reads them: /proc/sys/net shows each reader its own. 16 at most. */
  readNetSettings(
    path: string,
    inode: number,
    paths: readonly string[],
  ): Promise<readonly (string | number)[] | number>;
  /** What the kernel calls the protocols of the sockets behind these links of /proc/PID/fd; 256 at most at once. */
  socketProtocolNames(
    paths: readonly string[],
    inodes: readonly number[],
  ): Promise<readonly (string | number)[]>;
}

/** PROC_SUPER_MAGIC of include/uapi/linux/magic.h. */
const PROC_MAGIC = 0x9fa0;

/** The addon; null where `procfs` does not show the running kernel: a copy of it has other sockets than there are. */
export function loadSockets(procfs: string): Loaded<SocketsAddon> | null {
  return isProc(procfs) ? loadAddon<SocketsAddon>() : null;
}

function isProc(folder: string): boolean {
  try {
    return statfsSync(folder).type === PROC_MAGIC;
  } catch {
    return false;
  }
}
