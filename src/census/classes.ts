import type { Subject } from "../model/events.ts";
import type { Direction } from "../model/socket-facts.ts";
import { type DescriptorKind, FILE_KINDS } from "../model/kinds.ts";
import { folderOf, type LinkTarget } from "./link.ts";
import { portOf } from "./product.ts";
import { isStoreSegment } from "./store-segments.ts";

/**
 * What a class is judged by: the state of a TCP socket where the state means something, else "held".
 *
 *   reused   used again well after it was opened, as the connections of a pool: told apart from those that are not
 *   unread   an answer has come and nobody reads it
 *   segments files that a store keeps open until its retention is over, by their names
 *   inside   held by a descriptor and without one of its own: files registered with an io_uring
 */
export type StateGroup =
  | "held"
  | "reused"
  | "unread"
  | "close-wait"
  | "syn-sent"
  | "listen"
  | "no-row"
  | "segments"
  | "inside";

/**
 * Descriptors of one service that belong together: same kind, same state group, same peer (or listener, or folder).
 * The unit of evidence: a service's total hides a leak under swinging load, its classes do not.
 */
export interface DescriptorClass {
  readonly id: number;
  readonly service: string;
  readonly group: StateGroup;
  readonly subject: Subject;
  /** The wider class it also counts in: all peers, all folders. A leak that spreads over many peers shows only there. */
  readonly parent: DescriptorClass | null;
  /** It is such a wider class. */
  readonly wide: boolean;
}

/** What distinguishes a class inside its service. */
export interface ClassTraits {
  readonly group: StateGroup;
  readonly subject: Subject;
}

/** The classes met so far, each with a small number of its own; numbers of released classes are given out again. */
export class ClassRegistry {
  #byKey = new Map<string, DescriptorClass>();
  #byId: (DescriptorClass | undefined)[] = [];
  #free: number[] = [];
  /** Classes of connections by where they lead. */
  readonly #byAddress = new Map<string, Set<number>>();

  get(id: number): DescriptorClass {
    const found = this.#byId[id];
    if (found === undefined) throw new RangeError(`no class has the number ${id}`);
    return found;
  }

  intern(service: string, traits: ClassTraits): DescriptorClass {
    return this.#intern(service, traits, false);
  }

  /** The narrow class with these traits, if it was met. */
  find(service: string, traits: ClassTraits): DescriptorClass | undefined {
    return this.#byKey.get(keyOf(service, traits));
  }

  #intern(service: string, { group, subject }: ClassTraits, asWider: boolean): DescriptorClass {
    const traits: ClassTraits = { group, subject };
    const key = keyOf(service, traits);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const wider = widened(traits);
    const parent = wider === null ? null : this.#intern(service, wider, true);
    const id = this.#free.pop() ?? this.#byId.length;
    const made: DescriptorClass = { id, service, ...traits, parent, wide: asWider };
    this.#byId[id] = made;
    this.#byKey.set(key, made);
    const address = addressOf(made);
    if (address !== null) this.#byAddress.set(address, (this.#byAddress.get(address) ?? new Set()).add(id));
    return made;
  }

  /** Services that have, or lately had, TCP connections that lead there; `address` as in the class's subject. */
  servicesWith(direction: Direction, address: string): Set<string> {
    const services = new Set<string>();
    for (const id of this.#byAddress.get(addressKey(direction, address)) ?? [])
      services.add(this.get(id).service);
    return services;
  }

  release(id: number): void {
    const gone = this.get(id);
    const address = addressOf(gone);
    if (address !== null) {
      const others = this.#byAddress.get(address);
      others?.delete(id);
      if (others?.size === 0) this.#byAddress.delete(address);
    }
    this.#byKey.delete(keyOf(gone.service, gone));
    this.#byId[id] = undefined;
    this.#free.push(id);
  }
}

/** Inbound connections are known by the port alone: a listener may stand for every address of the host. */
function addressKey(direction: Direction, address: string): string {
  return direction === "inbound" ? `:${portOf(address)}` : address;
}

function addressOf({ subject, wide }: DescriptorClass): string | null {
  const { kind, direction, peer } = subject;
  return wide || kind !== "tcp" || direction === null || peer === null ? null : addressKey(direction, peer);
}

function keyOf(service: string, { group, subject }: ClassTraits): string {
  const { kind, direction, peer, path } = subject;
  return JSON.stringify([service, kind, group, direction, peer, path]);
}

/** The same traits without the peer or folder; null when there is nothing wider that would mean something. */
function widened({ group, subject }: ClassTraits): ClassTraits | null {
  if (subject.peer?.startsWith("*:") === false && subject.direction !== "inbound" && group !== "listen") {
    const port = subject.peer.slice(subject.peer.lastIndexOf(":") + 1);
    return {
      group,
      subject: { ...subject, peer: SAME_PORT.has(group) ? `*:${port}` : "*:*", product: null },
    };
  }
  if (subject.path !== null && FOLDER_KINDS.has(subject.kind))
    return { group, subject: { ...subject, path: null } };
  return null;
}

/** Where peers of one port have something in common: a port of the other end says which product it is. */
const SAME_PORT: ReadonlySet<StateGroup> = new Set(["held", "reused", "unread"]);
const FOLDER_KINDS: ReadonlySet<DescriptorKind> = new Set([...FILE_KINDS, "device", "tty"]);

export function subjectOf(kind: DescriptorKind, traits: Partial<Subject> = {}): Subject {
  return { kind, direction: null, peer: null, product: null, state: null, path: null, ...traits };
}

/** Class traits of the connections to an address that are used again and again: a pool. */
export function poolTraits(address: string): ClassTraits {
  return {
    group: "reused",
    subject: subjectOf("tcp", { direction: "outbound", peer: address, state: "ESTABLISHED" }),
  };
}

/** Class traits of what is not a socket: files go by their folder, devices by their path. */
export function plainTraits({ kind, path }: LinkTarget): ClassTraits {
  const isFile = FILE_KINDS.has(kind);
  return {
    group: kind === "file" && path !== null && isStoreSegment(path) ? "segments" : "held",
    subject: subjectOf(kind, { path: path !== null && isFile ? folderOf(path) : path }),
  };
}
