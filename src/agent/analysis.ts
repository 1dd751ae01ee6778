import { ClassAlerts } from "../alerts/class-alerts.ts";
import { GapTeller } from "../alerts/gaps.ts";
import { HostAlerts } from "../alerts/host-alerts.ts";
import { InotifyAlerts } from "../alerts/inotify-alerts.ts";
import { LimitAlerts } from "../alerts/limit-alerts.ts";
import { PoolAlerts } from "../alerts/pool-alerts.ts";
import { Shapes } from "../alerts/shapes.ts";
import { PartialAlerts } from "../alerts/partial-alerts.ts";
import { PortAlerts } from "../alerts/port-alerts.ts";
import type { Moment } from "../alerts/event-head.ts";
import type { ClassAccount } from "../ledger/accounts.ts";
import { Ledger } from "../ledger/ledger.ts";
import type { DescryEvent, ForecastEvent, VerdictEvent } from "../model/events.ts";
import type { Baselines, ServiceBaseline } from "../model/baselines.ts";
import { type Declared, type Knowledge, NOTHING_KNOWN } from "../model/declared.ts";
import type { Fact, Facts, GapFact } from "../model/facts.ts";
import type { Targets } from "../model/targets.ts";
import type { Invocation } from "../rules/case.ts";
import { Ignored } from "./ignored.ts";
import { KnownPrograms } from "./known-programs.ts";

/** Seconds between two rounds of forgetting classes and services of long ago. */
const FORGET_EVERY = 60;

/** Everything between facts and events: pure, and the same for the live kernel and for a recording. */
export class Analysis {
  readonly ledger: Ledger;
  readonly shapes: Shapes;
  readonly classes: ClassAlerts;
  readonly limits: LimitAlerts;
  /** Of connections to one peer that are used again and again, and what is opened beside them. */
  readonly pools: PoolAlerts;
  /** Of processes that may not be listed. */
  readonly #partial: PartialAlerts;
  readonly #inotify: InotifyAlerts;
  readonly #host: HostAlerts;
  readonly ports: PortAlerts;
  /** Clock of the last tick, Unix milliseconds. */
  at = 0;
  readonly #gaps: GapTeller;
  readonly #targets: Targets;
  readonly #invocation: Invocation;
  readonly #programs: KnownPrograms;
  readonly #ignored: Ignored;
  #declared: Declared;
  /** What the user declared anew since the last tick. */
  #declaredAnew: Declared | null = null;
  #forgotAt = Number.NEGATIVE_INFINITY;

  /** `known` is what was learned before and what the user declared. */
  constructor(targets: Targets, invocation: Invocation, known: Knowledge = NOTHING_KNOWN) {
    this.#programs = new KnownPrograms(known.baselines);
    this.#declared = known.declared;
    this.#ignored = new Ignored(known.declared);
    this.#targets = targets;
    this.#invocation = invocation;
    this.#gaps = new GapTeller(invocation.asRoot === true);
    this.ledger = new Ledger(targets);
    this.shapes = new Shapes(this.ledger, known);
    this.classes = new ClassAlerts(this.ledger, this.shapes, known.baselines);
    this.pools = new PoolAlerts(
      this.ledger,
      (service, peer) => this.classes.leakTowards(service, peer),
      known,
    );
    this.#partial = new PartialAlerts(this.ledger);
    this.#host = new HostAlerts(
      this.ledger,
      (process) => this.ledger.ofProcess(process) ?? this.#partial.accountOf(process),
    );
    this.ports = new PortAlerts(this.ledger);
    this.#inotify = new InotifyAlerts(this.ledger, this.classes);
    this.limits = new LimitAlerts(this.ledger, {
      storyOf: (id) => this.classes.storyOf(id),
      accountOf: (process) => this.#partial.accountOf(process),
      fillingOf: (process) => this.#partial.fillingOf(process),
      storyOfProcess: (process) => this.#partial.storyOf(process),
    });
  }

  get host(): string {
    return this.ledger.census.host?.host ?? "unknown";
  }

  get moment(): Moment {
    return { at: this.at, host: this.host, invocation: this.#invocation };
  }

  /** What the user says of services from the next tick on. */
  declare(declared: Declared): void {
    this.#declaredAnew = declared;
  }

  /** As the user declared it; null: nobody is named. */
  ownerOf(service: string): string | null {
    return this.#declared.services.get(service)?.owner ?? null;
  }

  /** Whether the user wants to hear nothing of it. */
  isIgnored(service: string): boolean {
    return this.#ignored.has(service);
  }

  /**
   * Takes one tick's facts; what changed in the standing of anything comes back as events. It pauses after each fact,
   * so that the caller can let others have the thread: 100,000 descriptors at the first reading take half a second.
   * `each` is the facts of the tick one by one, when they are not to be kept.
   */
  *steps(facts: Facts, each: Iterable<Fact> = facts.facts): Generator<void, DescryEvent[]> {
    const declaredEvents = this.#takeDeclared(facts.at);
    const gaps: GapFact[] = [];
    this.ledger.begin(facts);
    for (const fact of each) {
      if (fact.fact === "exit") yield* this.ledger.exiting(fact);
      else this.ledger.take(fact);
      if (fact.fact === "gap") gaps.push(fact);
      yield;
    }
    this.ledger.finish();
    yield;
    this.at = facts.at;
    const { moment } = this;
    const told = gaps.filter((gap) => this.#concerns(gap));
    const leaking = this.classes.leaking();
    this.shapes.tick((service) => leaking.has(service));
    const events: DescryEvent[] = [
      ...declaredEvents,
      ...this.#gaps.take(told, new Date(facts.at).toISOString(), this.host),
    ];
    const { classes, pools, limits, ports } = this;
    for (const alerts of [classes, pools, this.#partial, limits, this.#inotify, this.#host, ports])
      for (const event of alerts.tick(moment))
        if (!this.#ignored.hides(event)) events.push(this.#withPool(event));
    if (this.ledger.now - this.#forgotAt >= FORGET_EVERY) this.#forget();
    return events;
  }

  /** What is to be kept of what was learned. */
  baselines(): Baselines {
    const there = Map.groupBy(this.ledger.classes(), ({ of }) => of.service);
    const services = [...this.#programs.services()];
    return { services: services.flatMap((service) => this.#baselineOf(service, there.get(service)) ?? []) };
  }

  #baselineOf(service: string, there: readonly ClassAccount[] = []): ServiceBaseline | null {
    const program = this.#programs.get(service);
    const classes = this.classes.baselinesOf(service, there);
    if (program === undefined) return null;
    const pools = this.pools.learned(service);
    const shape = this.shapes.learnedOf(service);
    if (classes.length + pools.length === 0 && shape === null) return null;
    return { service, ...program, classes, pools, shape };
  }

  /** All steps at once. */
  take(facts: Facts): DescryEvent[] {
    const steps = this.steps(facts);
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
    }
  }

  /** What stands of processes, users and the host at this moment. */
  standingVerdicts(): VerdictEvent[] {
    return this.#allVerdicts().filter((event) => !this.#ignored.hides(event));
  }

  standingForecasts(): ForecastEvent[] {
    return this.#allForecasts().filter((event) => !this.#ignored.hides(event));
  }

  /** Of services that are ignored as well. */
  #allVerdicts(): VerdictEvent[] {
    const { moment } = this;
    return [
      ...this.classes.standing(moment).map((event) => this.pools.withPool(event)),
      ...this.pools.verdicts(moment),
      ...this.#partial.verdicts(moment),
      ...this.limits.verdicts(),
      ...this.#inotify.verdicts(),
      ...this.#host.verdicts(),
      ...this.ports.verdicts(),
    ];
  }

  #allForecasts(): ForecastEvent[] {
    return [...this.limits.forecasts(this.moment), ...this.#host.forecasts()];
  }

  #takeDeclared(at: number): DescryEvent[] {
    const declared = this.#declaredAnew;
    if (declared === null) return [];
    this.#declaredAnew = null;
    this.#declared = declared;
    this.shapes.declare(declared);
    this.pools.declare(declared);
    return this.#ignored.change(declared, [...this.#allVerdicts(), ...this.#allForecasts()], at);
  }

  #withPool(event: DescryEvent): DescryEvent {
    return event.type === "verdict" ? this.pools.withPool(event) : event;
  }

  /** What was not read of a process that nobody asked about is missed by nobody. */
  #concerns({ pid }: GapFact): boolean {
    return pid === null || this.ledger.census.processes.byPid(pid)?.judged !== false;
  }

  /** Processes that deserve a close look at every tick: those named by the user, and those under suspicion. */
  attention(): Set<number> {
    const pids = new Set<number>([...this.limits.pids(), ...this.ports.pids()]);
    const { processes } = this.ledger.census;
    const named = this.#targets.pids.length > 0 || this.#targets.services.length > 0;
    const suspicious = new Set<string>();
    for (const { service } of this.classes.suspicious()) suspicious.add(service);
    for (const service of this.pools.suspicious()) suspicious.add(service);
    for (const service of suspicious) if (this.isIgnored(service)) suspicious.delete(service);
    if (!named && suspicious.size === 0) return pids;
    for (const process of processes.all()) {
      if ((named && process.judged) || suspicious.has(process.service)) pids.add(process.fact.pid);
    }
    return pids;
  }

  /** Pids that the user named and that are not there. */
  missingPids(): number[] {
    return this.#targets.pids.filter((pid) => this.ledger.census.processes.byPid(pid)?.judged !== true);
  }

  /** Another program goes by that name: what was learned of the last one says nothing of it. */
  #forgetService(service: string): void {
    this.classes.forgetService(service);
    this.shapes.forgetService(service);
    this.pools.forgetService(service);
  }

  #forget(): void {
    this.#forgotAt = this.ledger.now;
    for (const service of this.#programs.look(this.ledger.census.processes.all(), this.at))
      this.#forgetService(service);
    this.ledger.forgetQuiet(
      (one) => this.classes.remembers(one),
      (one) => this.classes.giveUp(one),
    );
    this.shapes.forget();
    this.pools.forget();
    this.#forgetPrograms();
  }

  /** The program of a service matters while something is, or was, learned of it. */
  #forgetPrograms(): void {
    const there = new Set<string>();
    for (const [service] of this.ledger.services()) there.add(service);
    for (const { of } of this.ledger.classes()) there.add(of.service);
    this.#programs.forget(
      (service) =>
        there.has(service) ||
        this.classes.knows(service) ||
        this.shapes.learnedOf(service) !== null ||
        this.pools.learned(service).length > 0,
    );
  }
}
