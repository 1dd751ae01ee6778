import type { Census } from "../census/census.ts";
import type { DescriptorClass } from "../census/classes.ts";
import type { Process } from "../census/processes.ts";
import { Account } from "./account.ts";

/** Whether what came `at` belongs to the beginning of the slot's process (see SetUps). */
type IsSetUp = (slot: number, at: number) => boolean;

/**
 * What each process holds of a class, of services that have several: one that leaks among twenty that are busy, with
 * the same peer, is lost in the sum.
 */
export class ByProcess {
  readonly #census: Census;
  readonly #isSetUp: IsSetUp;
  /** By class, then by process. */
  readonly #accounts = new Map<number, Map<number, Account>>();
  /** Processes of which all that they hold is counted here. */
  readonly #counted = new Set<number>();
  readonly #members = new Map<string, Set<number>>();
  /** The service that each process is a member of. */
  readonly #memberOf = new Map<number, string>();

  constructor(census: Census, isSetUp: IsSetUp) {
    this.#census = census;
    this.#isSetUp = isSetUp;
  }

  /** Something of the process is open. */
  meet(process: Process): void {
    const { index, service } = process;
    const before = this.#memberOf.get(index);
    if (before === service) return;
    // It took another name while it had nothing open.
    if (before !== undefined) this.part(process);
    this.#memberOf.set(index, service);
    const members = this.#members.get(service);
    if (members === undefined) this.#members.set(service, new Set([index]));
    else members.add(index);
  }

  /** It goes by another name from now on. */
  part({ index }: Process): void {
    const service = this.#memberOf.get(index);
    if (service === undefined) return;
    this.#memberOf.delete(index);
    const members = this.#members.get(service);
    members?.delete(index);
    if (members?.size === 0) this.#members.delete(service);
  }

  /** How many processes of the service have, or had, something open. */
  membersOf(service: string): number {
    return this.#members.get(service)?.size ?? 0;
  }

  /**
   * The account of what the slot's process holds of the class, without this slot where that is `entering`; null where
   * the service has one process.
   */
  accountFor(slot: number, of: DescriptorClass, now: number, entering: boolean): Account | null {
    const index = this.#census.descriptors.process[slot] as number;
    if (!this.#counted.has(index)) {
      if (this.membersOf(of.service) < 2) return null;
      this.#count(index, entering ? slot : -1, now);
    }
    return this.#account(of.id, index, now);
  }

  /** What the process holds of the class; undefined: nothing, or its service has one process. */
  get(of: DescriptorClass, { index }: Process): Account | undefined {
    return this.#accounts.get(of.id)?.get(index);
  }

  /** Whether what single processes hold of the class is counted. */
  counts({ id }: DescriptorClass): boolean {
    return this.#accounts.has(id);
  }

  /** By index of the process. */
  of(of: DescriptorClass): Iterable<readonly [index: number, account: Account]> {
    return this.#accounts.get(of.id) ?? [];
  }

  /** The process ended; what it held of each class, which is empty now. */
  *leave(process: Process): Generator<Account> {
    const { index } = process;
    this.part(process);
    if (!this.#counted.delete(index)) return;
    for (const accounts of this.#accounts.values()) {
      const account = accounts.get(index);
      if (account === undefined) continue;
      accounts.delete(index);
      yield account;
    }
  }

  /** Gives up accounts in which nothing is open and nothing happened for long, and those of classes that are given up. */
  *forget(isOver: (id: number, account: Account) => boolean): Generator<Account> {
    for (const [id, accounts] of this.#accounts) {
      for (const [index, account] of accounts) {
        if (!isOver(id, account)) continue;
        accounts.delete(index);
        yield account;
      }
      if (accounts.size === 0) this.#accounts.delete(id);
    }
  }

  #count(index: number, except: number, now: number): void {
    this.#counted.add(index);
    const { classId, enteredAt } = this.#census.descriptors;
    for (const slot of this.#census.descriptors.ofProcess(index)) {
      const id = classId[slot] as number;
      if (id < 0 || slot === except) continue;
      const at = enteredAt.get(slot);
      this.#account(id, index, now).adopt(at, now, this.#isSetUp(slot, at));
    }
  }

  #account(id: number, index: number, now: number): Account {
    let accounts = this.#accounts.get(id);
    if (accounts === undefined) this.#accounts.set(id, (accounts = new Map()));
    let account = accounts.get(index);
    if (account === undefined) accounts.set(index, (account = new Account(now)));
    return account;
  }
}
