import type { DescriptorClass } from "../census/classes.ts";
import type { Process } from "../census/processes.ts";
import { Account } from "./account.ts";

/** An account without changes for this long is no longer carried along from tick to tick. */
const QUIET_SECONDS = 700;
/** The same for one in which nothing ever grew old: a peer that was met in passing, of which there can be thousands. */
const PASSING_SECONDS = 60;

/** The account of a class, and which class it is. */
export interface ClassAccount {
  readonly of: DescriptorClass;
  readonly account: Account;
  /** Its place among all that were ever begun. */
  readonly begun: number;
}

/** The accounts of all classes, processes and services, and which of them move. */
export class Accounts {
  /** By number of the class, index of the process and name of the service. */
  readonly classes = new Map<number, ClassAccount>();
  readonly processes = new Map<number, Account>();
  readonly services = new Map<string, Account>();
  /** They changed lately enough to be carried along from tick to tick, those of others included. */
  readonly #moving = new Set<Account>();
  readonly #classOf = new WeakMap<Account, ClassAccount>();
  #begun = 0;

  moving(): Iterable<Account> {
    return this.#moving;
  }

  /** The classes among them, in the order of `classes`: of thousands most never move. */
  movingClasses(): ClassAccount[] {
    const moving: ClassAccount[] = [];
    for (const account of this.#moving) {
      const one = this.#classOf.get(account);
      if (one !== undefined) moving.push(one);
    }
    return moving.toSorted((one, other) => one.begun - other.begun);
  }

  /** The account of the class, begun at `now` (seconds since boot) where there is none. */
  ofClass(of: DescriptorClass, now: number): Account {
    const known = this.classes.get(of.id);
    if (known !== undefined) return known.account;
    const account = new Account(now);
    const one = { of, account, begun: this.#begun++ };
    this.classes.set(of.id, one);
    this.#classOf.set(account, one);
    return account;
  }

  ofProcess({ index }: Process, now: number): Account {
    return met(this.processes, index, now);
  }

  ofService(service: string, now: number): Account {
    return met(this.services, service, now);
  }

  move(account: Account): void {
    if (account.isMoving) return;
    account.isMoving = true;
    this.#moving.add(account);
  }

  rest(account: Account): void {
    account.isMoving = false;
    this.#moving.delete(account);
  }

  /** Moves time on for all that move. */
  advance(now: number): void {
    for (const account of this.#moving) {
      account.advance(now);
      if (account.cohorts.size === 0 && isQuiet(account, now)) this.rest(account);
    }
  }

  /** Gives up classes in which nothing is open and nothing happened for long; yields each before it is gone. */
  *forgetClasses(now: number, keep: (one: ClassAccount) => boolean): Generator<ClassAccount> {
    // Children come after the parent they were made with, so a parent is met again on a later round.
    const parents = new Set<number>();
    for (const { of } of this.classes.values()) if (of.parent !== null) parents.add(of.parent.id);
    for (const [id, one] of this.classes) {
      const { account } = one;
      if (account.open > 0 || parents.has(id) || !isQuiet(account, now) || keep(one)) continue;
      yield one;
      this.classes.delete(id);
      this.rest(account);
    }
  }

  /** The same of services. */
  *forgetServices(now: number): Generator<string> {
    for (const [service, account] of this.services) {
      if (account.open > 0 || !isQuiet(account, now)) continue;
      this.services.delete(service);
      this.rest(account);
      yield service;
    }
  }
}

export function isQuiet(account: Account, now: number): boolean {
  return now - account.changedAt >= (account.passed[0] === 0 ? PASSING_SECONDS : QUIET_SECONDS);
}

function met<Key>(accounts: Map<Key, Account>, key: Key, now: number): Account {
  let account = accounts.get(key);
  if (account === undefined) accounts.set(key, (account = new Account(now)));
  return account;
}
