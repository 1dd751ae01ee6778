import type { DescriptorClass } from "../census/classes.ts";
import { couplingOf } from "../indicators/coupling.ts";
import type { Accumulation } from "../indicators/accumulation.ts";
import type { Account } from "../ledger/account.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { DESCRIPTOR_KINDS } from "../model/kinds.ts";
import { holdersOf } from "./case.ts";

/** A class that is weighed, and how strongly it rises. */
export interface Rising {
  readonly of: DescriptorClass;
  readonly account: Account;
  readonly evidence: Accumulation;
}

/** A class of a bundle, and how many of it come with each of the class that was asked about. */
export interface Member extends Rising {
  readonly each: number;
}

/** Younger ones may be on their way out, and their rows on their way in. */
const SETTLED_SECONDS = 15;
/** Rises that began longer ago are compared over this much of them. */
const LONGEST_SECONDS = 600;
/** Two classes that are held by different processes have nothing to do with each other: this share must be held by the same. */
const SHARED_HOLDERS = 0.5;

/**
 * What is opened together with a class in its service: a socket, an eventfd and an eventpoll for each client, two pipes
 * and an eventfd for each worker. All of them are one leak, and the first here names it best; the class itself is among
 * them. Only itself when nothing rises with it.
 */
export function bundleOf(ledger: Ledger, one: Rising, candidates: readonly Rising[]): Member[] {
  const members: Member[] = [{ ...one, each: 1 }];
  // What comes with one of them comes with all.
  for (let at = 0; at < members.length; at++) {
    const from = members[at] as Member;
    for (const other of candidates) {
      if (members.some(({ of }) => of.id === other.of.id || isSameMoreWidely(of, other.of))) continue;
      const each = togetherness(ledger, from, other);
      if (each !== null) members.push({ ...other, each: from.each * each });
    }
  }
  return members.toSorted(byLead);
}

/** How many of the other are opened with each of the one, by the same processes; null when they are not. */
function togetherness(ledger: Ledger, one: Rising, other: Rising): number | null {
  const since = Math.min(one.evidence.risingSince ?? Infinity, other.evidence.risingSince ?? Infinity);
  const from = Math.max(since, ledger.now - LONGEST_SECONDS);
  const each = couplingOf(one.account.cohorts, other.account.cohorts, from, ledger.now - SETTLED_SECONDS);
  return each !== null && shareHolders(ledger, one.of, other.of) ? each : null;
}

function shareHolders(ledger: Ledger, one: DescriptorClass, other: DescriptorClass): boolean {
  const [ones, others] = [holdersOf(ledger, one), holdersOf(ledger, other)];
  const total = (held: typeof ones): number => held.reduce((sum, holder) => sum + holder.held, 0);
  const [all, allOthers] = [total(ones), total(others)];
  let shared = 0;
  for (const { process, held } of ones) {
    const also = others.find((holder) => holder.process === process)?.held ?? 0;
    shared += Math.min(held / all, also / allOthers);
  }
  // What is held inside a descriptor has no descriptor, and so no holder that can be compared.
  return one.group === "inside" || other.group === "inside" || shared >= SHARED_HOLDERS;
}

/** A class and the wider one that counts the same descriptors are no two things. */
function isSameMoreWidely(one: DescriptorClass, other: DescriptorClass): boolean {
  return one.parent?.id === other.id || other.parent?.id === one.id;
}

function byLead(one: Rising, other: Rising): number {
  return (
    leadOf(one.of) - leadOf(other.of) ||
    DESCRIPTOR_KINDS.indexOf(one.of.subject.kind) - DESCRIPTOR_KINDS.indexOf(other.of.subject.kind) ||
    one.of.id - other.of.id
  );
}

const SOCKETS: ReadonlySet<string> = new Set(["tcp", "udp", "unix", "netlink", "packet", "socket-other"]);
const LEADS: Readonly<Record<string, number>> = { file: 3, "deleted-file": 3, pipe: 4, fifo: 4 };

/** What says most of a bundle leads it: where it is connected to, then any socket, then files, pipes, and the rest. */
function leadOf({ subject: { kind, direction, peer } }: DescriptorClass): number {
  if (!SOCKETS.has(kind)) return LEADS[kind] ?? 5;
  // Clients that arrive are not this program's doing: what it opened itself says more.
  if (direction === "inbound") return 2;
  return peer === null ? 1 : 0;
}
