import type { Fact, Facts } from "../../src/model/facts.ts";
import { factsAt, HOST, NETNS, ownEnd, processOf, rowOf, STARTED_UPTIME } from "./simulated-facts.ts";

/** Peers of each service; all of them together are one class more. */
const PEERS = 9;
/** Each connection is closed after so many seconds: some live to 80 s, none to 160 s. */
const LIFETIMES: readonly number[] = [5, 30, 90, 130];

export const CLASSES_A_SERVICE = PEERS + 1;

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
    const facts: Fact[] = second === 0 ? [{ ...HOST, fileMax: 1e7 }] : [];
    for (const { pid, number, inode: gone } of due.get(second) ?? []) {
      free[pid - 1000]?.push(number);
      facts.push({ fact: "listing", pid, first: false, opened: [], closed: [number] });
      facts.push({ fact: "socket-gone", inode: gone });
    }
    due.delete(second);
    for (let service = 0; service < services; service++) {
      const pid = 1000 + service;
      if (second === 0) facts.push(processOf(`service${service}`, pid, 1_000_000, { startTicks: 1000 }));
      for (let peer = 0; peer < PEERS; peer++) {
        const number = free[service]?.pop() ?? (used[service] = (used[service] ?? 0) + 1) - 1;
        inode++;
        const link = `socket:[${inode}]`;
        facts.push({ fact: "listing", pid, first: second === 0, opened: [[number, link]], closed: [] });
        const remote = `10.1.0.${peer}:3306`;
        facts.push(rowOf(inode, { state: "ESTABLISHED", local: ownEnd(inode), remote }));
        const until = second + (LIFETIMES[(second + service + peer) % LIFETIMES.length] ?? 0);
        const gone = due.get(until) ?? [];
        gone.push({ pid, number, inode });
        due.set(until, gone);
      }
    }
    facts.push({ fact: "tables", netns: NETNS, timeWait: 0, unaccepted: 0 });
    yield factsAt(STARTED_UPTIME + second, facts);
  }
}
