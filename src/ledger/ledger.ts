import { startedAt, type Process } from "../census/processes.ts";
import type { DescriptorClass } from "../census/classes.ts";
import { Census } from "../census/census.ts";
import type { CensusChanges, Leaving } from "../census/changes.ts";
import type { ExitFact, Fact, Facts } from "../model/facts.ts";
import type { Targets } from "../model/targets.ts";
import type { InsideChanges } from "../census/inside.ts";
import { Account } from "./account.ts";
import { SetUps } from "./set-ups.ts";

/** An account without changes for this long is no longer carried along from tick to tick. */
const QUIET_SECONDS = 700;
/** The same for one in which nothing ever grew old: a peer that was met in passing, of which there can be thousands. */
const PASSING_SECONDS = 60;

/** The account of a class, and which class it is. */
export interface ClassAccount {
  readonly of: DescriptorClass;
  readonly account: Account;
}

/**
 * What one instant cannot know: births, deaths and ages, per class, per process and per service, carried over time.
 * It owns the census and hears of every change in it.
 */
export class Ledger implements CensusChanges {
  readonly census: Census;
  /** Seconds since boot at the first tick and at the current one. */
  startedAt: number | null = null;
  now = 0;
  /** Seconds between this tick and the one before; 0 at the first. */
  elapsed = 0;
  #classes = new Map<number, ClassAccount>();
  #processes = new Map<number, Account>();
  #services = new Map<string, Account>();
  #moving = new Set<Account>();
  readonly #setUps = new SetUps();

  constructor(targets: Targets) {
    this.census = new Census(targets, this);
  }

  /** Takes one tick's facts one by one, between `begin` and `finish`: a long tick can be taken in pieces. */
  begin(facts: Facts): void {
    this.elapsed = this.startedAt === null ? 0 : Math.max(0, facts.uptime - this.now);
    this.startedAt ??= facts.uptime;
    this.now = Math.max(this.now, facts.uptime);
    for (const account of this.#moving) account.cohorts.clearDepartures();
    this.census.begin(facts);
  }

  take(fact: Fact): void {
    this.census.take(fact);
  }

  /** Takes the end of a process in pieces. */
  exiting(fact: ExitFact): Generator<void> {
    return this.census.exiting(fact);
  }

  /** Afterwards every account tells what passed each rung, and what left, in this tick. */
  finish(): void {
    this.census.finish();
    for (const account of this.#moving) this.#advance(account);
  }

  /** All of that at once. */
  apply(facts: Facts): void {
    this.begin(facts);
    for (const fact of facts.facts) this.take(fact);
    this.finish();
  }

  get watchedSeconds(): number {
    return this.startedAt === null ? 0 : this.now - this.startedAt;
  }

  classes(): Iterable<ClassAccount> {
    return this.#classes.values();
  }

  ofClass(id: number): Account | undefined {
    return this.#classes.get(id)?.account;
  }

  /** The account of this very class: numbers of classes that are gone are given out again. */
  accountOf(of: DescriptorClass): Account | undefined {
    const known = this.#classes.get(of.id);
    return known?.of === of ? known.account : undefined;
  }

  ofProcess(process: Process): Account | undefined {
    return this.#processes.get(process.index);
  }

  ofService(service: string): Account | undefined {
    return this.#services.get(service);
  }

  /** Whether the account changed lately enough to be judged at every tick. */
  isMoving(account: Account): boolean {
    return account.isMoving;
  }

  opened(slot: number, process: Process): void {
    if (!process.judged) return;
    const cameAt = this.census.descriptors.openedAt.get(slot);
    this.#setUps.meet(process, this.#services.get(process.service)?.begunAt ?? this.now);
    for (const account of this.#totals(process)) this.#enter(account, cameAt);
  }

  closed(slot: number, process: Process, leaving: Leaving): void {
    if (!process.judged) return;
    const cameAt = this.census.descriptors.openedAt.get(slot);
    for (const account of this.#totals(process)) this.#leave(account, cameAt, leaving);
  }

  entered(slot: number): void {
    const { classId, enteredAt } = this.census.descriptors;
    const cameAt = enteredAt.get(slot);
    for (const of of lineage(this.census.classes.get(classId[slot] as number))) {
      const account = this.#accountOf(of);
      if (!this.#isShared(slot, of)) account.objects++;
      this.#enter(account, cameAt, this.#isSetUp(slot, cameAt));
    }
  }

  left(slot: number, leaving: Leaving): void {
    const { classId, enteredAt, process } = this.census.descriptors;
    const cameAt = enteredAt.get(slot);
    const lived = this.now - startedAt(this.census.processes.byIndex(process[slot] as number).fact);
    for (const of of lineage(this.census.classes.get(classId[slot] as number))) {
      const account = this.#accountOf(of);
      if (!this.#isShared(slot, of)) account.objects--;
      account.leave(cameAt, this.now, leaving, this.#isSetUp(slot, cameAt), lived);
      this.#move(account);
    }
  }

  used(slot: number, at: number): void {
    const { classId, enteredAt } = this.census.descriptors;
    for (const of of lineage(this.census.classes.get(classId[slot] as number))) {
      const account = this.#accountOf(of);
      account.use(enteredAt.get(slot), at, this.now, (time) => this.#isSetUp(slot, time));
      this.#move(account);
    }
  }

  inside(classId: number, leaving: Leaving): InsideChanges {
    const account = this.#accountOf(this.census.classes.get(classId));
    return {
      came: (cameAt, count) => {
        for (let one = 0; one < count; one++) this.#enter(account, cameAt);
        account.objects += count;
      },
      left: (cameAt, count) => {
        for (let one = 0; one < count; one++) this.#leave(account, cameAt, leaving);
        account.objects -= count;
      },
      joined: (cameAt, as, count) => {
        for (let one = 0; one < count; one++) account.redate(cameAt, as);
      },
    };
  }

  passed(classId: number, count: number): void {
    const of = this.census.classes.get(classId);
    const accounts = lineage(of).map((one) => this.#accountOf(one));
    for (const account of [...accounts, this.#total(this.#services, of.service)]) {
      account.passThrough(count, this.now);
      this.#move(account);
    }
  }

  exited(process: Process): void {
    const account = this.#processes.get(process.index);
    if (account !== undefined) this.#rest(account);
    this.#processes.delete(process.index);
    this.#setUps.exited(process);
  }

  /**
   * Gives up classes in which nothing is open and nothing happened for long, so that peers of long ago leave no trace;
   * `giveUp` hears of each.
   */
  forgetQuiet(keep: (one: ClassAccount) => boolean, giveUp: (one: ClassAccount) => void): void {
    this.census.forgetNamespaces();
    // Children come after the parent they were made with, so a parent is met again on a later round.
    const parents = new Set<number>();
    for (const { of } of this.#classes.values()) if (of.parent !== null) parents.add(of.parent.id);
    for (const [id, one] of this.#classes) {
      const { account } = one;
      if (account.open > 0 || parents.has(id) || !this.#isQuiet(account) || keep(one)) continue;
      giveUp(one);
      this.#classes.delete(id);
      this.#rest(account);
      this.census.classes.release(id);
    }
    for (const [service, account] of this.#services) {
      if (account.open === 0 && this.#isQuiet(account)) {
        this.#services.delete(service);
        this.#rest(account);
      }
    }
  }

  #isQuiet(account: Account): boolean {
    const seconds = account.passed[0] === 0 ? PASSING_SECONDS : QUIET_SECONDS;
    return this.now - account.changedAt >= seconds;
  }

  /** Whether another descriptor of the same class refers to the same socket or pipe. */
  #isShared(slot: number, of: DescriptorClass): boolean {
    const { descriptors, classes } = this.census;
    const inode = descriptors.inode.get(slot);
    if (inode === 0) return false;
    for (const other of descriptors.sharing(inode)) {
      const id = descriptors.classId[other] as number;
      if (other !== slot && id >= 0 && lineage(classes.get(id)).includes(of)) return true;
    }
    return false;
  }

  #totals(process: Process): Account[] {
    return [this.#total(this.#processes, process.index), this.#total(this.#services, process.service)];
  }

  #total<Key>(accounts: Map<Key, Account>, key: Key): Account {
    let account = accounts.get(key);
    if (account === undefined) accounts.set(key, (account = new Account(this.now)));
    return account;
  }

  #accountOf(of: DescriptorClass): Account {
    let known = this.#classes.get(of.id);
    if (known === undefined) this.#classes.set(of.id, (known = { of, account: new Account(this.now) }));
    return known.account;
  }

  #isSetUp(slot: number, at: number): boolean {
    return this.#setUps.isSetUp(this.census.descriptors.process[slot] as number, at);
  }

  #enter(account: Account, cameAt: number, isSetUp = false): void {
    account.enter(cameAt, this.now, isSetUp);
    if (cameAt !== Number.NEGATIVE_INFINITY) this.#move(account);
  }

  #leave(account: Account, cameAt: number, leaving: Leaving): void {
    account.leave(cameAt, this.now, leaving);
    this.#move(account);
  }

  #move(account: Account): void {
    if (account.isMoving) return;
    account.isMoving = true;
    this.#moving.add(account);
  }

  #rest(account: Account): void {
    account.isMoving = false;
    this.#moving.delete(account);
  }

  #advance(account: Account): void {
    account.advance(this.now);
    if (account.cohorts.size === 0 && this.#isQuiet(account)) this.#rest(account);
  }
}

/** The class and the wider one it also counts in. */
function lineage(of: DescriptorClass): DescriptorClass[] {
  return of.parent === null ? [of] : [of, of.parent];
}
