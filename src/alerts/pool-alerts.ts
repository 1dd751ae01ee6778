import { LONGEST_TICK } from "../census/birth-dates.ts";
import type { DescriptorClass } from "../census/classes.ts";
import { portOf } from "../census/product.ts";
import { BypassEvidence, PoolSize } from "../indicators/pool.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { IDLE_ENOUGH, type PoolUse } from "../ledger/pool-uses.ts";
import type { PoolBaseline } from "../model/baselines.ts";
import type { Declared, Knowledge } from "../model/declared.ts";
import type { Action, PoolUsage, VerdictEvent } from "../model/events.ts";
import type { Level } from "../rules/accumulation.ts";
import { poolSentence, takeFromPool } from "../rules/advice/pool-bypass.ts";
import { judgePool } from "../rules/pool.ts";
import type { StandingLeak } from "./class-alerts.ts";
import type { Moment } from "./event-head.ts";
import { withdrawn } from "./withdrawn.ts";
import { binAt, isActive, isBusy, skipPause, weigh, type BypassStanding, type Pool } from "./pool.ts";
import { bypassEvent, poolExchanges, poolUsage } from "./pool-events.ts";
import { processTold } from "./process-told.ts";
import { bypassEnded } from "./pool-standing.ts";
import { JOINED } from "./stories.ts";

/** What is opened beside a pool is summed over this much at most. */
const LONGEST_WINDOW = 600;
/** From this share on, most of what was opened came while the pool stood idle. */
const MOSTLY = 0.5;

/** Which leak stands on the connections of a service to a peer. */
export type LeakTowards = (service: string, peer: string) => StandingLeak | null;

/** The pools of all services: how many connections each needs, and what is opened beside it. */
export class PoolAlerts {
  readonly #ledger: Ledger;
  readonly #leakTowards: LeakTowards;
  #declared: Knowledge["declared"]["services"];
  /** What earlier runs learned, by service. */
  readonly #remembered = new Map<string, readonly PoolBaseline[]>();
  readonly #pools = new Map<string, Pool>();

  constructor(ledger: Ledger, leakTowards: LeakTowards, { baselines, declared }: Knowledge) {
    this.#ledger = ledger;
    this.#leakTowards = leakTowards;
    this.#declared = declared.services;
    for (const { service, pools } of baselines.services)
      if (pools.length > 0) this.#remembered.set(service, pools);
  }

  /** What the user says of services from now on. */
  declare({ services }: Declared): void {
    this.#declared = services;
    for (const { service, address, size } of this.#pools.values())
      size.declared = this.#declaredSize(service, address);
  }

  /** After the classes: a leak that stands is part of what is judged. */
  tick(moment: Moment): VerdictEvent[] {
    const { now, elapsed } = this.#ledger;
    this.#meet();
    const events: VerdictEvent[] = [];
    for (const pool of this.#pools.values()) {
      const use = this.#ledger.pools.of(pool.service, pool.address);
      if (elapsed > LONGEST_TICK) skipPause(pool, now);
      else weigh(pool, use, now);
      if (use !== undefined || pool.standing !== null) this.#step(pool, use, moment, events);
    }
    return events;
  }

  verdicts(moment: Moment): VerdictEvent[] {
    return [...this.#pools.values()].flatMap((pool) => {
      const { standing } = pool;
      return standing === null ? [] : [this.#event(pool, standing, moment, null) ?? standing.told];
    });
  }

  /**
   * Services beside whose pools something is opened, idle or not: whether it is, can only be told where the tables are read
   * more often than the pool's connections are used.
   */
  *suspicious(): Generator<string> {
    for (const { service, address, standing, risingSince } of this.#pools.values()) {
      const use = this.#ledger.pools.of(service, address);
      if (standing !== null || risingSince !== null || isBusy(use, this.#ledger.now)) yield service;
    }
  }

  /** A verdict on connections to a peer that the service has a pool for tells of that pool. */
  withPool(event: VerdictEvent): VerdictEvent {
    const { subject, service } = event;
    if (event.rule === "pool-bypass" || subject.direction !== "outbound") return event;
    if (service === null || subject.peer === null) return event;
    const pool = this.#pools.get(keyOf(service, subject.peer));
    if (pool === undefined || pool.size.expected === null) return event;
    const usage = poolUsage(this.#ledger, pool, this.#windowOf(pool, this.#sinceOf(event)));
    const told = { ...event, pool: usage, actions: this.#mended(event, usage) };
    if (pool.standing === null || event.standing === "cleared") return told;
    const sentence = poolSentence({ pool: usage });
    return { ...told, evidence: [...event.evidence, sentence], summary: `${event.summary} ${sentence}` };
  }

  /** When what it tells began, in seconds since boot, so that its figures and those of the pool are of one time. */
  #sinceOf({ at, since }: VerdictEvent): number | undefined {
    return since === null ? undefined : this.#ledger.now - (Date.parse(at) - Date.parse(since)) / 1000;
  }

  /** What leaks while the pool stands idle is mended where the pool is passed by. */
  #mended({ actions, process, story, id }: VerdictEvent, usage: PoolUsage): readonly Action[] {
    const fact = process === null ? undefined : this.#ledger.census.processes.byPid(process.pid)?.fact;
    if (story !== id || fact === undefined || (usage.bornWhileIdleShare ?? 0) < MOSTLY) return actions;
    const fix = takeFromPool([fact.name, ...fact.command].join(" "));
    return actions.map((action) => (action.when === "fix" ? fix : action));
  }

  /** The pools of a service that are worth remembering, those remembered before and not met since among them. */
  learned(service: string): PoolBaseline[] {
    const sizes = new Map<string, number>();
    for (const { peer, size } of this.#remembered.get(service) ?? []) sizes.set(peer, size);
    for (const pool of this.#pools.values())
      if (pool.service === service && pool.size.learned !== null) sizes.set(pool.address, pool.size.learned);
    return [...sizes].map(([peer, size]) => ({ peer, size }));
  }

  /** Another program goes by that name: what was remembered of the last one says nothing of it. */
  forgetService(service: string): void {
    this.#remembered.delete(service);
    for (const [key, pool] of this.#pools)
      if (pool.service === service && pool.standing === null) this.#pools.delete(key);
  }

  /** Gives up pools of which nothing is left to say. */
  forget(): void {
    for (const [key, { of, service, address, standing }] of this.#pools) {
      if (
        standing === null &&
        this.#ledger.accountOf(of) === undefined &&
        this.#ledger.pools.of(service, address) === undefined
      )
        this.#pools.delete(key);
    }
  }

  /** Finds the pools, and counts their connections. */
  #meet(): void {
    for (const { of, account } of this.#ledger.classes()) {
      // Of thousands of classes few are: no more of the others is fetched than that.
      if (of.group !== "reused" || of.wide) continue;
      const { direction, peer } = of.subject;
      if (direction !== "outbound" || peer === null) continue;
      const key = keyOf(of.service, peer);
      const known = this.#pools.get(key);
      if (known === undefined && account.open < IDLE_ENOUGH) continue;
      const pool = known ?? this.#begin(of, peer);
      this.#pools.set(key, pool);
      pool.of = of;
      if (account.open > 0) pool.size.note(this.#ledger.now, account.open);
    }
  }

  #begin(of: DescriptorClass, address: string): Pool {
    const { service } = of;
    const remembered = this.#remembered.get(service)?.find(({ peer }) => peer === address);
    return {
      of,
      service,
      address,
      size: new PoolSize(this.#declaredSize(service, address), remembered?.size ?? null),
      evidence: new BypassEvidence(),
      nextBin: binAt(this.#ledger.now),
      risingSince: null,
      standing: null,
    };
  }

  #declaredSize(service: string, address: string): number | null {
    const declared = this.#declared.get(service)?.pools ?? {};
    const name = [address, `*:${portOf(address)}`].find((one) => Object.hasOwn(declared, one));
    return name === undefined ? null : (declared[name] ?? null);
  }

  #step(pool: Pool, use: PoolUse | undefined, moment: Moment, events: VerdictEvent[]): void {
    const { now } = this.#ledger;
    const leak = this.#leakTowards(pool.service, pool.address);
    const level = this.#levelOf(pool, use, leak);
    const before = pool.standing;
    if (before === null) {
      if (level === "suspect" || level === "confirmed") this.#raise(pool, level, leak, moment, events);
      return;
    }
    if (before.standing === "suspect" && level === "confirmed") {
      this.#raise(pool, level, leak, moment, events);
      return;
    }
    const lives = processTold(this.#ledger, before.told) !== null;
    const active = leak?.standing === "confirmed" || isActive(use, now);
    const goneAt = this.#hasProcess(pool.service) ? null : (before.goneAt ?? now);
    const standing = { ...before, activeAt: active ? now : before.activeAt, goneAt };
    pool.standing = standing;
    const reason = bypassEnded(standing, level, lives, now);
    if (reason !== null) {
      pool.standing = null;
      pool.evidence.reset();
      pool.risingSince = null;
      events.push(withdrawn(before.told, moment, reason));
    } else if (leak !== null && leak.story !== before.told.story) {
      this.#tell(pool, standing, leak, moment, JOINED, events);
    }
  }

  #raise(
    pool: Pool,
    level: "suspect" | "confirmed",
    leak: StandingLeak | null,
    moment: Moment,
    events: VerdictEvent[],
  ): void {
    // Before it is told, it is known how many connections it should need.
    if (pool.size.expected === null) return;
    const { now } = this.#ledger;
    const { raisedAt = now } = pool.standing ?? {};
    const since = pool.standing?.since ?? pool.risingSince ?? leak?.since ?? now;
    const standing = { standing: level, raisedAt, since, activeAt: now, goneAt: null };
    this.#tell(pool, standing, leak, moment, null, events);
  }

  #tell(
    pool: Pool,
    standing: Omit<BypassStanding, "told">,
    leak: StandingLeak | null,
    moment: Moment,
    reason: string | null,
    events: VerdictEvent[],
  ): void {
    const told = this.#event(pool, standing, moment, leak, reason);
    if (told === null) return;
    pool.standing = { ...standing, told };
    events.push(told);
  }

  #event(
    pool: Pool,
    standing: Omit<BypassStanding, "told">,
    moment: Moment,
    leak: StandingLeak | null,
    reason: string | null = pool.standing?.told.reason ?? null,
  ): VerdictEvent | null {
    const story = leak?.story ?? pool.standing?.told.story ?? null;
    const usage = poolUsage(this.#ledger, pool, this.#windowOf(pool, standing.since));
    return bypassEvent(this.#ledger, pool, { ...standing, usage, story, reason }, moment);
  }

  #levelOf(pool: Pool, use: PoolUse | undefined, leak: StandingLeak | null): Level {
    const { opened, openedIdle, shortIdle, exchanges } = use?.since(this.#windowOf(pool)) ?? {
      opened: 0,
      openedIdle: 0,
      shortIdle: 0,
      exchanges: 0,
    };
    const strength = pool.evidence.strength;
    return judgePool({
      strength,
      opened,
      openedIdle,
      exchanges: shortIdle === 0 ? null : exchanges / shortIdle,
      poolExchanges: strength > 0 ? poolExchanges(this.#ledger, pool) : null,
      leak: leak?.standing ?? null,
    });
  }

  /** From when on what is opened beside it is summed, in seconds since boot. */
  #windowOf({ standing, risingSince }: Pool, since = standing?.since ?? risingSince): number {
    const { now } = this.#ledger;
    return Math.max(now - LONGEST_WINDOW, Math.min(since ?? now, now - 60));
  }

  #hasProcess(service: string): boolean {
    for (const process of this.#ledger.census.processes.all())
      if (process.judged && process.service === service) return true;
    return false;
  }
}

function keyOf(service: string, address: string): string {
  return `${address} ${service}`;
}
