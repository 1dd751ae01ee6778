import { isNamed } from "../../agent/naming.ts";
import { DescryError } from "../../model/error.ts";
import type { ServiceView, Snapshot } from "../../model/snapshot.ts";
import { EVERYTHING, type Targets } from "../../model/targets.ts";
import { answered, type Attached, findAgent } from "../attach/find.ts";
import { asksForOwnLook } from "../attach/own-look.ts";
import { agentFirst, livesOf, type Sighting, sourceWords } from "../attach/sighting.ts";
import { OK } from "../exit-codes.ts";
import { knownTicks, withKnowledge } from "../knowledge.ts";
import { showLive } from "../live-screen.ts";
import { liveTicks } from "../observation.ts";
import { type Options, parsePid, readOptions } from "../options.ts";
import { type Beside, inspectLines } from "../screen/inspect.ts";
import type { Look } from "../screen/look.ts";
import { jsonLine } from "../screen/text.ts";
import type { Command, Surroundings } from "../surroundings.ts";
import { endCode } from "../telling.ts";
import { lastSnapshot } from "./top.ts";

/** `descry inspect [pid|service]`: one service whole; none named: the one most at risk. */
export const run: Command = async (flags, operand, surroundings) => {
  const read = readOptions(flags, surroundings.environment);
  const { terminal } = surroundings;
  const once = read.json || read.once || !terminal.outputIsTerminal;
  const isOwn = asksForOwnLook({ targets: EVERYTHING, once }, flags);
  const options = { ...read, targets: targetsOf(operand) };
  const attached = isOwn ? null : await findAgent(options, flags, surroundings);
  return (once ? oneLook : refreshing)(options, operand, surroundings, attached);
};

function targetsOf(operand: string | null): Targets {
  if (operand === null) return EVERYTHING;
  return /^-?\d+$/.test(operand)
    ? { pids: [parsePid(operand)], services: [] }
    : { pids: [], services: [operand] };
}

async function oneLook(
  options: Options,
  operand: string | null,
  surroundings: Surroundings,
  attached: Attached | null,
): Promise<number> {
  const { terminal, interruption } = surroundings;
  const told =
    attached === null
      ? null
      : await answered(attached, options, terminal, async () =>
          toldOf(attached, operand, terminal.look().zone),
        );
  if (told !== null) {
    print(told.service, told.snapshot, told.beside, options, surroundings);
    return endCode(interruption, false);
  }
  const snapshot = await withKnowledge(options, "read", surroundings, async (knowledge) =>
    lastSnapshot(liveTicks(options, options.forMilliseconds ?? 0, surroundings, knowledge)),
  );
  if (snapshot === null) return endCode(interruption, true);
  print(pick(snapshot, operand, null), snapshot, undefined, options, surroundings);
  return endCode(interruption, options.forMilliseconds !== null);
}

/** What the agent knows of it; null: what was named it does not know. */
async function toldOf(attached: Attached, operand: string | null, zone: string) {
  const snapshot = await attached.client.snapshot();
  if (!knows(snapshot, operand)) return null;
  const service = pick(snapshot, operand, null);
  const lives = await livesOf(attached, service.service);
  return { snapshot, service, beside: { source: sourceWords(attached, snapshot.at, zone), lives } };
}

function print(
  service: ServiceView,
  snapshot: Snapshot,
  beside: Beside | undefined,
  { json }: Options,
  { terminal }: Surroundings,
): void {
  if (json) return terminal.out(jsonLine(service));
  const look = { ...terminal.look(), rows: null };
  for (const line of inspectLines(service, snapshot, look, beside)) terminal.out(line);
}

async function refreshing(
  options: Options,
  operand: string | null,
  surroundings: Surroundings,
  attached: Attached | null,
): Promise<number> {
  const own = (left: number | null) =>
    knownTicks(options, "read", surroundings, (knowledge) =>
      liveTicks(options, left, surroundings, knowledge),
    );
  const known = (snapshot: Snapshot) => (knows(snapshot, operand) ? snapshot : null);
  let shown: string | null = null;
  const render = (sighting: Sighting, look: Look) => {
    const snapshot = sighting.snapshot();
    const service = pick(snapshot, operand, shown);
    shown = service.service;
    const rows = look.rows === null ? null : Math.max(0, look.rows - 1);
    const beside = besideOf(sighting, snapshot, shown, look);
    return [...inspectLines(service, snapshot, { ...look, rows }, beside), look.paint("muted", "q quit")];
  };
  const again = () => findAgent({ ...options, quiet: true }, {}, surroundings);
  const seen = agentFirst({ attached, pick: known, own, again, options, surroundings });
  await showLive(seen, render, surroundings);
  return OK;
}

function besideOf({ from }: Sighting, { at }: Snapshot, service: string, { zone }: Look): Beside | undefined {
  return from === undefined ? undefined : { source: from.words(at, zone), lives: from.lives(service) };
}

function knows(snapshot: Snapshot, operand: string | null): boolean {
  return operand === null ? snapshot.services.length > 0 : named(snapshot, operand) !== undefined;
}

function named({ services }: Snapshot, operand: string): ServiceView | undefined {
  const pid = Number(operand);
  return (
    services.find((service) => service.processes.some((process) => process.pid === pid)) ??
    services.find((service) => isNamed(service.service, operand))
  );
}

/**
 * The view to show. Where none was named it stays with the one it chose first, so that the screen does not jump,
 * until another is judged.
 */
function pick(snapshot: Snapshot, operand: string | null, shown: string | null): ServiceView {
  const { services } = snapshot;
  const wanted = operand === null ? undefined : named(snapshot, operand);
  const riskiest = services[0];
  const judged = riskiest !== undefined && riskiest.verdicts.length + riskiest.forecasts.length > 0;
  const kept = shown === null || judged ? undefined : services.find((service) => service.service === shown);
  const service = wanted ?? kept ?? riskiest;
  if (service !== undefined) return service;
  throw new DescryError("There is nothing left to look at.", "descry top --once lists what runs here.");
}
