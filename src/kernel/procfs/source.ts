import fs from "node:fs";
import type { Attention, Fact, Facts, FactSource } from "../../model/facts.ts";
import { Containers } from "../containers/containers.ts";
import { HostFolder } from "../containers/host-folder.ts";
import type { Loaded } from "../native/addon.ts";
import { InodeClockReader } from "../native/inode-clock.ts";
import { loadSockets, type SocketsAddon } from "../sockdiag/native.ts";
import { Namespaces } from "../sockets/namespaces.ts";
import { type ListingAddon, loadListingAddon } from "./addon.ts";
import { AddonLister } from "./addon-lister.ts";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import { Holdings } from "./fdinfo/holdings.ts";
import { type ReadHeld, readFiles, readInAddon, readMounted } from "./fdinfo/reader.ts";
import { FileLister } from "./file-lister.ts";
import { ToldGaps } from "./gaps.ts";
import { Host } from "./host.ts";
import { IdentityReader } from "./identity.ts";
import type { Lister } from "./lister.ts";
import { Listings } from "./listings.ts";
import { Processes } from "./processes.ts";
import { Pulse } from "./pulse.ts";
import { MountedProc, type ProcFiles } from "./reading.ts";
import { Slices } from "./slices.ts";
import { ThreadTables } from "./threads.ts";

export interface ProcfsOptions {
  /** Where the proc file system is mounted; "/proc" when not given. */
  readonly procfs?: string;
  readonly clock?: Clock;
  /** What stands below that path; the mounted files when not given. */
  readonly files?: ProcFiles;
  /** The C addon, which reads mounted files only; null goes without, and not given is the one that was built. */
  readonly addon?: ListingAddon | null;
  /**
   * The folder that is "/" of that host: container engines keep the names of containers below it. Null: they are not
   * looked for. When not given, "/" for "/proc", and what process 1 of another mounted procfs has for its root.
   */
  readonly root?: string | null;
}

/**
 * The running kernel as a source of facts, through the proc file system and, for sockets, sock_diag(7). Neither rights
 * nor the addon are needed: without them less is known. What may not be read is a Gap, told once.
 *
 * In one tick: the host, the processes and their counts, the listings of those that moved, the socket tables, so that
 * a socket which was listed is looked for after that and not before, and what descriptors hold. The main thread works
 * in slices; with the addon, counting and listing are not done on it at all.
 */
export function openProcfs(options: ProcfsOptions = {}): FactSource {
  const { clock = SYSTEM_CLOCK, files } = options;
  const procfs = (options.procfs ?? "/proc").replace(/(?<=.)\/+$/, "");
  const addon = files === undefined && options.addon === undefined ? loadListingAddon() : options.addon;
  const root = options.root === undefined ? rootOf(procfs, files) : options.root;
  return new ProcfsSource({
    procfs,
    root: root === null ? null : new HostFolder(root),
    clock,
    files: files ?? new MountedProc(),
    mounted: files === undefined,
    addon: addon ?? null,
    sockets: addon === null || files !== undefined ? null : loadSockets(procfs),
  });
}

function rootOf(procfs: string, files: ProcFiles | undefined): string | null {
  if (files !== undefined) return null;
  return procfs === "/proc" ? "/" : `${procfs}/1/root`;
}

interface Ground {
  readonly procfs: string;
  readonly clock: Clock;
  readonly files: ProcFiles;
  readonly mounted: boolean;
  readonly root: HostFolder | null;
  readonly addon: ListingAddon | null;
  /** Null: captured files have other sockets than this kernel. */
  readonly sockets: Loaded<SocketsAddon> | null;
}

class ProcfsSource implements FactSource {
  private readonly clock: Clock;
  private readonly host: Host;
  private readonly processes: Processes;
  private readonly listings: Listings;
  private readonly namespaces: Namespaces;
  private readonly holdings: Holdings;
  private readonly inodeClock: InodeClockReader | null;
  private closed = false;

  constructor(ground: Ground) {
    const { procfs, root, clock, files, addon, sockets } = ground;
    const gaps = new ToldGaps();
    const identity = new IdentityReader(procfs, files, gaps, new Containers(root, () => clock.uptime()));
    const own = ownPid(procfs, files);
    // In another pid namespace pids mean other processes, and kcmp(2) would compare those.
    const threads = new ThreadTables(procfs, files, own === process.pid ? addon : null);
    const pulse = new Pulse(procfs, files, gaps, clock, addon);
    this.clock = clock;
    this.host = new Host(procfs, files, gaps, root);
    this.processes = new Processes(procfs, files, pulse, identity, threads, gaps);
    this.namespaces = new Namespaces(files, identity, gaps, clock, sockets, own);
    this.listings = new Listings(listerOf(ground, own), gaps, this.namespaces.missed);
    this.holdings = new Holdings(heldReaderOf(ground));
    this.inodeClock = sockets === null ? null : new InodeClockReader();
  }

  async read(attention: Attention): Promise<Facts | null> {
    if (this.closed) return null;
    const facts: Fact[] = [];
    const at = this.clock.now();
    const uptime = this.clock.uptime();
    const slices = new Slices();
    const { watched } = this.processes;
    this.host.look(facts, uptime);
    if (this.inodeClock !== null) facts.push(...(await this.inodeClock.read()));
    await this.processes.read(facts, attention, uptime, slices);
    await this.listings.read(facts, watched.values(), attention, uptime, slices);
    if (slices.over()) await slices.rest();
    await this.namespaces.read(facts, watched, attention, uptime, slices);
    await this.holdings.read(facts, watched.values(), attention, uptime);
    return { at, uptime, facts };
  }

  async close(): Promise<void> {
    this.closed = true;
    this.namespaces.close();
  }
}

/** "self" is a link to the pid of who asks, in the pid namespace of that procfs. proc(5). */
function ownPid(procfs: string, files: ProcFiles): number | null {
  const link = files.link(`${procfs}/self`);
  return typeof link === "string" && /^[1-9]\d{0,9}$/.test(link) ? Number(link) : null;
}

function listerOf({ procfs, clock, files, mounted, addon }: Ground, own: number | null): Lister {
  const folder = { pid: own, hidden: `${mounted ? resolved(procfs) : procfs}/` };
  return addon === null ? new FileLister(files, mounted, folder, clock) : new AddonLister(addon, folder);
}

function heldReaderOf({ clock, files, mounted, addon }: Ground): ReadHeld {
  if (addon !== null) return readInAddon(addon);
  return mounted ? readMounted(clock) : readFiles(files);
}

/** The path as links to what is below it have it; as it is when there is nothing. */
function resolved(path: string): string {
  try {
    return fs.realpathSync(path);
  } catch {
    return path;
  }
}
