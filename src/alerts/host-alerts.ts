import type { Process } from "../census/processes.ts";
import { subjectOf } from "../census/classes.ts";
import { rates } from "../indicators/rates.ts";
import type { Grown } from "../indicators/runway.ts";
import type { Account } from "../ledger/account.ts";
import { History } from "../ledger/history.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { UNLIMITED, type HostFact } from "../model/facts.ts";
import type { DescryEvent, ForecastEvent, VerdictEvent } from "../model/events.ts";
import { AGELESS_WINDOW, judgeLimit, standsHighest } from "../rules/limit.ts";
import { mostHeld } from "./case.ts";
import type { Moment } from "./event-head.ts";
import { withdrawn } from "./withdrawn.ts";
import { sharedForecastEvent, sharedLimitEvent, type SharedFrame } from "./shared-limit-events.ts";

/** So full the host is about to fail, and so empty again it is out of danger: shares of fs.file-max. */
const FULL = 0.95;
const CLEAR = 0.9;
const RATE_WINDOW = 120;
/** A service that grew by this share of what the host grew by is the one to name; else the one that holds most. */
const WORTH_NAMING = 0.2;

/** What stands is judged again after so many seconds, though nothing changed. */
const AGAIN_SECONDS = 10;

/** The open files of the whole host, /proc/sys/fs/file-nr, against fs.file-max: the same for all who run on it. */
export class HostAlerts {
  readonly #ledger: Ledger;
  readonly #accountOf: (process: Process) => Account | undefined;
  readonly #history = new History();
  #noted: HostFact | null = null;
  #notedAt = Number.NEGATIVE_INFINITY;
  #full: VerdictEvent | null = null;
  #forecast: ForecastEvent | null = null;

  /** `accountOf` tells what a process has open, also of one that may not be listed. */
  constructor(ledger: Ledger, accountOf: (process: Process) => Account | undefined) {
    this.#ledger = ledger;
    this.#accountOf = accountOf;
  }

  tick(moment: Moment): DescryEvent[] {
    const { host } = this.#ledger.census;
    const { openFiles = null, fileMax = null } = host ?? {};
    if (openFiles === null || fileMax === null || fileMax <= 0 || fileMax >= UNLIMITED) return [];
    const use: Grown = { history: this.#history, aged: openFiles };
    // It is said again when it has changed; what stands is judged again all the same: that nothing changes ends it.
    const stands = this.#full !== null || this.#forecast !== null;
    const rested = this.#ledger.now - this.#notedAt;
    if (this.#noted === host && !(stands && rested >= AGAIN_SECONDS)) return [];
    this.#noted = host;
    this.#notedAt = this.#ledger.now;
    this.#history.note({
      at: this.#ledger.now,
      born: 0,
      died: 0,
      moved: 0,
      open: openFiles,
      aged: openFiles,
    });
    const events: DescryEvent[] = [];
    this.#stepFull(openFiles, fileMax, use, moment, events);
    this.#stepForecast(openFiles, fileMax, use, moment, events);
    return events;
  }

  verdicts(): VerdictEvent[] {
    return this.#full === null ? [] : [this.#full];
  }

  forecasts(): ForecastEvent[] {
    return this.#forecast === null ? [] : [this.#forecast];
  }

  #stepFull(open: number, most: number, use: Grown, moment: Moment, events: DescryEvent[]): void {
    if (this.#full === null && open >= FULL * most) {
      const frame = this.#frame(open, most, use);
      if (frame === null) return;
      this.#full = sharedLimitEvent(this.#ledger, frame, moment, null);
      events.push(this.#full);
    } else if (this.#full !== null && open < CLEAR * most) {
      events.push(withdrawn(this.#full, moment, "the host has open files to give again"));
      this.#full = null;
    }
  }

  #stepForecast(open: number, most: number, use: Grown, moment: Moment, events: DescryEvent[]): void {
    const judgement = judgeLimit(use, most - open, most, this.#ledger.now, AGELESS_WINDOW);
    const rises = judgement.forecast && standsHighest(use, this.#ledger.now);
    if (this.#forecast === null && rises && this.#full === null) {
      const frame = this.#frame(open, most, use);
      if (frame === null) return;
      this.#forecast = sharedForecastEvent(this.#ledger, frame, moment);
      events.push(this.#forecast);
    } else if (this.#forecast !== null && judgement.forecastWithdrawn) {
      events.push(withdrawn(this.#forecast, moment, "the end is no longer likely within half an hour"));
      this.#forecast = null;
    }
  }

  /** Null before any process was counted. */
  #frame(open: number, most: number, use: Grown): SharedFrame | null {
    const worst = this.#culprit(use);
    if (worst === null) return null;
    const filling = mostHeld(this.#ledger, worst);
    return {
      rule: "host-file-limit",
      shared: { of: "open files", used: open, most, uid: null },
      resource: "file-max",
      use,
      worst,
      account: this.#accountOf(worst),
      subject: filling?.subject ?? subjectOf("anon-other"),
      subjectOpen: filling === null ? (worst.open ?? 0) : (this.#ledger.ofClass(filling.id)?.open ?? 0),
      standing: "confirmed",
      since: null,
      raisedAt: this.#ledger.now,
      story: null,
    };
  }

  /** The largest process of the service that grows most, or that holds most where none makes up for much of the growth. */
  #culprit({ history, aged }: Grown): Process | null {
    const services = new Map<string, { open: number; net: number; largest: Process }>();
    for (const process of this.#ledger.census.processes.all()) {
      if (process.open === null) continue;
      const known = services.get(process.service) ?? { open: 0, net: 0, largest: process };
      services.set(process.service, {
        open: known.open + process.open,
        net: known.net + this.#growthOf(process),
        largest: process.open > (known.largest.open ?? 0) ? process : known.largest,
      });
    }
    const ranked = [...services.values()];
    const [fastest] = ranked.toSorted((a, b) => b.net - a.net || b.open - a.open);
    const [largest] = ranked.toSorted((a, b) => b.open - a.open);
    const from = history.before(this.#ledger.now - RATE_WINDOW);
    const grew = from === null ? 0 : aged - from.aged;
    if (fastest !== undefined && grew > 0 && fastest.net > 0 && fastest.net >= WORTH_NAMING * grew)
      return fastest.largest;
    return largest?.largest ?? null;
  }

  /** By how many its open descriptors grew in the last two minutes. */
  #growthOf(process: Process): number {
    const { now, startedAt } = this.#ledger;
    const { netPerMinute, windowSeconds } = rates(
      this.#accountOf(process),
      now,
      startedAt ?? now,
      RATE_WINDOW,
    );
    return ((netPerMinute ?? 0) * windowSeconds) / 60;
  }
}
