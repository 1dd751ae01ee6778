import { isNamed } from "../agent/naming.ts";
import type { Tick } from "../agent/observe.ts";
import { DescryError } from "../model/error.ts";
import type { FactSource } from "../model/facts.ts";
import { EVERYTHING, type Targets } from "../model/targets.ts";
import type { Agent } from "./agent.ts";
import type { KnownHere } from "./knowledge.ts";
import { invocationFor } from "./invocation.ts";
import { listed, nearest } from "./nearest.ts";
import type { Options } from "./options.ts";
import { harmless } from "./screen/text.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * The ticks of the running kernel, until interrupted, or until as much time as asked for lies between the first tick
 * and the last; `knowledge` is what they start with, and with `keepFacts` each has its facts. Throws a DescryError after the first reading when a target is not there.
 */
export async function* liveTicks(
  options: Options,
  forMilliseconds: number | null,
  surroundings: Surroundings,
  knowledge: KnownHere,
  keepFacts = false,
): AsyncGenerator<Tick> {
  const { known } = knowledge;
  const { agent, interruption } = surroundings;
  const invocation = invocationFor(surroundings.invocation, options.procfs);
  const open = () => agent.openKernel({ procfs: options.procfs });
  const source = open();
  try {
    let first: number | null = null;
    const { targets, interval } = options;
    const { signal } = interruption;
    const observed = { targets, interval, signal, invocation, known, keepFacts };
    for await (const tick of agent.observe(source, observed)) {
      if (first === null) await expectTargets(tick, targets, agent, open);
      first ??= tick.facts.uptime;
      yield knowledge.note(tick);
      if (forMilliseconds !== null && (tick.facts.uptime - first) * 1000 >= forMilliseconds - 1) return;
    }
  } finally {
    await source.close();
  }
}

async function expectTargets(
  tick: Tick,
  targets: Targets,
  agent: Agent,
  open: () => FactSource,
): Promise<void> {
  const missing = tick.missingPids[0];
  if (missing !== undefined) {
    throw new DescryError(
      `There is no process ${missing}.`,
      "Name one that runs; descry top --once lists them.",
    );
  }
  if (targets.services.length === 0) return;
  const seen = tick.snapshot().services.map((service) => service.service);
  const unmatched = targets.services.find((name) => !seen.some((service) => isNamed(service, name)));
  if (unmatched === undefined) return;
  throw noSuchService(unmatched, await servicesOf(agent, open()));
}

function noSuchService(name: string, services: readonly string[]): DescryError {
  const near = nearest(name, services).map(harmless);
  return new DescryError(
    `There is no service named ${harmless(name)} here.`,
    near.length > 0 ? `Did you mean ${listed(near)}?` : "descry top --once lists the services.",
  );
}

/** Names of all services: one reading of its own, made only to answer a wrong name. */
async function servicesOf(agent: Agent, source: FactSource): Promise<string[]> {
  try {
    for await (const tick of agent.observe(source, { targets: EVERYTHING, interval: 0 })) {
      return tick.snapshot().services.map((service) => service.service);
    }
    return [];
  } finally {
    await source.close();
  }
}

/** The same ticks, and no more once nothing that was named is left. */
export async function* untilGone(ticks: AsyncIterable<Tick>, targets: Targets): AsyncGenerator<Tick> {
  for await (const tick of ticks) {
    yield tick;
    if (nothingLeft(tick, targets)) return;
  }
}

/** Every process that was asked for has gone, and no service was named that might come back. */
export function nothingLeft(tick: Tick, targets: Targets): boolean {
  if (targets.services.length > 0 || targets.pids.length === 0) return false;
  if (tick.missingPids.length < targets.pids.length) return false;
  return tick.snapshot().services.every((service) => service.processes.length === 0);
}
