import { startedAt, type Process } from "../census/processes.ts";
import { type DescriptorClass, poolTraits } from "../census/classes.ts";
import { Census } from "../census/census.ts";
import type { CensusChanges, Leaving } from "../census/changes.ts";
import type { Lives } from "../model/closings.ts";
import type { ExitFact, Fact, Facts } from "../model/facts.ts";
import type { Targets } from "../model/targets.ts";
import type { InsideChanges } from "../census/inside.ts";
import type { Account } from "./account.ts";
import { Accounts, type ClassAccount, isQuiet } from "./accounts.ts";
import { ByProcess } from "./by-process.ts";
import { Endings } from "./endings.ts";
import { SetUps } from "./set-ups.ts";
import { Traffics } from "./traffic.ts";
import { Turnover } from "./turnover.ts";
import { PoolUses } from "./pool-uses.ts";

/**
 * What one instant cannot know: births, deaths and ages, per class, per process and per service, carried over time.
 * It owns the census and hears of every change in it.
 */
export class Ledger implements CensusChanges {
  readonly census: Census;
  /** Connections beside the pools of services. */
  readonly pools = new PoolUses((service, address) => this.#poolOf(service, address)?.open ?? 0);
  /** Seconds since boot at the first tick and at the current one. */
  startedAt: number | null = null;
  now = 0;
  /** Seconds between this tick and the one before; 0 at the first. */
  elapsed = 0;
  readonly #accounts = new Accounts();
  /** What came in to each service. */
  readonly traffic = new Traffics();
  readonly #setUps = new SetUps();
  /** What each process holds of a class, of services that have several. */
  readonly byProcess: ByProcess;
  readonly endings = new Endings();
  /** What was opened and closed in this tick. */
  readonly turnover = new Turnover();

  constructor(targets: Targets) {
    this.census = new Census(targets, this);
    this.byProcess = new ByProcess(this.census, (slot, at) => this.#isSetUp(slot, at));
  }

  /** Takes one tick's facts one by one, between `begin` and `finish`: a long tick can be taken in pieces. */
  begin(facts: Facts): void {
    this.elapsed = this.startedAt === null ? 0 : Math.max(0, facts.uptime - this.now);
    this.startedAt ??= facts.uptime;
    this.now = Math.max(this.now, facts.uptime);
    for (const account of this.#accounts.moving()) account.cohorts.clearDepartures();
    this.endings.begin();
    this.turnover.begin();
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
    this.#accounts.advance(this.now);
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
    return this.#accounts.classes.values();
  }

  /** Those whose account is moving, in the same order. */
  movingClasses(): Iterable<ClassAccount> {
    return this.#accounts.movingClasses();
  }

  ofClass(id: number): Account | undefined {
    return this.#accounts.classes.get(id)?.account;
  }

  /** The account of this very class: numbers of classes that are gone are given out again. */
  accountOf(of: DescriptorClass): Account | undefined {
    const known = this.#accounts.classes.get(of.id);
    return known?.of === of ? known.account : undefined;
  }

  ofProcess(process: Process): Account | undefined {
    return this.#accounts.processes.get(process.index);
  }

  ofService(service: string): Account | undefined {
    return this.#accounts.services.get(service);
  }

  /** Services that have, or lately had, anything open, and all of it. */
  services(): Iterable<readonly [service: string, account: Account]> {
    return this.#accounts.services;
  }

  /** Whether the account changed lately enough to be judged at every tick. */
  isMoving(account: Account): boolean {
    return account.isMoving;
  }

  opened(slot: number, process: Process): void {
    if (!process.judged) return;
    const cameAt = this.census.descriptors.openedAt.get(slot);
    this.#meet(process);
    for (const account of this.#totals(process)) this.#enter(account, cameAt);
  }

  closed(slot: number, process: Process, leaving: Leaving): void {
    this.turnover.gone(slot, leaving);
    if (!process.judged) return;
    const cameAt = this.census.descriptors.openedAt.get(slot);
    for (const account of this.#totals(process)) this.#leave(account, cameAt, leaving);
    if (leaving === "exited") this.traffic.of(process.service).exited++;
  }

  parted(slot: number, process: Process): void {
    const cameAt = this.census.descriptors.openedAt.get(slot);
    this.#leave(this.#accounts.ofService(process.service, this.now), cameAt, "exited");
    this.byProcess.part(process);
  }

  brought(slot: number, process: Process, wasJudged: boolean): void {
    const cameAt = this.census.descriptors.openedAt.get(slot);
    this.#meet(process);
    const [ofProcess, ofService] = this.#totals(process);
    this.#enter(ofService, cameAt, true);
    if (!wasJudged) this.#enter(ofProcess, cameAt, true);
  }

  entered(slot: number, brought: boolean, turned: boolean): void {
    const { classId, enteredAt } = this.census.descriptors;
    const cameAt = enteredAt.get(slot);
    const narrow = this.census.classes.get(classId[slot] as number);
    const seenToCome = !brought && cameAt !== Number.NEGATIVE_INFINITY;
    this.turnover.entered(slot, narrow.service, narrow.subject.kind, seenToCome);
    if (seenToCome && !this.#isShared(slot, narrow)) this.traffic.came(narrow);
    const own = this.byProcess.accountFor(slot, narrow, this.now, true);
    if (own !== null) this.#enter(own, cameAt, brought, this.#isSetUp(slot, cameAt));
    for (const of of lineage(narrow)) {
      const account = this.#accountOf(of);
      if (!this.#isShared(slot, of)) account.objects++;
      this.#enter(account, cameAt, brought, this.#isSetUp(slot, cameAt));
      if (turned) account.turnIn(this.#isOld(slot));
    }
    if (seenToCome) this.#noteOpening(slot);
  }

  /** An outbound connection that this reading of the tables showed first was opened since the one before. */
  #noteOpening(slot: number): void {
    const { classId, inode } = this.census.descriptors;
    const { service, group, subject } = this.census.classes.get(classId[slot] as number);
    if (group !== "held" || subject.kind !== "tcp" || subject.direction !== "outbound") return;
    const row = this.census.sockets.get(inode.get(slot));
    if (row?.seenAt === this.now && subject.peer !== null)
      this.pools.opened(row.netns, service, subject.peer);
  }

  left(slot: number, leaving: Leaving, turned: boolean): void {
    const { classId, enteredAt, process } = this.census.descriptors;
    const cameAt = enteredAt.get(slot);
    const narrow = this.census.classes.get(classId[slot] as number);
    this.turnover.left(slot, narrow.service, narrow.subject.kind, leaving);
    if (leaving === "moved" && !this.#isShared(slot, narrow)) this.traffic.moved(narrow);
    if (leaving === "exited") this.endings.note(narrow.id, this.#processOf(slot), cameAt, this.now);
    const own = this.byProcess.accountFor(slot, narrow, this.now, false);
    const isSetUp = this.#isSetUp(slot, cameAt);
    const lived = this.now - startedAt(this.census.processes.byIndex(process[slot] as number).fact);
    if (own !== null) {
      own.leave(cameAt, this.now, leaving, isSetUp, lived);
      this.#accounts.move(own);
    }
    for (const of of lineage(narrow)) {
      const account = this.#accountOf(of);
      if (!this.#isShared(slot, of)) account.objects--;
      account.leave(cameAt, this.now, leaving, isSetUp, lived);
      if (turned) account.turnOut(this.#isOld(slot));
      this.#accounts.move(account);
    }
  }

  /** Whether it was open before watching began. */
  #isOld(slot: number): boolean {
    return this.census.descriptors.openedAt.get(slot) < (this.startedAt ?? this.now);
  }

  used(slot: number, at: number): void {
    const enteredAt = this.census.descriptors.enteredAt.get(slot);
    for (const account of this.#accountsFor(slot)) {
      account.use(enteredAt, at, this.now, (time) => this.#isSetUp(slot, time));
      this.#accounts.move(account);
    }
  }

  resumed(slot: number, seconds: number): void {
    for (const account of this.#accountsFor(slot)) account.resume(seconds);
  }

  /** The accounts of its class, of the wider one, and of its process where that has its own. */
  #accountsFor(slot: number): Account[] {
    const narrow = this.census.classes.get(this.census.descriptors.classId[slot] as number);
    const own = this.byProcess.accountFor(slot, narrow, this.now, false);
    const accounts = lineage(narrow).map((of) => this.#accountOf(of));
    return own === null ? accounts : [own, ...accounts];
  }

  carried(slot: number, exchanges: number, seconds: number): void {
    const { classId } = this.census.descriptors;
    this.traffic.used(this.census.classes.get(classId[slot] as number), exchanges, seconds);
  }

  inside(classId: number, leaving: Leaving, brought: boolean): InsideChanges {
    const account = this.#accountOf(this.census.classes.get(classId));
    return {
      came: (cameAt, count) => {
        for (let one = 0; one < count; one++) this.#enter(account, cameAt, brought);
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
    this.turnover.passed(of.service, of.subject.kind, count);
    const accounts = lineage(of).map((one) => this.#accountOf(one));
    for (const account of [...accounts, this.#accounts.ofService(of.service, this.now)]) {
      account.passThrough(count, this.now);
      this.#accounts.move(account);
    }
  }

  arrived(service: string, count: number): void {
    this.traffic.of(service).connections += count;
  }

  lived(classId: number, netns: number, lives: Lives): void {
    const { service, subject } = this.census.classes.get(classId);
    if (subject.direction === "outbound" && subject.peer !== null)
      this.pools.lived(netns, service, subject.peer, lives);
  }

  rested(service: string, netns: number, address: string, seconds: readonly number[]): void {
    this.pools.rested(netns, service, address, seconds);
  }

  readTables(netns: number): void {
    this.pools.read(netns, this.now);
  }

  exited(process: Process): void {
    const account = this.#accounts.processes.get(process.index);
    if (account !== undefined) this.#accounts.rest(account);
    this.#accounts.processes.delete(process.index);
    this.#setUps.exited(process);
    this.endings.exited(process, this.now);
    for (const gone of this.byProcess.leave(process)) this.#accounts.rest(gone);
  }

  /**
   * Gives up classes in which nothing is open and nothing happened for long, so that peers of long ago leave no trace;
   * `giveUp` hears of each.
   */
  forgetQuiet(keep: (one: ClassAccount) => boolean, giveUp: (one: ClassAccount) => void): void {
    this.census.forgetNamespaces();
    this.pools.forget(this.now);
    for (const one of this.#accounts.forgetClasses(this.now, keep)) {
      giveUp(one);
      this.census.classes.release(one.of.id);
    }
    const isOver = (id: number, one: Account): boolean =>
      !this.#accounts.classes.has(id) || (one.open === 0 && isQuiet(one, this.now));
    for (const over of this.byProcess.forget(isOver)) this.#accounts.rest(over);
    for (const service of this.#accounts.forgetServices(this.now)) this.traffic.forgetService(service);
    const isKnown = (service: string): boolean => this.#accounts.services.has(service);
    this.endings.forget(isKnown);
    this.#setUps.forget(isKnown);
  }

  /** The account of connections of a service to an address that are used again and again. */
  #poolOf(service: string, address: string): Account | undefined {
    const of = this.census.classes.find(service, poolTraits(address));
    return of === undefined ? undefined : this.accountOf(of);
  }

  /** Whether another descriptor of the same class refers to the same socket or pipe. */
  #isShared(slot: number, of: DescriptorClass): boolean {
    const { descriptors, classes } = this.census;
    const inode = descriptors.inode.get(slot);
    if (inode === 0) return false;
    for (const other of descriptors.sharing(inode)) {
      const id = descriptors.classId[other] as number;
      if (other === slot || id < 0) continue;
      const narrow = classes.get(id);
      if (narrow === of || narrow.parent === of) return true;
    }
    return false;
  }

  #totals(process: Process): [ofProcess: Account, ofService: Account] {
    const { now } = this;
    return [this.#accounts.ofProcess(process, now), this.#accounts.ofService(process.service, now)];
  }

  #accountOf(of: DescriptorClass): Account {
    return this.#accounts.ofClass(of, this.now);
  }

  #processOf(slot: number): Process {
    return this.census.processes.byIndex(this.census.descriptors.process[slot] as number);
  }

  #meet(process: Process): void {
    this.byProcess.meet(process);
    const serviceSince = this.#accounts.services.get(process.service)?.begunAt ?? this.now;
    this.#setUps.meet(process, serviceSince, this.census.processes.byPid(process.fact.parent));
  }

  #isSetUp(slot: number, at: number): boolean {
    return this.#setUps.isSetUp(this.census.descriptors.process[slot] as number, at);
  }

  #enter(account: Account, cameAt: number, brought = false, isSetUp = false): void {
    if (brought) account.adopt(cameAt, this.now, isSetUp);
    else account.enter(cameAt, this.now, isSetUp);
    if (cameAt !== Number.NEGATIVE_INFINITY) this.#accounts.move(account);
  }

  #leave(account: Account, cameAt: number, leaving: Leaving): void {
    account.leave(cameAt, this.now, leaving);
    this.#accounts.move(account);
  }
}

/** The class and the wider one it also counts in. */
function lineage(of: DescriptorClass): DescriptorClass[] {
  return of.parent === null ? [of] : [of, of.parent];
}
