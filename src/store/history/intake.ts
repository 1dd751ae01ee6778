import type { HistoryOptions, HistoryTick, SeriesName } from "../../model/history.ts";
import type { DescryEvent } from "../../model/events.ts";
import { putPoints } from "./points.ts";
import { Recorded } from "./recorded.ts";
import { TICKS } from "./schema.ts";

/** A tick as it waits to be written: small, since many may wait while a disk is full. */
export interface WaitingTick {
  /** Unix milliseconds. */
  readonly at: number;
  readonly series: readonly SeriesName[];
  /** In the order of `series`, as measures.ts keeps them. */
  readonly figures: readonly number[];
  readonly events: readonly DescryEvent[];
}

/** Makes ticks ready to be written. The same series is the same object as long as a block lasts. */
export class Intake {
  readonly #recorded: Recorded;
  #block = Number.NaN;

  constructor(options: HistoryOptions) {
    this.#recorded = new Recorded(options);
  }

  take(tick: HistoryTick): WaitingTick {
    const at = Date.parse(tick.snapshot.at);
    const block = Math.floor(at / TICKS.length);
    if (block !== this.#block) {
      this.#recorded.renew();
      this.#block = block;
    }
    const series: SeriesName[] = [];
    const figures: number[] = [];
    putPoints(tick, this.#recorded, (name, figure) => {
      series.push(name);
      figures.push(figure);
    });
    return { at, series, figures, events: tick.events.filter(({ type }) => type !== "summary") };
  }
}
