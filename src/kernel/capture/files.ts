import type { GapReason } from "../../model/facts.ts";
import type { ProcFiles, ProcStat, Read, Refused } from "../procfs/reading.ts";
import { CaptureFault } from "./faults.ts";
import { type Entry, type Links, parseEntries, parseLinks, parseStats } from "./listing.ts";
import type { Part } from "./parts.ts";

/** Bytes of all parts of a round, and of all texts that are kept from round to round; 100,000 processes take half of it. */
const MOST_BYTES = 1024 * 1024 * 1024;
/** What a part costs besides its content. */
const OVERHEAD_BYTES = 256;
const SYSTEM = /^(?:sys\/[\w./-]{1,200})$/;
const FOLDER = /^(?:\d{1,10}|self)\/fd$/;
const OF_PROCESS = /^(\d{1,10})\/(?:cmdline|net\/[a-z0-9]{1,16})$/;

/**
 * The proc file system as it was in one round of a capture. Texts that say who a process is stay until they are said
 * again or the process is gone; folders, links and socket tables are those of the round alone.
 *
 * `root` stands before every path that is asked for, as a mount point would.
 */
export class CapturedFiles implements ProcFiles {
  readonly #root: string;
  readonly #escaped: boolean;
  readonly #texts = new Map<string, Buffer | GapReason>();
  #keptBytes = 0;
  #roundBytes = 0;
  #pids: string[] = [];
  #stats = new Map<string, ProcStat>();
  readonly #folders = new Map<string, Links>();
  /** Links of PID/ns/net, by pid. */
  #namespaces = new Map<string, string>();
  /** Inode of PID/net/unix, which tells a network namespace without a right to look at it; by pid. */
  #tableInodes = new Map<string, number>();
  /** The process through which the tables of that namespace were read in this round. */
  readonly #eyes = new Map<number, string>();
  /** The last part with a file, for a part that says that it was refused. */
  #file = "";

  constructor(root: string, escaped: boolean) {
    this.#root = root;
    this.#escaped = escaped;
  }

  get pids(): number[] {
    return this.#pids.map(Number);
  }

  /** A new round begins: socket tables are read again. `boot` is btime of /proc/stat. */
  begin(boot: number): void {
    for (const path of this.#texts.keys()) if (path.includes("/net/")) this.#drop(path);
    this.#roundBytes = 0;
    this.#eyes.clear();
    this.#folders.clear();
    this.#keep("stat", Buffer.from(`btime ${boot}\n`));
  }

  /** Takes in one part; false when its kind is not known. Throws a CaptureFault. */
  take({ kind, subject, content }: Part): boolean {
    this.#roundBytes += content.length + OVERHEAD_BYTES;
    if (Math.max(this.#roundBytes, this.#keptBytes) > MOST_BYTES)
      throw new CaptureFault(`makes its round larger than ${MOST_BYTES} bytes`);
    switch (kind) {
      case "file":
        this.#takeFile(subject, content);
        return true;
      case "denied":
      case "gone":
        if (this.#file !== "") this.#refuse(this.#file, kind === "denied" ? "denied" : "exited");
        return true;
      case "links":
        this.#takeLinks(subject, content.toString("latin1"));
        return true;
      case "folders":
        this.#takeEntries(parseEntries(content.toString("latin1")));
        return true;
      case "stats":
        for (const [pid, text] of parseStats(content.toString("latin1")))
          this.#keep(`${pid}/stat`, Buffer.from(text, "latin1"));
        return true;
      case "process":
        this.#takeIdentity(subject, content);
        return true;
      default:
        return false;
    }
  }

  read(path: string, most = Number.POSITIVE_INFINITY): Read<Buffer> {
    const text = this.#texts.get(this.#tablePath(this.#inside(path))) ?? "exited";
    return typeof text === "string" ? text : text.subarray(0, most);
  }

  names(path: string): string[] | Refused {
    const inside = this.#inside(path);
    if (inside === "") return [...this.#pids];
    const links = this.#folders.get(inside);
    if (links !== undefined) return allRefused(links) ? { reason: "denied" } : [...links.keys()];
    // It was there after the listing and has none: ls was not let in.
    return { reason: this.#stats.has(inside) ? "denied" : "exited" };
  }

  link(path: string): string | null | Refused {
    const inside = this.#inside(path);
    const slash = inside.lastIndexOf("/");
    const folder = inside.slice(0, slash);
    if (inside.endsWith("/ns/net")) return this.#namespaceOf(folder.slice(0, -"/ns".length));
    const links = this.#folders.get(folder);
    const text = links?.get(inside.slice(slash + 1)) ?? null;
    return text === null && links !== undefined && allRefused(links) ? { reason: "denied" } : text;
  }

  stat(path: string): ProcStat | null {
    const inside = this.#inside(path);
    const known = this.#stats.get(inside) ?? null;
    // Only where the tables of its namespace were captured is there something to read.
    return inside.endsWith("/net/unix") && !Buffer.isBuffer(this.#texts.get(this.#tablePath(inside)))
      ? null
      : known;
  }

  #inside(path: string): string {
    return path === this.#root ? "" : path.slice(this.#root.length + 1);
  }

  /** The tables of a namespace were read through one process and are those of all in it. */
  #tablePath(inside: string): string {
    const found = /^(\d{1,10})(\/net\/.*)$/.exec(inside);
    const eyes = this.#eyes.get(this.#tableInodes.get(found?.[1] ?? "") ?? -1);
    return found === null || eyes === undefined ? inside : `${eyes}${found[2]}`;
  }

  /** Who may not look at the namespace of another's process is told by one of its own in the same. */
  #namespaceOf(pid: string): string | null | Refused {
    const own = this.#namespaces.get(pid);
    if (own !== undefined) return own;
    if (!this.#stats.has(`${pid}/fd`)) return null;
    const inode = this.#tableInodes.get(pid);
    for (const [other, link] of this.#namespaces)
      if (inode !== undefined && this.#tableInodes.get(other) === inode) return link;
    return { reason: "denied" };
  }

  #takeFile(path: string, content: Buffer): void {
    const pid = OF_PROCESS.exec(path)?.[1];
    if (pid === undefined && !SYSTEM.test(path)) throw new CaptureFault(`has a file that no capture holds`);
    this.#file = path;
    this.#keep(path, content);
    const inode = path.endsWith("/net/unix") ? this.#tableInodes.get(pid ?? "") : undefined;
    if (inode !== undefined && pid !== undefined) this.#eyes.set(inode, pid);
  }

  /** One part has the links of all processes, or each its own. */
  #takeLinks(folder: string, text: string): void {
    if (folder !== "" && !FOLDER.test(folder)) throw new CaptureFault("has links of no process");
    for (const [path, links] of parseLinks(text, this.#escaped, folder)) this.#folders.set(path, links);
    this.#file = folder;
  }

  #refuse(path: string, reason: GapReason): void {
    this.#folders.delete(path);
    this.#drop(path);
    this.#texts.set(path, reason);
  }

  #takeEntries(entries: readonly Entry[]): void {
    this.#stats = new Map();
    this.#namespaces = new Map();
    this.#tableInodes = new Map();
    const pids = new Set<string>();
    for (const { path, ino, size, link } of entries) {
      const slash = path.indexOf("/");
      const pid = path.slice(0, slash);
      const rest = path.slice(slash);
      if (rest === "/ns/net") {
        if (link !== null) this.#namespaces.set(pid, link);
        continue;
      }
      this.#stats.set(path, { ino, size });
      if (rest === "/net/unix") this.#tableInodes.set(pid, ino);
      else if (rest === "/fd" && /^\d{1,10}$/.test(pid)) pids.add(pid);
    }
    this.#pids = [...pids];
    for (const path of this.#texts.keys()) {
      const pid = /^\d+(?=\/)/.exec(path)?.[0];
      if (pid !== undefined && !pids.has(pid)) this.#drop(path);
    }
  }

  /** limits, cgroup and status stand one after the other; none of them holds a line of a stranger's making. */
  #takeIdentity(pid: string, content: Buffer): void {
    if (!/^\d{1,10}$/.test(pid)) throw new CaptureFault("describes a process without a number");
    const [, limits = "", cgroup = "", status = ""] =
      /^((?:Limit .*\n)?(?:Max .*\n)*)((?:\d{1,10}:[^:\n]*:\/.*\n)*)(Name:[^]*)?$/.exec(
        content.toString("latin1"),
      ) ?? [];
    for (const [name, text] of Object.entries({ limits, cgroup, status })) {
      if (text === "") this.#drop(`${pid}/${name}`);
      else this.#keep(`${pid}/${name}`, Buffer.from(text, "latin1"));
    }
  }

  #keep(path: string, content: Buffer): void {
    this.#drop(path);
    this.#texts.set(path, content);
    this.#keptBytes += content.length + OVERHEAD_BYTES;
  }

  #drop(path: string): void {
    const before = this.#texts.get(path);
    if (Buffer.isBuffer(before)) this.#keptBytes -= before.length + OVERHEAD_BYTES;
    this.#texts.delete(path);
  }
}

/** The folder may be listed and not one of its links read: pid 1 of some containers. */
function allRefused(links: Links): boolean {
  for (const text of links.values()) if (text !== null) return false;
  return links.size > 0;
}
