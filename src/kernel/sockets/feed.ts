import type { Fact } from "../../model/facts.ts";
import type { ToldGaps } from "../procfs/gaps.ts";
import type { NamespaceDiag } from "../sockdiag/sockdiag.ts";
import { Closings, type KnownSockets } from "./closings.ts";
import type { KnownCookies } from "./cookies.ts";
import type { Effort } from "./effort.ts";

/** Closings a second, as a mean over these seconds, above which the feed is given up: each costs the kernel 7 us. */
const MOST_PER_SECOND = 2000;
const MEAN_SECONDS = 2;
/** A feed that was given up is tried again after these seconds, doubled each time. */
const SHORTEST_REST = 30;
const LONGEST_REST = 600;

/**
 * The kernel's feed of closings in one namespace (SKNLGRP_INET_TCP_DESTROY and its like, linux/sock_diag.h): it
 * announces the end of every TCP and UDP socket, also of those that lived between two readings of the tables. Where
 * there are too many it is given up for a while, and that is a gap. 2 us a closing (Linux 6.18, one core).
 */
export class ClosingsFeed {
  private readonly netns: number;
  private readonly gaps: ToldGaps;
  private readonly diag: NamespaceDiag;
  private readonly closings = new Closings();
  private readonly owner: string;
  private hearing = false;
  private heardSince = 0;
  private rest = SHORTEST_REST;
  private restsUntil = -Infinity;
  private lastAt = 0;
  /** Of the drain before: closings, and the seconds in which they came. */
  private before = { count: 0, seconds: 0 };

  constructor(netns: number, diag: NamespaceDiag, gaps: ToldGaps) {
    this.netns = netns;
    this.diag = diag;
    this.gaps = gaps;
    this.owner = `closings ${netns}`;
  }

  /** Whether it would begin after a reading of the tables now. */
  isDue(uptime: number): boolean {
    return !this.hearing && uptime >= this.restsUntil;
  }

  /** The tables have been read and all that is in them is known: begins if it is time. */
  begin(facts: Fact[], uptime: number): void {
    if (!this.isDue(uptime)) return;
    const refused = this.diag.hear(true);
    if (refused !== null) {
      this.gaps.tell(facts, this.owner, null, "closings of connections", refused);
      this.restsUntil = Infinity;
      return;
    }
    this.hearing = true;
    this.heardSince = uptime;
    this.lastAt = uptime;
    this.before = { count: 0, seconds: 0 };
    // It may overflow again, and that will be news.
    this.gaps.forget(this.owner);
  }

  /** Says what was closed since the last time. */
  async read(facts: Fact[], uptime: number, known: KnownSockets, effort: Effort): Promise<void> {
    const { cookies } = known;
    if (!this.hearing) return;
    const seconds = Math.max(0, uptime - this.lastAt);
    this.lastAt = uptime;
    let count = 0;
    for (let more = true; more;) {
      const drained = this.diag.drain();
      if (typeof drained === "string") return this.giveUp(facts, uptime, cookies, effort);
      this.closings.take(drained.rows, known, uptime);
      ({ more } = drained);
      count += drained.count;
      if (this.isTooMany(count, seconds)) return this.giveUp(facts, uptime, cookies, effort);
      if (more) await effort.rest();
    }
    this.before = { count, seconds };
    this.closings.say(facts, this.netns);
    if (uptime - this.heardSince > this.rest) this.rest = SHORTEST_REST;
  }

  /** The namespace is over. */
  end(): void {
    this.gaps.forget(this.owner);
  }

  private isTooMany(count: number, seconds: number): boolean {
    const span = Math.max(MEAN_SECONDS, this.before.seconds + seconds);
    return this.before.count + count > MOST_PER_SECOND * span;
  }

  /** What came until now has been counted right; what follows is not. */
  private async giveUp(facts: Fact[], uptime: number, cookies: KnownCookies, effort: Effort): Promise<void> {
    this.hearing = false;
    this.diag.hear(false);
    this.closings.say(facts, this.netns);
    this.gaps.tell(facts, this.owner, null, "closings of connections", "overflow");
    this.restsUntil = uptime + this.rest;
    this.rest = Math.min(LONGEST_REST, this.rest * 2);
    cookies.forget();
    await this.empty(effort);
  }

  /** What the kernel still keeps for the feed would count as closed when it begins again. */
  private async empty(effort: Effort): Promise<void> {
    for (;;) {
      const drained = this.diag.drain();
      if (typeof drained === "string") {
        if (drained === "overflow") continue;
        return;
      }
      if (!drained.more) return;
      await effort.rest();
    }
  }
}
