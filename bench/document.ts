// The same figures for people twice: a table for the terminal and docs/benchmarks.md.
import { type Figure, type Goal, isMet, type Measurement } from "./figures.ts";
import type { MachineLine } from "./machine.ts";

type Row = readonly [name: string, value: string, unit: string, goal: string];

const HEAD: Row = ["what", "measured", "unit", "goal"];

export function renderTable(measurements: readonly Measurement[]): string {
  return measurements.map(tableOf).join("\n");
}

function tableOf({ title, ratios, ratiosOf, figures, skipped, load }: Measurement): string {
  const rows = [
    HEAD,
    ...[...ratios.map((ratio) => ({ ...ratio, name: `${ratiosOf}: ${ratio.name}` })), ...figures].map(rowOf),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value, unit, goal]) =>
    `  ${name.padEnd(width)}  ${value.padStart(10)} ${unit.padEnd(11)}  ${goal}`.trimEnd(),
  );
  return [title, `  (${load})`, ...lines, ...skipped.map((why) => `  skipped: ${why}`), ""].join("\n");
}

export interface Report {
  readonly title: string;
  /** What the page shows, as the beginning of a sentence. */
  readonly about: string;
  readonly machine: readonly MachineLine[];
  readonly measurements: readonly Measurement[];
  /** What was typed to make it. */
  readonly command: string;
  readonly enclosed: boolean;
}

const ENCLOSED =
  "Everything ran in process and network namespaces of its own, so that only the workload was watched; other programs of the machine could disturb it by their load alone.";
const NOT_ENCLOSED =
  "Namespaces of its own were not permitted, so the whole host was watched with everything else that it did.";

export function renderDocument(report: Report): string {
  const { title, about, machine, measurements, command, enclosed } = report;
  return [
    `# ${title}`,
    "",
    `<!-- Written by ${command}; every figure here was measured by it. Change bench/, not this page. -->`,
    "",
    `${about}, measured on one machine in one run. Machines differ and are noisy: trust the ratios first, which compare two programs in the same minutes; the other figures are for scale. A goal is met or not by the figure beside it.`,
    "",
    enclosed ? ENCLOSED : NOT_ENCLOSED,
    "",
    "| Machine | |",
    "|---|---|",
    ...machine.map(([name, value]) => `| ${name} | ${value} |`),
    "",
    ...measurements.flatMap(sectionOf),
    "## To repeat it",
    "",
    "```",
    command,
    "```",
    "",
    "It starts its own workload, ends it, and writes this page anew. Best as root on Linux 6.2 or newer, on a machine that does nothing else: `uptime` before it starts should be near zero. `--window SECONDS` is how long it looks at what goes on; `--only NAME,...` makes some of the measurements and leaves this page as it is. What is not installed is skipped by name.",
    "",
  ].join("\n");
}

function sectionOf({
  title,
  how,
  commands,
  ratios,
  ratiosOf,
  figures,
  skipped,
  load,
}: Measurement): string[] {
  return [
    `## ${title}`,
    "",
    ...tableLines(ratiosOf, ratios),
    ...tableLines("Figure", figures),
    ...skipped.map((why) => `Skipped: ${why}.\n`),
    ...how.map((sentence) => `- ${sentence}`),
    ...commands.map((command) => `- Command: \`${command}\``),
    `- While it was measured: ${load}.`,
    "",
  ];
}

function tableLines(head: string, figures: readonly Figure[]): string[] {
  if (figures.length === 0) return [];
  const rows = figures
    .map(rowOf)
    .map(([name, value, unit, goal]) => `| ${name} | ${value} ${unit} | ${goal} |`);
  return [`| ${head} | Measured | Goal |`, "|---|---:|---|", ...rows, ""];
}

function rowOf(figure: Figure): Row {
  return [figure.name, threeDigits(figure.value), figure.unit, goalWords(figure)];
}

function goalWords(figure: Figure): string {
  const { goal } = figure;
  if (goal === undefined) return "";
  return `${boundWords(goal)}: ${isMet(figure) === true ? "met" : "NOT MET"}`;
}

function boundWords(goal: Goal): string {
  if ("atMost" in goal) return `at most ${goal.atMost.toLocaleString("en")}`;
  if ("atLeast" in goal) return `at least ${goal.atLeast.toLocaleString("en")}`;
  return `more than ${goal.moreThan.toLocaleString("en")}`;
}

/** 0.0471, 1.53, 98.2, 1,530: what was measured is not known better than that. */
export function threeDigits(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString("en");
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
