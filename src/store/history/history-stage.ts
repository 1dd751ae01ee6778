import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  HISTORY_OPTIONS,
  type HistoryEventQuery,
  type HistoryKept,
  type HistoryOptions,
  type HistoryRange,
  type SeriesName,
} from "../../model/history.ts";
import { History } from "./history.ts";
import { HistoryReader } from "./reader.ts";
import { type SampleTick, sampleTick } from "./sample-ticks.ts";

/** In memory where there is such a place: these tests are not about the disk, and would wait for it. */
export const SCRATCH = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const AT = Date.parse("2026-11-23T04:00:00Z");
/** Every event. */
export const ANY_EVENT: HistoryEventQuery = {
  ...{ from: null, to: null, types: null, service: null, rule: null, fingerprint: null, before: null },
  limit: 1000,
};
export const OPEN: SeriesName = { service: "web", measure: "open-descriptors", label: null };

/** A history in a folder of its own, on a clock that the test moves. */
export class Stage implements AsyncDisposable {
  readonly folder = mkdtempSync(join(SCRATCH, "descry-history-"));
  readonly file = join(this.folder, "history.db");
  readonly reader = new HistoryReader(this.folder);
  now = AT;
  history: History | null = null;

  async open(options: Partial<HistoryOptions> = {}): Promise<History> {
    const clock = { wall: () => this.now, monotonic: () => this.now };
    return (this.history = await History.open(this.folder, { ...HISTORY_OPTIONS, ...options }, clock));
  }

  async tick(sample: Partial<SampleTick> & { readonly open?: number } = {}): Promise<HistoryKept> {
    const services = sample.services ?? [{ service: "web", open: sample.open ?? 1 }];
    const history = this.history ?? (await this.open());
    return history.append(sampleTick({ at: this.now, ...sample, services }));
  }

  /** One tick every `every` milliseconds, `count` of them; the clock stands at the next one afterwards. */
  async ticks(count: number, every: number, open: (at: number) => number): Promise<void> {
    for (let tick = 0; tick < count; tick++) {
      const { waiting, notices } = await this.tick({ open: open(this.now) });
      assert.deepEqual({ waiting, notices }, { waiting: 0, notices: [] });
      this.now += every;
    }
  }

  /** What is known of a series, as pairs of the time and the figure. */
  known(range: HistoryRange): [at: number, value: number][] {
    return range.values.flatMap((value, bucket) =>
      value === null ? [] : [[range.from + bucket * range.step, value]],
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.reader.close();
    this.history?.close();
    rmSync(this.folder, { recursive: true });
  }
}
