import type { MachineLine } from "../machine.ts";
import type { Performed } from "./perform.ts";
import { forecastTable } from "./forecast-table.ts";
import {
  delaysTable,
  followedWords,
  healthyTable,
  knownLimitsTable,
  methodsTable,
  outcomesOfKind,
  sum,
  ticksTable,
  timingsTable,
  workloadsTable,
  type Table,
} from "./tables.ts";

export interface DetectionReport {
  readonly machine: readonly MachineLine[];
  readonly performed: readonly Performed[];
  /** How many hosts a whole run has. */
  readonly planned: number;
  readonly command: string;
  readonly draw: "tuning" | "test";
  readonly minutes: number;
  readonly processes: number;
}

interface Section {
  readonly title: string;
  readonly tables: readonly Table[];
  readonly sentences: readonly string[];
}

function unfinished(done: number, planned: number): string {
  return `**Unfinished**: ${done} of the ${planned} simulated hosts of a whole run were run for this page. A table or a line without figures is of hosts that were not, and proves nothing.`;
}

/** The tables alone, for a terminal. */
export function renderTables(performed: readonly Performed[]): string {
  return sectionsOf(performed)
    .flatMap(({ title, tables }) => [title, ...tables.map(plainTable), ""])
    .join("\n");
}

export function renderDetection({
  machine,
  performed,
  planned,
  command,
  draw,
  minutes,
  processes,
}: DetectionReport): string {
  return [
    "# Detection",
    "",
    `<!-- Written by ${command}; every figure here was measured by it. Change bench/detection/, not this page. -->`,
    "",
    "How soon leaks are found, and how often health is mistaken for one. Programs are simulated as what the kernel would say of them: processes that start and end, descriptors, socket tables, uses, closings. These recordings, never written to a disk, go through the same analysis that runs on a live host, and beside it through what people have today.",
    "",
    DRAWN[draw],
    "",
    ...(performed.length < planned ? [unfinished(performed.length, planned), ""] : []),
    "| Machine | |",
    "|---|---|",
    ...machine.map(([name, value]) => `| ${name} | ${value} |`),
    `| It took | ${minutes.toFixed(1)} minutes on ${processes} processes |`,
    "",
    ...sectionsOf(performed).flatMap(({ title, tables, sentences }) => [
      `## ${title}`,
      "",
      ...tables.flatMap((table) => [...markdownTable(table), ""]),
      ...sentences.map((sentence) => `- ${sentence}`),
      "",
    ]),
    "## To repeat it",
    "",
    "```",
    command,
    "```",
    "",
    "`-- --quick` makes a tenth of it, without the slowest leaks, in two minutes, `-- --tuning` draws from the distributions and seeds that levels may be tuned on, `-- --processes N` uses so many processes (2 when not given); the first two print the tables and leave this page as it is. The same seeds give the same figures on every machine.",
    "",
  ].join("\n");
}

const DRAWN = {
  test: "Distributions and seeds are those kept for the proof (`TEST` in bench/detection/flavour.ts): lognormal, Pareto and Weibull lifetimes, arrivals in sessions at a rate that sways. Levels were tuned on others (`TUNING`): exponential lifetimes, Poisson arrivals, other seeds.",
  tuning: "Distributions and seeds are those that levels may be tuned on; they prove nothing.",
} as const;

function sectionsOf(performed: readonly Performed[]): Section[] {
  const judged = outcomesOfKind(performed, "healthy", "leak");
  const looks = sum(performed.map((one) => one.looks));
  const analysis = sum(performed.map((one) => one.analysisSeconds));
  return [
    {
      title: "descry and what people have today",
      tables: [methodsTable(judged)],
      sentences: [
        "All saw the same recordings. A false alarm is one that was raised while nothing leaked; for descry a confirmed verdict or a forecast. Found: raised after the leak began (or after the first look, when it was there before) and while it was followed; a method that was already firing for another reason has to be raised anew.",
        `Leaks were followed ${followedWords()}: the others need longer, and get it.`,
        "80 % of the limit: `process_open_fds / process_max_fds > 0.8`, scraped every 15 s, without `for`. predict_linear: `predict_linear(process_open_fds[1h], 4 * 3600) > process_max_fds`, scraped every 15 s, evaluated every minute, `for: 10m`, all samples of the hour that there are. Both look at the most filled process of a service. Mann-Kendall: the last 30 counts of its processes together, one a minute, ties corrected for, rising with p < 0.001 one-sided; strictest: at a deviate above 7, where thirty counts of which each is above all before give 7.7.",
      ],
    },
    {
      title: "Leaks",
      tables: [delaysTable(judged), timingsTable(judged), workloadsTable(judged)],
      sentences: [
        "One leak on top of each healthy workload: towards the peer, into the folder or from the clients that the workload itself uses. After health: it begins hours after the first look (six; twelve for 5 an hour). From the first look: it has been there for up to six hours, and the delay counts from the first look.",
        "Even: one after another at equal times. Poisson: at random. Bursty: requests at random that leave one to a dozen each. Runway left: from the alarm until the limit (1,024 to 65,536) is used up, at the rate of the leak.",
        "Looks are a second apart from five minutes before a leak begins until it was found, for two hours at most, and ten seconds before and after, and ten seconds all the time for 5 an hour.",
      ],
    },
    {
      title: "Health",
      tables: [healthyTable(judged)],
      sentences: [
        "Every series starts cold: programs run for an hour before the first look and for days after it; the first two hours are looked at every second, the rest every ten. The hours before a leak begins count as healthy ones as well.",
        "A suspicion is shown and pages nobody; it is withdrawn in the open.",
      ],
    },
    {
      title: "Forecasts",
      tables: [forecastTable(performed.flatMap(({ forecasts }) => forecasts))],
      sentences: [
        "Leaks of 2 to 600 a minute under limits that they reach within 8 minutes to 8 hours, on top of every workload whose process goes on. The first alarm that gives an end is taken: a confirmed verdict, or a forecast. Inside: the first open that failed lies between its 5 % and its 95 %. Goal: 85 % of at least 200.",
        "In time: 20 minutes before the end, or within 120 s where the whole way from the leak's beginning to the end is less than 22 minutes.",
        "Width: from 5 to 95 %, as a share of the time that was left at 50 %. Swinging: the rate of the leak swings by 20 to 70 % within half an hour to half a day, which nobody can know who has seen two minutes of it.",
      ],
    },
    {
      title: "Known limits",
      tables: [knownLimitsTable(outcomesOfKind(performed, "known limit"))],
      sentences: [
        "Healthy, and not among the healthy ones above: where only the garbage collector closes connections and its runs are further apart than a hundred seconds, a cold start cannot be told from a leak before the first run, unless idle times tell. Such a verdict is withdrawn at the first run, with the reason.",
      ],
    },
    {
      title: "How far apart looks are",
      tables: [ticksTable(performed)],
      sentences: [
        "The same hosts twice, with looks one second apart all the time and ten: what is said of looks ten seconds apart above holds for one second.",
        `In all ${looks.toLocaleString("en")} looks at hosts of some twenty services; the analysis took ${Math.round(analysis).toLocaleString("en")} s of CPU, ${((analysis / looks) * 1000).toFixed(2)} ms a look.`,
      ],
    },
  ];
}

function markdownTable([head = [], ...rows]: Table): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? "---" : "---:"))), ...rows.map(line)];
}

function plainTable(table: Table): string {
  const widths = (table[0] ?? []).map((_, at) => Math.max(...table.map((row) => (row[at] ?? "").length)));
  return table
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join("\n");
}
