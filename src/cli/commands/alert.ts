import { tryChannel } from "../../agent/trial.ts";
import { readAgent } from "../../config/read.ts";
import type { ChannelOptions } from "../../model/channels.ts";
import { DescryError } from "../../model/error.ts";
import { ALERT_WISHES } from "../commands.ts";
import { OK } from "../exit-codes.ts";
import { listed, nearest } from "../nearest.ts";
import { readConfig } from "../options.ts";
import { harmless, jsonLine } from "../screen/text.ts";
import type { Command } from "../surroundings.ts";
import { VERSION } from "../version.ts";

/** `descry alert test CHANNEL`: sends one message through a channel as it is configured, and says whether it arrived. */
export const run: Command = async (flags, operand, { terminal, environment, usual, interruption }) => {
  const [wish = operand ?? "", channel = null] = flags.words ?? [];
  if (!ALERT_WISHES.some((one) => one === wish))
    throw new DescryError(
      `descry alert has no ${harmless(wish)}.`,
      `It has ${listed(ALERT_WISHES)}: descry alert test CHANNEL.`,
    );
  const named = readConfig(flags, environment);
  const { path, settings } = await readAgent({ named, usual: usual.configuration, nearest });
  const options = chosen(settings.channels, channel, path);
  await tryChannel(options, { env: environment, version: VERSION }, interruption.signal);
  const { name, kind } = options;
  if (flags.json === true) terminal.out(jsonLine({ channel: name, kind, delivered: true }));
  else terminal.out(`The channel ${name} (${kind}) took the test message.`);
  return OK;
};

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
