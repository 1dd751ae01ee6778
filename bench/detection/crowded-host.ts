import type { Fact, Facts, Opening } from "../../src/model/facts.ts";
import type { SocketFact } from "../../src/model/socket-facts.ts";
import { factsAt, HOST, NETNS, processOf, STARTED_UPTIME } from "./simulated-facts.ts";

const PROCESSES_A_SERVICE = 10;
const OPENINGS_A_FACT = 1000;

/** Of a hundred descriptors so many of each, as on the quiet host of the bench; event descriptors make up the rest. */
const TCP = 20;
const FILES = 18;
const PIPES = 16;
const UNIX = 12;

/**
 * A host that exists only as facts and has all its descriptors open before anybody looks: one tick for each process,
 * so that the facts of one can be given up before the next are made. Files have a path each, connections a row with
 * two addresses, half of which nobody else has.
 */
export function* crowdedHost(processes: number, descriptorsPerProcess: number): Generator<Facts> {
  yield factsAt(STARTED_UPTIME, [{ ...HOST, host: "crowded", fileMax: 1e7 }]);
  for (let index = 0; index < processes; index += 1) {
    yield factsAt(STARTED_UPTIME + index + 1, [...factsOfProcess(index, descriptorsPerProcess)]);
  }
}

function* factsOfProcess(index: number, descriptors: number): Generator<Fact> {
  const pid = 1000 + index;
  const service = `crowded-${Math.floor(index / PROCESSES_A_SERVICE)}`;
  yield processOf(service, pid, 1_048_576);
  yield { fact: "pulse", pid, open: descriptors };
  let opened: Opening[] = [];
  for (let number = 0; number < descriptors; number += 1) {
    const inode = 1_000_000 + index * descriptors + number;
    opened.push([number, asRead(linkOf(number, inode, `/var/lib/${service}/${pid}`))]);
    if (opened.length < OPENINGS_A_FACT && number < descriptors - 1) continue;
    yield { fact: "listing", pid, first: true, opened, closed: [] };
    opened = [];
  }
  for (let number = 0; number < descriptors; number += 1) {
    const row = rowOf(number, 1_000_000 + index * descriptors + number);
    if (row !== null) yield row;
  }
  yield { fact: "tables", netns: NETNS, timeWait: 0, unaccepted: 0 };
}

function linkOf(number: number, inode: number, folder: string): string {
  const of = number % 100;
  if (of < TCP + UNIX) return `socket:[${inode}]`;
  if (of < TCP + UNIX + FILES) return `${folder}/segment-${number}.log`;
  return of < TCP + UNIX + FILES + PIPES ? `pipe:[${inode}]` : "anon_inode:[eventpoll]";
}

/** A text made of bytes, as one read from the kernel is: one that was put together here would keep its parts. */
function asRead(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

/** Every connection has a port of its own towards one of ten servers. */
function rowOf(number: number, inode: number): SocketFact | null {
  const of = number % 100;
  if (of >= TCP + UNIX) return null;
  const row = { fact: "socket", netns: NETNS, inode, receiveQueue: 0 } as const;
  if (of >= TCP) return { ...row, protocol: "unix", state: "CONNECTED", local: "", remote: "" };
  const local = asRead(`10.0.${inode % 200}.1:${1024 + (inode % 60_000)}`);
  const usedAt = STARTED_UPTIME - (inode % 10_000);
  const use = { usedAt, segments: 2 };
  return {
    ...row,
    protocol: "tcp",
    state: "ESTABLISHED",
    local,
    remote: asRead(`10.1.0.${of % 10}:5432`),
    ...use,
  };
}
