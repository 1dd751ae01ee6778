import { Analysis } from "../../src/agent/analysis.ts";
import type { DescryEvent, VerdictEvent } from "../../src/model/events.ts";
import { EVERYTHING } from "../../src/model/targets.ts";
import { randomFrom, SimulatedHost } from "./simulated-host.ts";
import type { Program } from "./workloads.ts";

export interface Told {
  readonly second: number;
  readonly event: DescryEvent;
}

export type ToldVerdict = Told & { readonly event: VerdictEvent };

/** Runs a program for so many simulated seconds; what was told of it, and when. */
export function run(
  program: Program,
  seconds: number,
  seed = 1,
  host: SimulatedHost = new SimulatedHost(),
): Told[] {
  const random = randomFrom(seed);
  const analysis = new Analysis(EVERYTHING, { program: "descry", sudo: true });
  const told: Told[] = [];
  while (host.second < seconds) {
    program(host, random);
    for (const event of analysis.take(host.tick())) told.push({ second: host.second, event });
  }
  return told;
}

export function verdictsOf(told: readonly Told[], standing: VerdictEvent["standing"]): ToldVerdict[] {
  return told.filter(
    (one): one is ToldVerdict => one.event.type === "verdict" && one.event.standing === standing,
  );
}
