import type { DescriptorKind } from "../model/kinds.ts";

/** What the link of a descriptor says. Man page: proc_pid_fd(5). */
export interface LinkTarget {
  /** For a socket "socket-other": only the socket tables tell its protocol. */
  readonly kind: DescriptorKind;
  /** The object behind sockets and pipes, the same in every process that shares it; null for other kinds. */
  readonly inode: number | null;
  /** The path of files, devices and terminals, without " (deleted)"; null for the rest. */
  readonly path: string | null;
}

const DELETED = " (deleted)";

const ANONYMOUS: ReadonlyMap<string, DescriptorKind> = new Map([
  ["[eventfd]", "eventfd"],
  ["[eventpoll]", "eventpoll"],
  ["[timerfd]", "timerfd"],
  ["[signalfd]", "signalfd"],
  ["inotify", "inotify"],
  ["[fanotify]", "fanotify"],
  ["[pidfd]", "pidfd"],
  ["[io_uring]", "io_uring"],
  ["bpf-map", "bpf"],
  ["bpf-prog", "bpf"],
  ["bpf_link", "bpf"],
  ["bpf-link", "bpf"],
  ["btf", "bpf"],
]);

/** Reads a link such as "socket:[4711]", "anon_inode:[eventfd]", "/var/log/app.log (deleted)". Never throws. */
export function parseLink(link: string): LinkTarget {
  if (link.startsWith("socket:[")) return { kind: "socket-other", inode: bracketed(link), path: null };
  if (link.startsWith("pipe:[")) return { kind: "pipe", inode: bracketed(link), path: null };
  if (link.startsWith("anon_inode:"))
    return anonymous(ANONYMOUS.get(link.slice("anon_inode:".length)) ?? "anon-other");
  if (link.startsWith("pidfd:[")) return anonymous("pidfd");
  if (link.startsWith("/memfd:")) return anonymous("memfd");
  if (link.startsWith("fifo:/")) return { ...named(link.slice("fifo:".length)), kind: "fifo" };
  if (link.startsWith("/")) return named(link);
  return anonymous("anon-other");
}

function anonymous(kind: DescriptorKind): LinkTarget {
  return { kind, inode: null, path: null };
}

function named(link: string): LinkTarget {
  if (link.endsWith(DELETED))
    return { kind: "deleted-file", inode: null, path: link.slice(0, -DELETED.length) };
  if (/^\/dev\/(pts\/|tty|ptmx|console)/.test(link)) return { kind: "tty", inode: null, path: link };
  if (link.startsWith("/dev/") && !/^\/dev\/(shm|mqueue|hugepages)\//.test(link))
    return { kind: "device", inode: null, path: link };
  return { kind: "file", inode: null, path: link };
}

/** The number in "name:[number]"; null when there is none that a double holds exactly. */
function bracketed(link: string): number | null {
  const inode = Number(link.slice(link.indexOf("[") + 1, -1));
  return Number.isSafeInteger(inode) && inode > 0 ? inode : null;
}

/** The folder of a path: "/var/log" of "/var/log/app.log"; "/" at the root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf("/")));
}

/** The longest folder that all paths lie in; null for no path at all. */
export function commonFolder(paths: Iterable<string>): string | null {
  let common: string[] | null = null;
  for (const path of paths) {
    const parts = folderOf(path).split("/");
    if (common === null) common = parts;
    else {
      let same = 0;
      while (same < common.length && same < parts.length && common[same] === parts[same]) same++;
      common = common.slice(0, same);
    }
  }
  if (common === null) return null;
  return common.join("/") || "/";
}
