import fs from "node:fs";
import { parseCgroup } from "../procfs/cgroup.ts";
import { parseFileNumbers } from "../procfs/host.ts";
import { parsePidStat } from "../procfs/pidstat.ts";
import { reasonOf } from "../procfs/reading.ts";
import { parseNamespace, parseUid } from "../procfs/status.ts";
import { capabilitiesOf, hidepidOf, INITIAL_NAMESPACES, mountOf } from "./parse.ts";
import { type NativeSight, probeNative } from "./native.ts";

/** What can be read here, found out by reading it. Null: not known. */
export interface Sight {
  readonly procfs: string;
  /** Linux release. */
  readonly kernel: string | null;
  readonly uid: number | null;
  /** Effective ones of this program, as capabilities(7) names them. */
  readonly capabilities: readonly string[];
  readonly processes: ProcessSight;
  /** A process's folder of descriptors has their number for its size: since Linux 6.2. */
  readonly countedBySize: boolean;
  /** hidepid= of the mounted procfs; null: not set. proc(5). */
  readonly hidepid: string | null;
  /** Yama's /proc/sys/kernel/yama/ptrace_scope; null: there is no Yama. */
  readonly ptraceScope: number | null;
  /** Whether processes are those of the whole host; false: of a container. */
  readonly wholeHost: boolean | null;
  /** Whether root here is root of the host. */
  readonly initialUsers: boolean | null;
  readonly openFiles: number | null;
  readonly fileMax: number | null;
  readonly inotify: { readonly instances: number; readonly watches: number } | null;
  readonly native: NativeSight;
  /** What one count of all processes took of this program's CPU. */
  readonly countMilliseconds: number;
}

/** Of how many processes what could be read. Kernel threads hold nothing and are left out. */
export interface ProcessSight {
  readonly all: number;
  readonly counted: number;
  /** Descriptors listed, and a link read. */
  readonly listed: number;
  /** Belonging to other users than this program's. */
  readonly foreign: number;
  readonly limits: number;
  /** Their network namespace is known. */
  readonly placed: number;
  readonly namespaces: number;
  /** Their namespace's table of TCP sockets could be opened. */
  readonly tables: number;
  /** Cgroup known, and of those how many have one of their own, which names a service. */
  readonly cgroups: number;
  readonly named: number;
  /** One process that could not be listed. */
  readonly denied: { readonly pid: number; readonly uid: number | null } | null;
}

/** Reads a little of everything once. Never rejects: what cannot be read is the answer. */
export async function probeSight(procfs: string): Promise<Sight> {
  const pids = names(procfs).filter((name) => /^[1-9]\d{0,9}$/.test(name));
  const programs = pids.filter((pid) => isProgram(procfs, pid));
  const uid = process.geteuid?.() ?? null;
  const from = process.cpuUsage();
  const counted = programs.filter((pid) => sizeOf(`${procfs}/${pid}/fd`) !== null).length;
  const { user, system } = process.cpuUsage(from);
  const files = read(`${procfs}/sys/fs/file-nr`);
  const numbers = files === null ? null : parseFileNumbers(files);
  const ownSize = sizeOf(`${procfs}/self/fd`);
  return {
    procfs,
    kernel: read(`${procfs}/sys/kernel/osrelease`)?.trim() ?? null,
    uid,
    capabilities: capabilitiesOf(read("/proc/self/status") ?? ""),
    processes: lookAt(procfs, programs, counted, uid),
    countedBySize: ownSize !== null && ownSize > 0,
    hidepid: hidepidOf(mountOf(read("/proc/self/mountinfo") ?? "", procfs)),
    ptraceScope: numberOf(read(`${procfs}/sys/kernel/yama/ptrace_scope`)),
    wholeHost: isKernelThread(procfs, "2") || isInitial(procfs, "pid"),
    initialUsers: isInitial(procfs, "user"),
    openFiles: numbers?.open ?? null,
    fileMax: numbers?.most ?? null,
    inotify: inotifyOf(procfs),
    native: await probeNative(procfs, programs),
    countMilliseconds: (user + system) / 1000,
  };
}

function lookAt(procfs: string, pids: readonly string[], counted: number, uid: number | null): ProcessSight {
  const sight = {
    all: pids.length,
    counted,
    listed: 0,
    foreign: 0,
    limits: 0,
    placed: 0,
    tables: 0,
    cgroups: 0,
    named: 0,
  };
  const namespaces = new Set<number>();
  let denied: ProcessSight["denied"] = null;
  for (const pid of pids) {
    const folder = `${procfs}/${pid}`;
    const status = read(`${folder}/status`);
    const owner = status === null ? null : parseUid(status);
    const namespace = namespaceOf(`${folder}/ns/net`);
    const cgroup = parseCgroup(read(`${folder}/cgroup`) ?? "");
    if (owner !== null && owner !== uid) sight.foreign++;
    if (read(`${folder}/limits`) !== null) sight.limits++;
    if (namespace !== null) sight.placed++;
    if (namespace !== null) namespaces.add(namespace);
    if (opens(`${folder}/net/tcp`)) sight.tables++;
    if (cgroup !== null) sight.cgroups++;
    if (cgroup !== null && cgroup !== "/") sight.named++;
    if (mayList(folder)) sight.listed++;
    else denied ??= { pid: Number(pid), uid: owner };
  }
  return { ...sight, namespaces: namespaces.size, denied };
}

/** A process that ended in between is no reason to complain. */
function mayList(folder: string): boolean {
  try {
    const [first] = fs.readdirSync(`${folder}/fd`);
    if (first !== undefined) fs.readlinkSync(`${folder}/fd/${first}`);
    return true;
  } catch (error) {
    return reasonOf(error) === "exited";
  }
}

function isProgram(procfs: string, pid: string): boolean {
  const bytes = read(`${procfs}/${pid}/stat`);
  const stat = bytes === null ? null : parsePidStat(Buffer.from(bytes));
  return stat !== null && !stat.kernelThread && stat.state !== "Z";
}

/** Kernel threads live in the first pid namespace only; pid 2 is kthreadd there, from wherever that procfs is looked at. */
function isKernelThread(procfs: string, pid: string): boolean {
  const bytes = read(`${procfs}/${pid}/stat`);
  return bytes !== null && parsePidStat(Buffer.from(bytes))?.kernelThread === true;
}

/** The first namespaces of a host have inodes of their own, which are the same on every one. */
function isInitial(procfs: string, kind: keyof typeof INITIAL_NAMESPACES): boolean | null {
  const inode = namespaceOf(`${procfs}/self/ns/${kind}`);
  return inode === null ? null : inode === INITIAL_NAMESPACES[kind];
}

function inotifyOf(procfs: string): Sight["inotify"] {
  const instances = numberOf(read(`${procfs}/sys/fs/inotify/max_user_instances`));
  const watches = numberOf(read(`${procfs}/sys/fs/inotify/max_user_watches`));
  return instances === null || watches === null ? null : { instances, watches };
}

function namespaceOf(path: string): number | null {
  try {
    return parseNamespace(fs.readlinkSync(path));
  } catch {
    return null;
  }
}

function numberOf(text: string | null): number | null {
  return text !== null && /^\d{1,15}\s*$/.test(text) ? Number(text) : null;
}

function names(path: string): string[] {
  try {
    return fs.readdirSync(path);
  } catch {
    return [];
  }
}

function read(path: string): string | null {
  try {
    return fs.readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function opens(path: string): boolean {
  try {
    fs.closeSync(fs.openSync(path, "r"));
    return true;
  } catch {
    return false;
  }
}

function sizeOf(path: string): number | null {
  try {
    return fs.statSync(path).size;
  } catch {
    return null;
  }
}
