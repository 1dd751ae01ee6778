import { tryChannel } from "../../agent/trial.ts";
import { readAgent } from "../../config/read.ts";
import type { ChannelOptions } from "../../model/channels.ts";
import { DescryError } from "../../model/error.ts";
import { ALERT_WISHES } from "../commands.ts";
import { OK } from "../exit-codes.ts";
import { listed, nearest } from "../nearest.ts";
import { type RawFlags, readConfig } from "../options.ts";
import { harmless, jsonLine } from "../screen/text.ts";
import type { Command, Surroundings } from "../surroundings.ts";
import { VERSION } from "../version.ts";

/** `descry alert`: a channel is tried here; for all else the running agent is asked. */
export const run: Command = async (flags, operand, surroundings) => {
  const [word = operand ?? "", named = null] = flags.words ?? [];
  const wish = ALERT_WISHES.find((one) => one === word);
  if (wish === undefined)
    throw new DescryError(
      `descry alert has no ${harmless(word)}.`,
      `It has ${listed(ALERT_WISHES)}: descry alert --help.`,
    );
  if (wish === "test") return tryOne(named, flags, surroundings);
  const { askAgent } = await import("../alert/asked.ts");
  return askAgent(wish, named, flags, surroundings);
};

/** Sends one message through a channel as it is configured, and says whether it arrived. */
async function tryOne(
  channel: string | null,
  flags: RawFlags,
  { terminal, environment, usual, interruption }: Surroundings,
): Promise<number> {
  const named = readConfig(flags, environment);
  const { path, settings } = await readAgent({ named, usual: usual.configuration, nearest });
  const options = chosen(settings.channels, channel, path);
  await tryChannel(options, { env: environment, version: VERSION }, interruption.signal);
  const { name, kind } = options;
  if (flags.json === true) terminal.out(jsonLine({ channel: name, kind, delivered: true }));
  else terminal.out(`The channel ${name} (${kind}) took the test message.`);
  return OK;
}

function chosen(
  channels: readonly ChannelOptions[],
  wanted: string | null,
  path: string | null,
): ChannelOptions {
  const names = channels.map(({ name }) => name);
  if (names.length === 0)
    throw new DescryError(
      path === null ? "There is no configuration, and so no channel." : `${harmless(path)} names no channel.`,
      "Name one below channels: descry config reference shows how.",
    );
  if (wanted === null)
    throw new DescryError("descry alert test needs a channel.", `There is ${listed(names)}.`);
  const found = channels.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const near = nearest(wanted, names, 1)[0];
  throw new DescryError(
    `There is no channel ${harmless(wanted)}.`,
    near === undefined ? `There is ${listed(names)}.` : `Did you mean ${near}?`,
  );
}
