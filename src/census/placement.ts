import type { Use } from "../model/socket-facts.ts";
import { AwaitedRows } from "./awaited-rows.ts";
import { onGrid } from "./birth-dates.ts";
import type { CensusChanges, Leaving } from "./changes.ts";
import { type ClassRegistry, type ClassTraits, plainTraits } from "./classes.ts";
import type { DescriptorTable } from "./descriptors.ts";
import type { LinkTable } from "./links.ts";
import type { Process, ProcessTable } from "./processes.ts";
import type { SocketRow } from "./row-columns.ts";
import { noRowTraits, type SocketRows, socketTraits } from "./sockets.ts";

/** Class of a descriptor that is not judged: the user named other processes. */
export const NOT_JUDGED = -2;
/** Class of a socket that no table has shown yet: being connected, or in no table at all. */
export const UNRESOLVED = -1;

/** Seconds: two times of one look differ by less, as some are kept to a sixteenth. */
const ONE_LOOK = 0.1;

/** What an exchange takes at least, where only the segments of both ways together are known. */
const SEGMENTS_AN_EXCHANGE = 2;

/** The tables of a census that say what each descriptor is. */
export interface Tables {
  readonly descriptors: DescriptorTable;
  readonly links: LinkTable;
  readonly sockets: SocketRows;
  readonly classes: ClassRegistry;
  readonly processes: ProcessTable;
}

/** Puts every descriptor into the class that it belongs to, and moves it when what is known of its socket changes. */
export class Placement {
  /** Seconds since boot of the tick being taken. */
  uptime = 0;
  readonly #tables: Tables;
  readonly #changes: CensusChanges;
  readonly #awaited = new AwaitedRows();

  constructor(tables: Tables, changes: CensusChanges) {
    this.#tables = tables;
    this.#changes = changes;
  }

  /** All tables of a namespace were read. */
  noteReading(netns: number): void {
    this.#awaited.noteReading(netns);
  }

  forgetNamespace(netns: number): void {
    this.#awaited.forgetNamespace(netns);
  }

  /** The tick is through: what has waited long enough is decided. */
  settle(): void {
    for (const socket of this.#tables.sockets.nowUnread(this.uptime)) {
      // Nobody knows how long they waited that waited when it was first seen: as long as it was open, at most.
      const { unreadSince, seenAt } = socket;
      const atFirst = unreadSince !== null && unreadSince - seenAt < ONE_LOOK;
      this.reclass(socket, atFirst ? Number.NEGATIVE_INFINITY : unreadSince);
    }
    if (!this.#awaited.none) this.#settleAwaited();
  }

  /** Puts a descriptor into the class that it belongs to now; a socket without a row waits for the tables. */
  enter(slot: number, at: number, brought = false): void {
    const process = this.#processOf(slot);
    if (!process.judged) {
      this.#tables.descriptors.classId[slot] = NOT_JUDGED;
      return;
    }
    const traits = this.#traits(slot);
    if (traits === null) {
      this.#tables.descriptors.classId[slot] = UNRESOLVED;
      this.#awaited.await(slot, process.fact.netns);
      return;
    }
    this.#assign(slot, traits, at, { brought });
  }

  /** What the descriptor counts as; null while that is not known, or not judged. */
  traitsIn(slot: number): ClassTraits | null {
    const classId = this.#tables.descriptors.classId[slot] as number;
    return classId < 0 ? null : this.#tables.classes.get(classId);
  }

  /** Its process goes by another name: it counts there as what it was, from the time that it was it. */
  bring(slot: number, traits: ClassTraits | null): void {
    const { descriptors } = this.#tables;
    if (traits === null) this.enter(slot, descriptors.openedAt.get(slot), true);
    else this.#assign(slot, traits, descriptors.enteredAt.get(slot), { brought: true });
  }

  /** It leaves its class, to be brought into that of another service; if it is waited for, that goes on. */
  part(slot: number): void {
    if ((this.#tables.descriptors.classId[slot] as number) >= 0) this.#changes.left(slot, "exited", false);
  }

  leave(slot: number, leaving: Leaving, turned = false): void {
    this.#awaited.stop(slot);
    if ((this.#tables.descriptors.classId[slot] as number) >= 0) this.#changes.left(slot, leaving, turned);
  }

  #traits(slot: number): ClassTraits | null {
    const target = this.#tables.links.target(this.#tables.descriptors.link[slot] as number);
    if (target.kind !== "socket-other") return plainTraits(target);
    const socket = this.#tables.sockets.get(this.#tables.descriptors.inode.get(slot));
    return socket === undefined || socket.gone ? null : socketTraits(socket);
  }

  use(use: Use): void {
    this.#carry(use);
    const socket = this.#tables.sockets.use(use, this.uptime);
    if (socket === null || socket.state !== "ESTABLISHED") return;
    const at = onGrid(use[1]);
    const resumed = [...this.#notYetReused(socket)];
    this.reclass(socket, null);
    for (const [slot, since] of resumed) this.#changes.resumed(slot, at - since);
    for (const slot of this.#tables.descriptors.sharing(socket.inode)) {
      const classId = this.#tables.descriptors.classId[slot] as number;
      if (classId < 0 || at <= this.#tables.descriptors.enteredAt.get(slot)) continue;
      this.#changes.used(slot, at);
      this.#tables.descriptors.enteredAt.set(slot, at);
    }
  }

  /** Its descriptors that are about to be known as reused, and since when each was what it is. */
  *#notYetReused(socket: SocketRow): Generator<readonly [slot: number, since: number]> {
    if (!socket.reused) return;
    for (const slot of this.#tables.descriptors.sharing(socket.inode))
      if (this.traitsIn(slot)?.group === "held") yield [slot, this.#tables.descriptors.enteredAt.get(slot)];
  }

  #carry([inode, usedAt, segments, exchanges]: Use): void {
    const before = this.#tables.sockets.get(inode);
    if (before?.segments == null || segments <= before.segments) return;
    const carried =
      exchanges === undefined || before.exchanges === null
        ? (segments - before.segments) / SEGMENTS_AN_EXCHANGE
        : Math.max(0, exchanges - before.exchanges);
    // Where several processes share it, it carried that once.
    for (const slot of this.#tables.descriptors.sharing(inode)) {
      if ((this.#tables.descriptors.classId[slot] as number) < 0) continue;
      this.#changes.carried(slot, carried, usedAt - (before.usedAt ?? before.seenAt));
      return;
    }
  }

  /** What stands in no table after all has a protocol, and a class of that. */
  nameProtocol(inode: number, name: string): void {
    this.#tables.sockets.nameProtocol(inode, name);
    for (const slot of this.#tables.descriptors.sharing(inode)) {
      const classId = this.#tables.descriptors.classId[slot] as number;
      if (classId < 0 || this.#tables.classes.get(classId).group !== "no-row") continue;
      this.leave(slot, "moved");
      this.#assign(slot, this.#traitsOfNoRow(slot), this.#tables.descriptors.enteredAt.get(slot));
    }
  }

  /** Its descriptors move to the class that its row asks for now; `since` is when that began, null: just now. */
  reclass(socket: SocketRow, since: number | null): void {
    const traits = socketTraits(socket);
    for (const slot of this.#tables.descriptors.sharing(socket.inode)) {
      const classId = this.#tables.descriptors.classId[slot] as number;
      if (classId === NOT_JUDGED) continue;
      this.#awaited.stop(slot);
      if (classId === this.#tables.classes.intern(this.#processOf(slot).service, traits).id) continue;
      const turned = traits.group === "reused" && this.traitsIn(slot)?.group === "held";
      this.leave(slot, "moved", turned);
      const openedAt = this.#tables.descriptors.openedAt.get(slot);
      const at = classId >= 0 ? Math.max(since ?? this.uptime, openedAt) : openedAt;
      this.#assign(slot, traits, at, { turned });
    }
  }

  gone(inode: number): void {
    this.#tables.sockets.markGone(inode);
    let open = false;
    for (const slot of this.#tables.descriptors.sharing(inode)) {
      open = true;
      if (this.#tables.descriptors.classId[slot] !== NOT_JUDGED)
        this.#awaited.await(slot, this.#processOf(slot).fact.netns);
    }
    if (!open) this.#tables.sockets.forget(inode);
  }

  /** Sockets that stayed out of every table while those were read again are in no table. */
  #settleAwaited(): void {
    for (const slot of this.#awaited.inNoTable((waiting) => this.#processOf(waiting).fact.netns)) {
      const wasIn = (this.#tables.descriptors.classId[slot] as number) >= 0;
      this.leave(slot, "moved");
      this.#assign(
        slot,
        this.#traitsOfNoRow(slot),
        wasIn ? this.uptime : this.#tables.descriptors.openedAt.get(slot),
      );
    }
  }

  #traitsOfNoRow(slot: number): ClassTraits {
    const inode = this.#tables.descriptors.inode.get(slot);
    const last = this.#tables.sockets.get(inode);
    if (last !== undefined) return socketTraits({ ...last, gone: true });
    return noRowTraits(this.#tables.sockets.protocolOf(inode));
  }

  #processOf(slot: number): Process {
    return this.#tables.processes.byIndex(this.#tables.descriptors.process[slot] as number);
  }

  /** `at`: when it came to be what it is; negative infinity when nobody saw. */
  #assign(slot: number, traits: ClassTraits, at: number, { brought = false, turned = false } = {}): void {
    this.#tables.descriptors.classId[slot] = this.#tables.classes.intern(
      this.#processOf(slot).service,
      traits,
    ).id;
    this.#tables.descriptors.enteredAt.set(slot, at);
    this.#changes.entered(slot, brought, turned);
  }
}
