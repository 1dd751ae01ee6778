import { isNamed } from "../../agent/naming.ts";
import { DescryError } from "../../model/error.ts";
import type { ServiceView, Snapshot } from "../../model/snapshot.ts";
import { EVERYTHING, type Targets } from "../../model/targets.ts";
import { OK } from "../exit-codes.ts";
import { type KnownHere, withKnowledge } from "../knowledge.ts";
import { showLive } from "../live-screen.ts";
import { liveTicks } from "../observation.ts";
import { type Options, parsePid, readOptions } from "../options.ts";
import { inspectLines } from "../screen/inspect.ts";
import { jsonLine } from "../screen/text.ts";
import type { Command, Surroundings } from "../surroundings.ts";
import { endCode } from "../telling.ts";
import { lastSnapshot } from "./top.ts";

/** `descry inspect [pid|service]`: one service whole; none named: the one most at risk. */
export const run: Command = async (flags, operand, surroundings) => {
  const options = { ...readOptions(flags, surroundings.environment), targets: targetsOf(operand) };
  const { terminal } = surroundings;
  const show = options.json || options.once || !terminal.outputIsTerminal ? once : refreshing;
  return withKnowledge(options, "read", surroundings, async (knowledge) =>
    show(options, operand, surroundings, knowledge),
  );
};

function targetsOf(operand: string | null): Targets {
  if (operand === null) return EVERYTHING;
  return /^-?\d+$/.test(operand)
    ? { pids: [parsePid(operand)], services: [] }
    : { pids: [], services: [operand] };
}

async function once(
  options: Options,
  operand: string | null,
  surroundings: Surroundings,
  knowledge: KnownHere,
): Promise<number> {
  const { terminal, interruption } = surroundings;
  const snapshot = await lastSnapshot(
    liveTicks(options, options.forMilliseconds ?? 0, surroundings, knowledge),
  );
  if (snapshot === null) return endCode(interruption, true);
  const service = pick(snapshot, operand, null);
  if (options.json) terminal.out(jsonLine(service));
  else {
    const lines = inspectLines(service, snapshot, {
      ...terminal.look(),
      rows: null,
    });
    for (const line of lines) terminal.out(line);
  }
  return endCode(interruption, options.forMilliseconds !== null);
}

async function refreshing(
  options: Options,
  operand: string | null,
  surroundings: Surroundings,
  knowledge: KnownHere,
): Promise<number> {
  let shown: string | null = null;
  const ticks = liveTicks(options, options.forMilliseconds, surroundings, knowledge);
  const render = (snapshot: Snapshot, look: Parameters<typeof inspectLines>[2]) => {
    const service = pick(snapshot, operand, shown);
    shown = service.service;
    const rows = look.rows === null ? null : Math.max(0, look.rows - 1);
    return [...inspectLines(service, snapshot, { ...look, rows }), look.paint("muted", "q quit")];
  };
  await showLive(ticks, render, surroundings);
  return OK;
}

/**
 * The view to show. Where none was named it stays with the one it chose first, so that the screen does not jump,
 * until another is judged.
 */
function pick(snapshot: Snapshot, operand: string | null, shown: string | null): ServiceView {
  const { services } = snapshot;
  const pid = Number(operand);
  const named =
    operand === null
      ? undefined
      : (services.find((service) => service.processes.some((process) => process.pid === pid)) ??
        services.find((service) => isNamed(service.service, operand)));
  const riskiest = services[0];
  const judged = riskiest !== undefined && riskiest.verdicts.length + riskiest.forecasts.length > 0;
  const kept = shown === null || judged ? undefined : services.find((service) => service.service === shown);
  const service = named ?? kept ?? riskiest;
  if (service !== undefined) return service;
  throw new DescryError("There is nothing left to look at.", "descry top --once lists what runs here.");
}
