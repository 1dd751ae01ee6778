/** What every simulated host says of itself, its processes and its connections. */
import type { Fact, Facts, HostFact, ProcessFact } from "../../src/model/facts.ts";
import type { SocketFact } from "../../src/model/socket-facts.ts";

/** Inode of the one network namespace. */
export const NETNS = 4026531840;
export const BOOTED_AT = Date.UTC(2026, 0, 1);
/** Seconds since boot at which the first second of most simulations begins. */
export const STARTED_UPTIME = 100_000;

export const HOST: HostFact = {
  fact: "host",
  host: "simulated",
  bootId: "0",
  kernel: "6.18",
  bootedAt: BOOTED_AT,
  openFiles: 0,
  fileMax: 1e6,
  inotify: { instances: 128, watches: 1000 },
};

/** A process of the systemd unit `name`.service, started five seconds before the simulation unless it is said otherwise. */
export function processOf(
  name: string,
  pid: number,
  limit: number,
  more: Partial<ProcessFact> = {},
): ProcessFact {
  return {
    fact: "process",
    pid,
    startTicks: STARTED_UPTIME * 100 - 500,
    parent: 1,
    name,
    command: [`/usr/bin/${name}`],
    cgroup: `/system.slice/${name}.service`,
    uid: 1000,
    netns: NETNS,
    softLimit: limit,
    hardLimit: limit,
    ...more,
  };
}

/** A row of the TCP table. */
export function rowOf(
  inode: number,
  ends: Pick<SocketFact, "state" | "local" | "remote">,
  more: Partial<SocketFact> = {},
): SocketFact {
  return {
    fact: "socket",
    netns: NETNS,
    inode,
    protocol: "tcp",
    ...ends,
    receiveQueue: 0,
    uid: 1000,
    ...more,
  };
}

/** The host's own end of a connection that it opened. */
export function ownEnd(inode: number): string {
  return `10.0.0.1:${1024 + (inode % 64_000)}`;
}

/** Who connected to a server of the host. */
export function clientEnd(inode: number, port = 40_000): string {
  return `10.9.${(inode >> 8) & 255}.${inode & 255}:${port}`;
}

/** One tick, `uptime` seconds since boot. */
export function factsAt(uptime: number, facts: readonly Fact[]): Facts {
  return { at: BOOTED_AT + uptime * 1000, uptime, facts };
}
