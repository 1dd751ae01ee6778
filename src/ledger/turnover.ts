import type { HistoryTurnover } from "../model/history.ts";
import type { DescriptorKind } from "../model/kinds.ts";
import type { Leaving } from "../census/changes.ts";

interface Counts {
  born: number;
  closed: number;
}

/**
 * What each service opened and closed in one tick, by kind. What came with its process, or went with it, is neither; a
 * descriptor that turns out to be of another kind was closed as the one and born as the other, so that the difference of
 * both counters follows what is open.
 */
export class Turnover {
  readonly #services = new Map<string, Map<DescriptorKind, Counts>>();
  /** Slots between two classes, and what they were. */
  readonly #moving = new Map<number, readonly [service: string, kind: DescriptorKind]>();

  /** A new tick. */
  begin(): void {
    this.#services.clear();
  }

  /** The slot entered a class; `isNew`: it was seen to come, and by itself. */
  entered(slot: number, service: string, kind: DescriptorKind, isNew: boolean): void {
    const before = this.#moving.get(slot);
    if (before === undefined) {
      if (isNew) this.#count(service, kind).born++;
      return;
    }
    this.#moving.delete(slot);
    if (before[1] === kind) return;
    this.#count(...before).closed++;
    this.#count(service, kind).born++;
  }

  left(slot: number, service: string, kind: DescriptorKind, leaving: Leaving): void {
    if (leaving === "closed") this.#count(service, kind).closed++;
    if (leaving === "moved") this.#moving.set(slot, [service, kind]);
  }

  /** The slot is given up; one that was between two classes has left none. */
  gone(slot: number, leaving: Leaving): void {
    const before = this.#moving.get(slot);
    if (before === undefined) return;
    this.#moving.delete(slot);
    if (leaving === "closed") this.#count(...before).closed++;
  }

  /** So many were opened and closed between two looks. */
  passed(service: string, kind: DescriptorKind, count: number): void {
    const counts = this.#count(service, kind);
    counts.born += count;
    counts.closed += count;
  }

  /** Of this tick; services and kinds in which nothing happened are left out. */
  all(): HistoryTurnover[] {
    return [...this.#services].flatMap(([service, kinds]) =>
      [...kinds].map(([kind, counts]) => ({ service, kind, ...counts })),
    );
  }

  #count(service: string, kind: DescriptorKind): Counts {
    let kinds = this.#services.get(service);
    if (kinds === undefined) this.#services.set(service, (kinds = new Map<DescriptorKind, Counts>()));
    let counts = kinds.get(kind);
    if (counts === undefined) kinds.set(kind, (counts = { born: 0, closed: 0 }));
    return counts;
  }
}
