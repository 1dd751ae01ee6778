import type { Fact, Facts, HostFact, ProcessFact } from "../../src/model/facts.ts";

const NETNS = 4026531840;
const BOOTED_AT = Date.UTC(2026, 0, 1);
const STARTED_UPTIME = 100_000;
/** Peers of each service; all of them together are one class more. */
const PEERS = 9;
/** Each connection is closed after so many seconds: some live to 80 s, none to 160 s. */
const LIFETIMES: readonly number[] = [5, 30, 90, 130];

export const CLASSES_A_SERVICE = PEERS + 1;

const HOST: HostFact = {
  fact: "host",
  host: "simulated",
  bootId: "0",
  kernel: "6.18",
  bootedAt: BOOTED_AT,
  openFiles: 0,
  fileMax: 1e7,
  inotify: { instances: 128, watches: 1000 },
};

interface Gone {
  readonly pid: number;
  readonly number: number;
  readonly inode: number;
}

/** A host that exists only as facts, on which every service opens a connection to every peer in each second, and closes others. */
export function* busyServices(services: number): Generator<Facts> {
  /** What is closed in which second. */
  const due = new Map<number, Gone[]>();
  const free = Array.from({ length: services }, (): number[] => []);
  const used = Array.from({ length: services }, () => 0);
  let inode = 1000;
  for (let second = 0; ; second++) {
    const facts: Fact[] = second === 0 ? [HOST] : [];
    for (const { pid, number, inode: gone } of due.get(second) ?? []) {
      free[pid - 1000]?.push(number);
      facts.push({ fact: "listing", pid, first: false, opened: [], closed: [number] });
      facts.push({ fact: "socket-gone", inode: gone });
    }
    due.delete(second);
    for (let service = 0; service < services; service++) {
      const pid = 1000 + service;
      if (second === 0) facts.push(processOf(service, pid));
      for (let peer = 0; peer < PEERS; peer++) {
        const number = free[service]?.pop() ?? (used[service] = (used[service] ?? 0) + 1) - 1;
        inode++;
        const link = `socket:[${inode}]`;
        facts.push({ fact: "listing", pid, first: second === 0, opened: [[number, link]], closed: [] });
        facts.push(rowOf(inode, `10.1.0.${peer}:3306`));
        const until = second + (LIFETIMES[(second + service + peer) % LIFETIMES.length] ?? 0);
        const gone = due.get(until) ?? [];
        gone.push({ pid, number, inode });
        due.set(until, gone);
      }
    }
    facts.push({ fact: "tables", netns: NETNS, timeWait: 0, unaccepted: 0 });
    const uptime = STARTED_UPTIME + second;
    yield { at: BOOTED_AT + uptime * 1000, uptime, facts };
  }
}

function processOf(service: number, pid: number): ProcessFact {
  return {
    fact: "process",
    pid,
    startTicks: 1000,
    parent: 1,
    name: `service${service}`,
    command: [`/usr/bin/service${service}`],
    cgroup: `/system.slice/service${service}.service`,
    uid: 1000,
    netns: NETNS,
    softLimit: 1_000_000,
    hardLimit: 1_000_000,
  };
}

function rowOf(inode: number, remote: string): Fact {
  const local = `10.0.0.1:${1024 + (inode % 64_000)}`;
  return {
    ...{ fact: "socket", netns: NETNS, inode, protocol: "tcp", state: "ESTABLISHED" },
    ...{ local, remote, receiveQueue: 0, uid: 1000 },
  };
}
