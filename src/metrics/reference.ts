import { LABELS, type LabelName, type Metric, METRICS } from "./definitions.ts";
import { DEFAULT_METRICS_OPTIONS } from "./options.ts";
import type { MetricsOptions } from "../model/agent-settings.ts";

const INTRODUCTION = `# Metrics

Generated from src/metrics/definitions.ts by scripts/generate-reference.ts.

The agent tells these at \`/metrics\`, in the text format of Prometheus. What is not known is absent; a 0 was counted.
No label holds a pid, an inode or a port that was given to one connection. Label values are printable and have 200 characters at most; one that had
to be changed for that ends in \`…\` and a hash of the whole. A label that does not apply is left out.

\`deploy/prometheus/descry.rules.yml\` has alerting rules for them, \`deploy/grafana/descry.json\` a dashboard, and
\`deploy/prometheus/prometheus.yml\` shows how they are scraped, under the job name \`descry\`, which both rely on.`;

const BOUNDS = `## How many there are

| at most | default | what |
| --- | --- | --- |`;

const BOUND_WORDS: Record<keyof MetricsOptions, string> = {
  services: "services by name, those with a leak or forecast first; the rest adds up as `other`",
  peersPerService: "peers by address, of each service; the rest adds up as `other`",
  verdicts: "verdicts; `descry_verdicts_left_out` says how many more there are",
  addresses: "addresses of TIME_WAIT rows; the rest adds up as `other`",
  placeHeldSeconds:
    "seconds for which a name keeps its place, so that names that come and go make no more series than that in this time; a leak gets a place at once",
};

/** docs/reference/metrics.md */
export function metricsReference(): string {
  return (
    [
      INTRODUCTION,
      "## Metrics",
      ...Object.values<Metric>(METRICS).map(metricEntry),
      [
        "## Labels",
        "",
        "| label | what it says |",
        "| --- | --- |",
        ...Object.keys(LABELS).map(labelRow),
      ].join("\n"),
      [BOUNDS, ...Object.entries(DEFAULT_METRICS_OPTIONS).map(boundRow)].join("\n"),
      "",
    ]
      .join("\n\n")
      .trimEnd() + "\n"
  );
}

function metricEntry({ name, type, labels, help, absent }: Metric): string {
  const carries = labels.length === 0 ? "" : `, by ${labels.map((label) => `\`${label}\``).join(", ")}`;
  const missing = absent === undefined ? "" : ` Absent: ${absent}.`;
  return `### ${name}\n\n${help}. A ${type}${carries}.${missing}`;
}

function labelRow(label: string): string {
  return `| \`${label}\` | ${LABELS[label as LabelName]} |`;
}

function boundRow([option, most]: [string, number]): string {
  return `| \`${option}\` | ${most} | ${BOUND_WORDS[option as keyof MetricsOptions]} |`;
}
