// What it takes to judge a host on which everything moves.
import type { Scratch } from "../lab/scratch.ts";
import { runAsDescry } from "./as-descry.ts";
import type { JudgingCosts } from "./children/judging.ts";
import { CLASSES_A_SERVICE } from "./detection/busy-services.ts";
import { mean, median, type Measurement } from "./figures.ts";
import { startLoadMeter } from "./machine.ts";

const CLASSES = 2000;
const SERVICES = CLASSES / CLASSES_A_SERVICE;
const SECONDS = 60;

export async function measureJudging(scratch: Pick<Scratch, "path">): Promise<Measurement> {
  const load = startLoadMeter();
  const take = (services: number, seconds: number) =>
    runAsDescry<JudgingCosts>(scratch, { script: "judging", args: [services, seconds].map(String) });
  // Compiles it.
  await take(1, 1);
  const { classes, judging, whole } = await take(SERVICES, SECONDS);
  if (classes !== CLASSES) throw new Error(`${classes} classes were judged instead of ${CLASSES}`);
  return {
    title: `Judging ${CLASSES.toLocaleString("en")} service classes`,
    how: [
      `Facts of ${SERVICES} services, made in the same process: in each second each opens a connection to each of ${CLASSES_A_SERVICE - 1} peers and closes others; a quarter each lives 5, 30, 90 and 130 s. All of them are judged at every sample, against a baseline, by both kinds of evidence.`,
      `Over ${SECONDS} samples, one simulated second each, after three minutes. Judging is what the alerts do with the classes, in CPU time of the main thread; all of a sample is from its facts (${(2 * 2 * SERVICES * (CLASSES_A_SERVICE - 1)).toLocaleString("en")} of them) to its events: census, ledger, judging.`,
    ],
    commands: [],
    ratios: [],
    ratiosOf: "",
    figures: [
      { name: "Judging a sample, on average", value: mean(judging), unit: "ms", goal: { atMost: 5 } },
      { name: "Judging a sample, median", value: median(judging), unit: "ms" },
      { name: "All of a sample, median", value: median(whole), unit: "ms" },
    ],
    skipped: [],
    load: load.words(),
  };
}
