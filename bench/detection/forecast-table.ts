import { isInside, isInTime, relativeWidth, type ForecastOutcome } from "./forecasts.ts";
import { percent, quantile, type Table } from "./tables.ts";

/** The share of ends that must lie inside of what was said. */
const INSIDE = 0.85;

/** How often the end lay where it was said to lie, and whether the alarm came in time. */
export function forecastTable(all: readonly ForecastOutcome[]): Table {
  // One that does not end while it is followed has no truth to compare with.
  const ended = all.filter(({ endedAt }) => endedAt !== null);
  const row = (name: string, of: readonly ForecastOutcome[]): string[] => {
    const share = (is: (one: ForecastOutcome) => boolean): number => of.filter(is).length / of.length;
    const widths = of.map(relativeWidth).filter((width) => width !== null);
    return [
      name,
      String(of.length),
      percent(share(isInside)),
      percent(share(({ said, endedAt }) => said !== null && endedAt !== null && endedAt < said.p05)),
      percent(share(({ said, endedAt }) => said !== null && endedAt !== null && endedAt > said.p95)),
      percent(share(({ said }) => said === null)),
      percent(share(isInTime)),
      widths.length === 0 ? "" : quantile(widths, 0.5).toFixed(2),
    ];
  };
  const timings = [...new Set(ended.map(({ timing }) => timing))];
  const inside = ended.filter(isInside).length / ended.length;
  return [
    [
      "leaks",
      "ended",
      "inside 5-95 %",
      "ended before",
      "ended after",
      "no end said",
      "in time",
      "width, median",
    ],
    ...timings.map((timing) =>
      row(
        timing,
        ended.filter((one) => one.timing === timing),
      ),
    ),
    row(`all (goal ${percent(INSIDE)}: ${inside >= INSIDE ? "met" : "NOT MET"})`, ended),
  ];
}
