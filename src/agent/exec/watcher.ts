import { Census } from "../../census/census.ts";
import type { CensusChanges } from "../../census/changes.ts";
import type { Process } from "../../census/processes.ts";
import { portOf, productOf } from "../../census/product.ts";
import { subjectOf } from "../../census/classes.ts";
import type { InsideChanges } from "../../census/inside.ts";
import type { Subject } from "../../model/events.ts";
import type { Facts } from "../../model/facts.ts";
import { EVERYTHING } from "../../model/targets.ts";
import type { Birth } from "./accumulated.ts";
import { Births, isInherited } from "./births.ts";
import type { Family, Member } from "./family.ts";
import { heldOf, newRecord, type Record } from "./record.ts";

/** A connection that was used this many seconds after it was opened, ... */
const USED_AGAIN_SECONDS = 0.5;
/** ... and for this share of the time since, is one that is used again. */
const USED_AGAIN_SHARE = 1 / 4;

/**
 * A process that has fewer than before may be about to end: Python closes what it still has when it takes its modules
 * down, the JVM in its hooks. Given back in the last tenth of a second is given back by the end, not by the program.
 */
const ENDING_SECONDS = 0.1;

/** Turns looks at the host into a record of what each process of the family held, subject by subject. Pure. */
export class Watcher {
  readonly records: Record[] = [];
  readonly #family: Family;
  readonly #census: Census;
  readonly #ofMember = new Map<Member, { readonly record: Record; readonly births: Births }>();
  /** Indexes of processes in which something moved since it was last counted. */
  readonly #moved = new Set<number>();
  /** Of processes that ended since the last look: those first seen at this look may be their children. */
  #justEnded: Births[] = [];
  /** By number of the class: its key, without the state, which changes while a connection is kept. */
  readonly #keys = new Map<number, string>();

  constructor(family: Family) {
    this.#family = family;
    this.#census = new Census(EVERYTHING, this.#changes());
  }

  recordOf(member: Member): Record | undefined {
    return this.#ofMember.get(member)?.record;
  }

  /** The process has ended. A run may have any number of them: nothing is kept of what says nothing. */
  end(member: Member): void {
    const met = this.#ofMember.get(member);
    this.#ofMember.delete(member);
    if (met === undefined) return;
    const { record, births: all } = met;
    this.#justEnded.push(all);
    for (const [key, { births }] of record.held) if (births.length === 0) record.held.delete(key);
  }

  /** Takes one look; the family has taken its facts before. */
  take(facts: Facts): void {
    this.#census.begin(facts);
    for (const fact of facts.facts) this.#census.take(fact);
    this.#census.finish();
    for (const member of this.#family.living()) this.#look(member, facts.uptime);
    this.#justEnded = [];
  }

  #look(member: Member, uptime: number): void {
    const process = this.#census.processes.byPid(member.pid);
    if (process === undefined || process.fact.startTicks !== member.startTicks) return;
    const met = this.#ofMember.get(member);
    const { record, births } = met ?? this.#meet(member, uptime);
    record.denied = process.denied;
    // A process that is just ending has no descriptors any more; what it held is what the look before saw.
    if (!process.listed || process.open === 0) return;
    const open = this.#census.descriptors.ofProcess(process.index).length;
    if (isEnding(record, open, uptime)) return;
    const looked = record.seenAt;
    record.seenAt = uptime;
    if (!this.#moved.delete(process.index) && !births.none) return;
    record.open = open;
    const first = births.none;
    births.update(
      this.#census,
      process,
      { at: uptime, notBefore: looked },
      (slot) => !first || (!member.elder && !isInherited(this.#census, process, slot, this.#justEnded)),
    );
    this.#count(record, births, process, uptime);
  }

  #meet(member: Member, uptime: number): { record: Record; births: Births } {
    const met = { record: newRecord(member, uptime), births: new Births() };
    this.records.push(met.record);
    this.#ofMember.set(member, met);
    return met;
  }

  #count(record: Record, births: Births, process: Process, uptime: number): void {
    const { descriptors } = this.#census;
    const now = new Map<string, { subject: Subject; count: number; births: Birth[] }>();
    for (const slot of descriptors.ofProcess(process.index)) {
      const subject = this.#subject(slot);
      const key = this.#key(slot, subject);
      const found = now.get(key) ?? { subject, count: 0, births: [] };
      now.set(key, found);
      found.count++;
      const born = births.of(descriptors.number[slot] as number);
      if (born !== null) found.births.push({ ...born, usedAgain: this.#usedAgain(slot, born.at, uptime) });
    }
    for (const [key, { subject, count, births: born }] of now) {
      const held = heldOf(record, key, () => this.#named(subject, process));
      held.series.note(uptime, count);
      held.births = born;
    }
    for (const [key, held] of record.held) {
      if (now.has(key)) continue;
      held.series.note(uptime, 0);
      held.births = [];
    }
  }

  /** The class's subject; a socket that no table has shown yet goes by its last row, if there was one. */
  #subject(slot: number): Subject {
    const classId = this.#census.descriptors.classId[slot] as number;
    return classId >= 0 ? this.#census.classes.get(classId).subject : subjectOf("socket-other");
  }

  #key(slot: number, subject: Subject): string {
    const classId = this.#census.descriptors.classId[slot] as number;
    const known = this.#keys.get(classId);
    if (known !== undefined) return known;
    const { kind, direction, peer, path, state } = subject;
    const key = JSON.stringify([kind, direction, peer, path, state === "LISTEN"]);
    this.#keys.set(classId, key);
    return key;
  }

  #usedAgain(slot: number, bornAt: number, uptime: number): boolean | null {
    const usedAt = this.#census.sockets.get(this.#census.descriptors.inode.get(slot))?.usedAt ?? null;
    if (usedAt === null) return null;
    return usedAt - bornAt >= Math.max(USED_AGAIN_SECONDS, (uptime - bornAt) * USED_AGAIN_SHARE);
  }

  /** With the product behind the peer, by the program that listens there while it is there. */
  #named(subject: Subject, process: Process): Subject {
    const { peer, direction } = subject;
    const port = peer === null ? null : portOf(peer);
    if (peer === null || port === null || direction === "inbound") return subject;
    const netns = process.fact.netns;
    const listener = netns === null ? null : this.#census.sockets.listenerFor(netns, peer);
    const [slot] = listener === null ? [] : this.#census.descriptors.sharing(listener);
    const index = slot === undefined ? undefined : this.#census.descriptors.process[slot];
    const program = index === undefined ? null : this.#census.processes.byIndex(index).fact;
    return { ...subject, product: productOf(port, program) };
  }

  #changes(): CensusChanges {
    const moved = (slot: number): void => {
      this.#moved.add(this.#census.descriptors.process[slot] as number);
    };
    const inside: InsideChanges = { came() {}, left() {}, joined() {} };
    return {
      opened: moved,
      closed: moved,
      parted: moved,
      brought: moved,
      entered: moved,
      left: moved,
      used: moved,
      resumed() {},
      inside: () => inside,
      passed() {},
      carried() {},
      arrived() {},
      lived() {},
      rested() {},
      readTables() {},
      exited: ({ index }) => void this.#moved.delete(index),
    };
  }
}

/** Whether to wait and see, before believing that it gave some back. */
export function isEnding(record: Record, open: number, uptime: number): boolean {
  if (open >= record.open) {
    record.fellAt = null;
    return false;
  }
  record.fellAt ??= uptime;
  if (uptime - record.fellAt < ENDING_SECONDS) return true;
  record.fellAt = null;
  return false;
}
