import { stat } from "node:fs/promises";
import type { Tick } from "../../agent/observe.ts";
import { DescryError } from "../../model/error.ts";
import type { Agent } from "../agent.ts";
import { type KnownHere, withKnowledge } from "../knowledge.ts";
import { liveTicks, untilGone } from "../observation.ts";
import { type Options, type RawFlags, readOptions } from "../options.ts";
import { VERSION } from "../version.ts";
import { bytes, counted } from "../screen/figures.ts";
import { watchHeading } from "../screen/header.ts";
import { harmless } from "../screen/text.ts";
import { elapsed } from "../screen/times.ts";
import type { Command, Surroundings } from "../surroundings.ts";
import { endCode, tellAll, teller } from "../telling.ts";

/** `descry record -o FILE`: writes what is read, and tells the events that come of it. */
export const run: Command = async (flags, _operand, surroundings) => {
  const options = readOptions(flags, surroundings.environment);
  const path = outputPath(flags);
  await surroundings.agent.expectRecordable(path);
  const writer = lazyWriter(path, options, surroundings);
  const { terminal } = surroundings;
  // A recording on standard output leaves only standard error for the events.
  const events = path === "-" ? { ...terminal, out: (line: string) => terminal.err(line) } : terminal;
  try {
    await withKnowledge(options, "ignored", surroundings, async (knowledge) =>
      recordTicks(options, writer.write, { ...surroundings, terminal: events }, knowledge),
    );
  } finally {
    await writer.close();
  }
  if (!options.quiet && writer.readings() > 0) terminal.err(await closingWords(path, writer));
  return endCode(surroundings.interruption, options.forMilliseconds !== null);
};

function outputPath(flags: RawFlags): string {
  if (flags.output !== undefined && flags.output !== "") return flags.output;
  throw new DescryError("record needs a file to write to.", "Name one: descry record -o NAME.descry.");
}

async function recordTicks(
  options: Options,
  write: (tick: Tick) => Promise<void>,
  surroundings: Surroundings,
  knowledge: KnownHere,
): Promise<void> {
  const { terminal } = surroundings;
  const live = liveTicks(options, options.forMilliseconds, surroundings, knowledge, true);
  const ticks = untilGone(live, options.targets);
  await tellAll(ticks, teller(options.json, terminal), async (tick, first) => {
    await write(tick);
    if (first && !options.json && !options.quiet) {
      terminal.out(watchHeading("recording", tick.snapshot(), terminal.look()));
    }
  });
}

interface LazyWriter {
  readonly write: (tick: Tick) => Promise<void>;
  close(): Promise<void>;
  readings(): number;
  seconds(): number;
}

/** Opens the file at the first reading: a wrong target leaves no empty file behind. */
function lazyWriter(path: string, options: Options, { agent }: Surroundings): LazyWriter {
  let writer: Awaited<ReturnType<Agent["createRecording"]>> | null = null;
  let readings = 0;
  let first = 0;
  let last = 0;
  return {
    async write(tick) {
      const header = { writtenBy: `descry ${VERSION}`, host: tick.host, targets: options.targets };
      writer ??= await agent.createRecording(path, header);
      if (readings === 0) first = tick.facts.uptime;
      await writer.write(tick.facts);
      last = tick.facts.uptime;
      readings++;
    },
    close: async () => writer?.close(),
    readings: () => readings,
    seconds: () => last - first,
  };
}

async function closingWords(path: string, writer: LazyWriter): Promise<string> {
  const what = `${elapsed(writer.seconds())}, ${counted(writer.readings(), "reading")}`;
  if (path === "-") return `Recorded ${what}.`;
  const size = await stat(path).then(
    (file) => ` (${bytes(file.size)})`,
    () => "",
  );
  const file = harmless(path);
  return `Recorded ${what} to ${file}${size}; descry replay ${file} judges it.`;
}
