import fs from "node:fs";
import { loadSockets } from "../sockdiag/native.ts";
import { SockDiag } from "../sockdiag/sockdiag.ts";
import { parseNamespace } from "../procfs/status.ts";

/** What the C addon can do here. A string says why it cannot; null: not tried. */
export interface NativeSight {
  /** The addon is there; else why not. */
  readonly addon: true | string;
  /** Socket tables with idle times, of the program's own network namespace. */
  readonly sockDiag: true | string | null;
  /** The kernel announces connections as they are closed. */
  readonly closings: true | string | null;
  /** Other network namespaces: how many there are, and how many could be entered. */
  readonly others: number;
  readonly entered: number;
}

/** Opens what a watch would open, and closes it again. */
export async function probeNative(procfs: string, pids: readonly string[]): Promise<NativeSight> {
  const loaded = loadSockets(procfs);
  const nothing = { sockDiag: null, closings: null, others: 0, entered: 0 };
  if (loaded === null) return { addon: `${procfs} is not the proc file system of this kernel`, ...nothing };
  if (!("addon" in loaded)) return { addon: loaded.absent, ...nothing };
  const sockDiag = new SockDiag(loaded.addon);
  const folders = foldersByNamespace(procfs, pids);
  const own = namespaceOf("/proc/self");
  const ownDiag = own === null ? "exited" : await sockDiag.enter(own, "/proc/self");
  const others = [...folders].filter(([netns]) => netns !== own);
  let entered = 0;
  for (const [netns, folder] of others) {
    const diag = await sockDiag.enter(netns, folder);
    if (typeof diag === "string") continue;
    entered++;
    diag.close();
  }
  if (typeof ownDiag === "string")
    return { addon: true, sockDiag: ownDiag, closings: null, others: others.length, entered };
  const refused = ownDiag.hear(true);
  if (refused === null) ownDiag.hear(false);
  ownDiag.close();
  return { addon: true, sockDiag: true, closings: refused ?? true, others: others.length, entered };
}

/** One process for each network namespace that may be told. */
function foldersByNamespace(procfs: string, pids: readonly string[]): Map<number, string> {
  const folders = new Map<number, string>();
  for (const pid of pids) {
    const folder = `${procfs}/${pid}`;
    const netns = namespaceOf(folder);
    if (netns !== null && !folders.has(netns)) folders.set(netns, folder);
  }
  return folders;
}

function namespaceOf(folder: string): number | null {
  try {
    return parseNamespace(fs.readlinkSync(`${folder}/ns/net`));
  } catch {
    return null;
  }
}
