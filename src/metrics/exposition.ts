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
 * Samples by the values of their labels as they are written, label after label. Of tens of thousands of samples none needs a text of its
 * own before the page is written, and labels that begin alike are written once.
 */
class Branch {
  value: number | null = null;
  readonly branches = new Map<string, Branch>();

  at(value: string): Branch {
    let branch = this.branches.get(value);
    if (branch === undefined) this.branches.set(value, (branch = new Branch()));
    return branch;
  }
}

/**
 * The samples of one scrape, written out as text. A label set stands once: Prometheus does not take the same series
 * twice in a scrape.
 */
export class Exposition {
  readonly #families = new Map<Metric, Branch>();
  readonly #histograms = new Map<Metric, string[]>();
  /** Label values as they are written: most are met many times. */
  readonly #texts = new Map<string, string>();

  /** Adds to what was told of these labels. Null and NaN are not known: nothing is told. */
  add<const Labels extends Metric["labels"]>(
    metric: Metric<Labels>,
    values: LabelValues<Labels>,
    value: number | null,
  ): void {
    if (value === null || Number.isNaN(value)) return;
    const sample = this.#sample(metric, values);
    sample.value = (sample.value ?? 0) + value;
  }

  /** The same for what makes no sense as a sum: it stands for what was told of these labels. */
  set<const Labels extends Metric["labels"]>(
    metric: Metric<Labels>,
    values: LabelValues<Labels>,
    value: number | null,
  ): void {
    if (value !== null && !Number.isNaN(value)) this.#sample(metric, values).value = value;
  }

  /** Once for the same labels. */
  histogram<const Labels extends Metric["labels"]>(
    metric: Metric<Labels>,
    values: LabelValues<Labels>,
    { bounds, counts, sum }: Buckets,
  ): void {
    const { name, labels } = metric;
    const texts = values as readonly string[];
    const pairs = texts.flatMap((value, at) =>
      value === "" ? [] : [pair(labels[at], this.#written(value))],
    );
    const around = pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
    const lines = this.#histograms.get(metric) ?? [];
    let below = 0;
    for (const [at, count] of counts.entries()) {
      below += count;
      const bound = `le="${numberText(bounds[at] ?? Number.POSITIVE_INFINITY)}"`;
      lines.push(`${name}_bucket{${[...pairs, bound].join(",")}} ${below}`);
    }
    lines.push(`${name}_sum${around} ${numberText(sum)}`, `${name}_count${around} ${below}`);
    this.#histograms.set(metric, lines);
  }

  /** Families in the order of the table; those without a sample are left out. */
  text(): string {
    const lines: string[] = [];
    for (const metric of Object.values<Metric>(METRICS)) {
      const family = this.#families.get(metric);
      const written = this.#histograms.get(metric) ?? [];
      if (family === undefined && written.length === 0) continue;
      lines.push(`# HELP ${metric.name} ${escapedHelp(metric.help)}`, `# TYPE ${metric.name} ${metric.type}`);
      if (family !== undefined) writeSamples(lines, metric, family, 0, "");
      for (const line of written) lines.push(line);
    }
    lines.push("");
    return lines.join("\n");
  }

  #sample(metric: Metric, values: readonly string[]): Branch {
    let branch = this.#families.get(metric);
    if (branch === undefined) this.#families.set(metric, (branch = new Branch()));
    for (const value of values) branch = branch.at(this.#written(value));
    return branch;
  }

  #written(value: string): string {
    let written = this.#texts.get(value);
    if (written === undefined) this.#texts.set(value, (written = escaped(labelText(value))));
    return written;
  }
}

/** `labels` are those of the branches above, as they are written. */
function writeSamples(lines: string[], metric: Metric, branch: Branch, depth: number, labels: string): void {
  if (branch.value !== null) {
    const around = labels === "" ? "" : `{${labels}}`;
    lines.push(`${metric.name}${around} ${numberText(branch.value)}`);
  }
  for (const [value, below] of branch.branches) {
    const separator = labels === "" || value === "" ? "" : ",";
    const own = value === "" ? "" : pair(metric.labels[depth], value);
    writeSamples(lines, metric, below, depth + 1, `${labels}${separator}${own}`);
  }
}

function pair(label: string | undefined, value: string): string {
  return `${label}="${value}"`;
}

/** As Go's ParseFloat reads it. */
function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  return value === Number.NEGATIVE_INFINITY ? "-Inf" : String(value);
}
