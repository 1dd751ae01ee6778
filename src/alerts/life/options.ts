import type { LifeOptions } from "../../model/life-options.ts";

export const LIFE: LifeOptions = {
  provenFor: 10_000,
  suspectedFor: 600_000,
  goneFor: 120_000,
  unseenFor: 1_800_000,
  againAfter: 300_000,
  pageWithin: 7_200_000,
  services: new Map(),
};

/** So many alerts are held at once, and so many verdicts in one: who can start programs on a host can make up names. */
export const MOST_ALERTS = 500;
export const MOST_MEMBERS = 32;
