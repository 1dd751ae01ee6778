import { type Metric, METRICS } from "./definitions.ts";
import { escaped, escapedHelp, labelText } from "./label-value.ts";

/** Values of the labels of a metric, in their order; "" for one that does not apply: no label is told then. */
export type LabelValues<Labels extends readonly string[]> = { readonly [At in keyof Labels]: string };

/** Observations counted by size. `counts` has one more than `bounds`: those beyond the last. */
export interface Buckets {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly sum: number;
}

/** Version 0.0.4 of the text format, which every Prometheus reads. */
export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * The samples of one scrape, written out as text. A label set stands once: Prometheus does not take the same series
 * twice in a scrape.
 */
export class Exposition {
  /** By family, by the text between name and value. */
  readonly #families = new Map<Metric, Map<string, number>>();
  /** Label values as they are written: most are met many times. */
  readonly #written = new Map<string, string>();

  /** Adds to what was told of these labels. Null and NaN are not known: nothing is told. */
  add<const Labels extends Metric["labels"]>(
    metric: Metric<Labels>,
    values: LabelValues<Labels>,
    value: number | null,
  ): void {
    if (value === null || Number.isNaN(value)) return;
    this.#add(metric, this.#labels(metric, values), value);
  }

  /** The same for what makes no sense as a sum: it stands for what was told of these labels. */
  set<const Labels extends Metric["labels"]>(
    metric: Metric<Labels>,
    values: LabelValues<Labels>,
    value: number | null,
  ): void {
    if (value !== null && !Number.isNaN(value)) this.#of(metric).set(this.#labels(metric, values), value);
  }

  histogram<const Labels extends Metric["labels"]>(
    metric: Metric<Labels>,
    values: LabelValues<Labels>,
    { bounds, counts, sum }: Buckets,
  ): void {
    const labels = this.#labels(metric, values).slice(1, -1);
    const around = labels === "" ? "" : `${labels},`;
    let below = 0;
    for (const [at, count] of counts.entries()) {
      below += count;
      const bound = numberText(bounds[at] ?? Number.POSITIVE_INFINITY);
      this.#add(metric, `_bucket{${around}le="${bound}"}`, below);
    }
    this.#add(metric, `_sum{${labels}}`, sum);
    this.#add(metric, `_count{${labels}}`, below);
  }

  /** How many samples there are. */
  get size(): number {
    let size = 0;
    for (const samples of this.#families.values()) size += samples.size;
    return size;
  }

  /** Families in the order of the table; those without a sample are left out. */
  text(): string {
    const lines: string[] = [];
    for (const metric of Object.values<Metric>(METRICS)) {
      const samples = this.#families.get(metric);
      if (samples === undefined) continue;
      lines.push(`# HELP ${metric.name} ${escapedHelp(metric.help)}`, `# TYPE ${metric.name} ${metric.type}`);
      for (const [rest, value] of samples) lines.push(`${metric.name}${rest} ${numberText(value)}`);
    }
    lines.push("");
    return lines.join("\n");
  }

  #add(metric: Metric, rest: string, value: number): void {
    const samples = this.#of(metric);
    samples.set(rest, (samples.get(rest) ?? 0) + value);
  }

  #of(metric: Metric): Map<string, number> {
    let samples = this.#families.get(metric);
    if (samples === undefined) this.#families.set(metric, (samples = new Map()));
    return samples;
  }

  #labels({ labels }: Metric, values: readonly string[]): string {
    let text = "";
    for (let at = 0; at < labels.length; at++) {
      const value = values[at];
      if (value === undefined || value === "") continue;
      text += `${text === "" ? "" : ","}${labels[at]}="${this.#value(value)}"`;
    }
    return text === "" ? "" : `{${text}}`;
  }

  #value(value: string): string {
    let written = this.#written.get(value);
    if (written === undefined) this.#written.set(value, (written = escaped(labelText(value))));
    return written;
  }
}

/** As Go's ParseFloat reads it. */
function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  return value === Number.NEGATIVE_INFINITY ? "-Inf" : String(value);
}
