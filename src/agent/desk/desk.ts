import { toldReports } from "../../alerts/life/report.ts";
import { resume, step } from "../../alerts/life/life.ts";
import { Metrics } from "../../metrics/metrics.ts";
import { giveUpAmbientRights } from "../../kernel/native/rights.ts";
import { readOwnProcess } from "../../metrics/own-process.ts";
import type { AgentSettings } from "../../model/agent-settings.ts";
import type { AlertsState } from "../../model/alert.ts";
import type { DeskTick } from "../../model/desk.ts";
import type { DescryEvent, GapEvent } from "../../model/events.ts";
import type { HistoryKept, HistoryNotice, StageCost } from "../../model/history.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { Surroundings } from "../../notify/channel.ts";
import { channelOf } from "../../notify/channels.ts";
import { Courier } from "../../notify/courier.ts";
import { History } from "../../store/history/history.ts";
import { HistoryReader } from "../../store/history/reader.ts";
import { COURIER_CLOCK, HISTORY_CLOCK } from "./clocks.ts";
import { alertCounts, channelCounts } from "./counts.ts";
import { type Check, checksOf } from "./readiness.ts";
import { SilenceBook } from "./silence-book.ts";
import { listedAlerts } from "../../alerts/life/listed.ts";

/** For so long after a question another one is expected. */
const LOOKED_AT_MILLISECONDS = 20_000;

/** What the desk starts with. */
export interface DeskOrder {
  /** Where the history is kept; it has to be there. */
  readonly folder: string;
  readonly settings: AgentSettings;
  /** For channels whose secrets stand in the environment. */
  readonly surroundings: Surroundings;
}

/**
 * Keeps what the thread that reads the kernel hands over, and tells it: history, the life of alerts, channels, metrics. It
 * may wait for a disk or a network peer as long as it likes; nobody who reads the kernel waits for it.
 */
export class AgentDesk {
  readonly history: HistoryReader;
  readonly silences: SilenceBook;
  readonly #settings: AgentSettings;
  readonly #store: History;
  readonly #courier: Courier;
  readonly #metrics: Metrics;
  readonly #listeners = new Set<(event: DescryEvent) => void>();
  #alerts: AlertsState;
  #tick: DeskTick | null = null;
  /** Milliseconds of performance.now() at which it was handed over. */
  #takenAt = 0;
  /** When somebody asked for a snapshot last, in the same milliseconds. */
  #askedAt = Number.NEGATIVE_INFINITY;
  #kept: HistoryKept = { waiting: 0, lost: 0, leftAlone: false, notices: [] };
  /** What the desk itself took for the last tick. */
  #stages: readonly StageCost[] = [];

  private constructor({ folder, settings, surroundings }: DeskOrder, store: History) {
    this.#settings = settings;
    this.#store = store;
    this.history = new HistoryReader(folder);
    this.silences = new SilenceBook(store.alerts, () => this.#alerts.alerts, Date.now);
    this.#metrics = new Metrics(surroundings.version, settings.metrics);
    this.#alerts = resume(store.alerts.alerts(), Date.now());
    this.#courier = new Courier(
      settings.channels.map((options) => channelOf(options, surroundings)),
      { outbox: store.alerts, clock: COURIER_CLOCK, standing: () => toldReports(this.#alerts) },
    );
    this.#courier.start();
  }

  /** What keeps the history from being written is told with the first tick, and tried again. */
  static async open(order: DeskOrder): Promise<AgentDesk> {
    // A channel may run a command.
    giveUpAmbientRights();
    return new AgentDesk(order, await History.open(order.folder, order.settings.history, HISTORY_CLOCK));
  }

  /**
   * One tick: kept, its alerts lived on, and told. Gives what there is to say of the history. One call at a time. Never
   * rejects.
   */
  async take(tick: DeskTick): Promise<readonly GapEvent[]> {
    const from = performance.now();
    const stages = [...tick.stages, ...this.#stages];
    this.#tick = tick;
    this.#takenAt = from;
    this.#tell(tick);
    const alertedAt = performance.now();
    const { cpuSeconds, residentBytes } = readOwnProcess();
    this.#kept = await this.#store.append({
      ...{ snapshot: tick.snapshot, events: tick.events, turnover: tick.turnover },
      cost: { stages: addedUp(stages), cpuSeconds, residentBytes },
    });
    const storedAt = performance.now();
    this.#metrics.take({ ...tick, stages });
    const gaps = gapsOf(tick.snapshot, this.#kept.notices);
    for (const event of [...tick.events, ...gaps]) for (const listener of this.#listeners) listener(event);
    this.#stages = [
      { stage: "alerts", milliseconds: alertedAt - from },
      { stage: "history", milliseconds: storedAt - alertedAt },
      { stage: "tell", milliseconds: performance.now() - storedAt },
    ];
    return gaps;
  }

  /** The newest; null before the first tick. */
  snapshot(): Snapshot | null {
    this.#askedAt = performance.now();
    return this.#tick?.snapshot ?? null;
  }

  /** Somebody asked for the newest snapshot just now, and so may again. */
  isLookedAt(): boolean {
    return performance.now() - this.#askedAt < LOOKED_AT_MILLISECONDS;
  }

  standing(): DeskTick["standing"] {
    return this.#tick?.standing ?? [];
  }

  /** Calls back with every event, until the function that it returns is called. */
  subscribe(listener: (event: DescryEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Prometheus' text format. */
  metrics(): string {
    const { waiting, lost } = this.#kept;
    return this.#metrics.text(readOwnProcess(), {
      alerts: alertCounts(this.#alerts),
      alertsUnheld: this.#alerts.unheld,
      channels: channelCounts(this.#courier.statuses()),
      history: { waiting, lost },
    });
  }

  readiness(): { readonly ready: boolean; readonly checks: readonly Check[] } {
    const checks = checksOf({
      silentSeconds: this.#tick === null ? null : (performance.now() - this.#takenAt) / 1000,
      kept: this.#kept,
      channels: this.#courier.statuses(),
    });
    return { ready: checks.every(({ ok }) => ok), checks };
  }

  /** Those that live, pending ones and those that are held back included. */
  alerts() {
    return listedAlerts(this.#alerts, this.silences.active());
  }

  /** What has not arrived stays in the outbox for the next run. */
  async close(): Promise<void> {
    await this.#courier.stop();
    this.history.close();
    this.#store.close();
  }

  /** States of alerts and what is to be delivered change in one commit, before anything leaves. */
  #tell({ snapshot, events, standing }: DeskTick): void {
    const store = this.#store.alerts;
    const { state, notifications, changed } = step(
      this.#alerts,
      { at: Date.parse(snapshot.at), events, standing, silences: store.silences() },
      this.#settings.alerts,
    );
    this.#alerts = state;
    if (!changed) return;
    const put = this.#courier.entriesFor(notifications);
    store.commit({ alerts: state, put });
    this.#courier.take(put);
  }
}

/** Each stage once, with what it took in all. */
function addedUp(stages: readonly StageCost[]): StageCost[] {
  const sums = new Map<string, number>();
  for (const { stage, milliseconds } of stages) sums.set(stage, (sums.get(stage) ?? 0) + milliseconds);
  return [...sums].map(([stage, milliseconds]) => ({ stage, milliseconds }));
}

function gapsOf({ at, host }: Snapshot, notices: readonly HistoryNotice[]): GapEvent[] {
  return notices.map(({ what, why, mend }) => ({
    ...{ type: "gap", at, host, what, why, mend, processes: null },
  }));
}
