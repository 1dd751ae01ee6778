import type { AgentProcess } from "../../model/running-agent.ts";
import { parsePidStat } from "./pidstat.ts";
import { MountedProc, type ProcFiles } from "./reading.ts";
import { blankInetFields, parseInetRow } from "./sockets/inetrow.ts";
import { IPV4_DIGITS, IPV6_DIGITS } from "./sockets/hexaddress.ts";

const LISTEN = 0x0a;
/** Listening sockets come first in these files, so that a host with many connections is not read whole. */
const MOST_BYTES = 1024 * 1024;

/** The few things that tell which host and which processes a proc file system shows, and who listens there. */
export class Here {
  readonly #procfs: string;
  readonly #files: ProcFiles;

  constructor(procfs: string, files: ProcFiles = new MountedProc()) {
    this.#procfs = procfs;
    this.#files = files;
  }

  /** Another one after each start of the kernel, random(4); null: not to be read. */
  bootId(): string | null {
    const bytes = this.#files.read(`${this.#procfs}/sys/kernel/random/boot_id`, 64);
    const text = typeof bytes === "string" ? "" : bytes.toString("latin1").trim();
    return /^[0-9a-f-]{36}$/.test(text) ? text : null;
  }

  /** This process as the proc file system shows it, which may be that of another pid namespace; null: not in there. */
  ownProcess(): AgentProcess | null {
    const link = this.#files.link(`${this.#procfs}/self`);
    const pid = typeof link === "string" && /^\d{1,10}$/.test(link) ? Number(link) : null;
    const startTicks = pid === null ? null : this.startOf(pid);
    return pid === null || startTicks === null ? null : { pid, startTicks };
  }

  /** In clock ticks after boot; null: there is no such process. */
  startOf(pid: number): number | null {
    return this.#stat(String(pid))?.startTicks ?? null;
  }

  /** These processes and all that descend from them. */
  withDescendants(pids: readonly number[]): Set<number> {
    const names = this.#files.names(this.#procfs);
    const children = new Map<number, number[]>();
    for (const name of Array.isArray(names) ? names : []) {
      const parent = /^\d{1,10}$/.test(name) ? this.#stat(name)?.parent : undefined;
      if (parent === undefined) continue;
      const siblings = children.get(parent);
      if (siblings === undefined) children.set(parent, [Number(name)]);
      else siblings.push(Number(name));
    }
    const found = new Set(pids);
    // A set is walked through to what is added meanwhile.
    for (const pid of found) for (const child of children.get(pid) ?? []) found.add(child);
    return found;
  }

  /**
   * User ids of those who listen on that TCP port of this network namespace, whatever the address; [] where nobody
   * does, or it cannot be read. It is the kernel that says so, and not who answers there.
   */
  usersListeningOn(port: number): number[] {
    const folder = `${this.#procfs}/self/net`;
    const users = new Set<number>();
    for (const [file, digits] of [
      ["tcp", IPV4_DIGITS],
      ["tcp6", IPV6_DIGITS],
    ] as const) {
      const bytes = this.#files.read(`${folder}/${file}`, MOST_BYTES);
      if (typeof bytes !== "string") for (const uid of listening(bytes, digits, port)) users.add(uid);
    }
    return [...users];
  }

  #stat(pid: string): ReturnType<typeof parsePidStat> {
    const bytes = this.#files.read(`${this.#procfs}/${pid}/stat`, 4096);
    return typeof bytes === "string" ? null : parsePidStat(bytes);
  }
}

function* listening(bytes: Buffer, digits: number, port: number): Generator<number> {
  const row = blankInetFields();
  for (let start = bytes.indexOf(0x0a) + 1; start > 0 && start < bytes.length;) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0) return;
    if (parseInetRow(bytes, start, end, digits, row) && row.state === LISTEN && row.localPort === port)
      yield row.uid;
    start = end + 1;
  }
}
