// A process of the detection bench: takes jobs, gives back what they brought, ends with its parent.
import { DRAWS, type Job } from "./jobs.ts";
import type { Flavour } from "./flavour.ts";
import { perform } from "./perform.ts";

export interface Order {
  readonly job: Job;
  readonly draw: Flavour["name"];
}

process.on("message", ({ job, draw }: Order) => {
  process.send?.(perform(job, DRAWS[draw].flavour));
});
process.on("disconnect", () => process.exit());
