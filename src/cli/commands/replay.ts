import { isNamed } from "../../agent/naming.ts";
import type { Tick } from "../../agent/observe.ts";
import { DescryError } from "../../model/error.ts";
import type { Targets } from "../../model/targets.ts";
import { INTERRUPTED } from "../exit-codes.ts";
import { type KnownHere, withKnowledge } from "../knowledge.ts";
import { judge } from "../judgement.ts";
import { type Options, readOptions } from "../options.ts";
import { watchHeading } from "../screen/header.ts";
import { harmless } from "../screen/text.ts";
import type { Command, Surroundings } from "../surroundings.ts";
import { tellAll, teller } from "../telling.ts";

/**
 * `descry replay FILE|-`: the events of a recording, as fast as it goes, with the recording's own times. Judges what
 * the recording was told to judge, unless targets are named.
 */
export const run: Command = async (flags, operand, surroundings) => {
  const options = readOptions(flags, surroundings.environment);
  // A recording is judged as `record` judged it: only what is named is known beforehand.
  const stateFolder = flags.stateDir ?? "off";
  return withKnowledge({ ...options, stateFolder }, "read", surroundings, async (knowledge) =>
    replay(operand ?? "-", options, surroundings, knowledge),
  );
};

async function replay(
  path: string,
  options: Options,
  { agent, terminal, interruption, invocation }: Surroundings,
  { known, note }: KnownHere,
): Promise<number> {
  const recording = await agent.openRecording(path);
  const { source, header } = recording;
  const { pids, services } = options.targets;
  const targets = pids.length + services.length > 0 ? options.targets : header.targets;
  const watch = createTargetWatch(targets);
  try {
    const { signal } = interruption;
    // Who recorded it is not who reads it.
    const reader = { ...invocation, asRoot: false };
    const ticks = agent.observe(source, { targets, interval: 0, signal, invocation: reader, known });
    const told = await tellAll(noted(ticks, note), teller(options.json, terminal), (tick, first) => {
      watch.note(tick, first);
      if (first && !options.json && !options.quiet) {
        terminal.out(watchHeading("replaying", tick.snapshot(), terminal.look()));
      }
    });
    if (interruption.cause !== null) return INTERRUPTED[interruption.cause] ?? 0;
    const passedOver = recording.notUnderstood();
    if (passedOver !== null) terminal.err(`descry: ${passedOver}`);
    if (told.last === null) throw nothingIn(path);
    watch.expectMet(told.last, path);
    return judge(told.standings, told.last.facts.at, null).code;
  } finally {
    await source.close();
  }
}

async function* noted(ticks: AsyncIterable<Tick>, note: (tick: Tick) => Tick): AsyncGenerator<Tick> {
  for await (const tick of ticks) yield note(tick);
}

function nothingIn(path: string): DescryError {
  return new DescryError(
    `${path === "-" ? "Standard input" : harmless(path)} holds no reading.`,
    "Record for longer: descry record --for 30s -o NAME.descry.",
  );
}

/** In a recording a process that was named may begin late and end early; it only has to be there at some time. */
function createTargetWatch(targets: Targets) {
  let unmetPids: readonly number[] = targets.pids;
  let services = new Set<string>();
  const noteServices = (tick: Tick) => {
    services = services.union(new Set(tick.snapshot().services.map((service) => service.service)));
  };
  return {
    note(tick: Tick, first: boolean): void {
      if (unmetPids.length > 0) unmetPids = unmetPids.filter((pid) => tick.missingPids.includes(pid));
      if (first && targets.services.length > 0) noteServices(tick);
    },
    /** Throws a DescryError for a target that the recording never shows. */
    expectMet(last: Tick, path: string): void {
      const pid = unmetPids[0];
      const file = path === "-" ? "this recording" : harmless(path);
      if (pid !== undefined)
        throw new DescryError(`There is no process ${pid} in ${file}.`, "Leave --pid out to see all.");
      if (targets.services.length > 0) noteServices(last);
      const unmet = targets.services.find((name) => ![...services].some((service) => isNamed(service, name)));
      if (unmet === undefined) return;
      throw new DescryError(
        `There is no service named ${harmless(unmet)} in ${file}.`,
        "Leave --service out to see all.",
      );
    },
  };
}
