import { hostname } from "node:os";
import type { ChannelOptions, Secret } from "../model/channels.ts";
import { DescryError } from "../model/error.ts";
import type { Surroundings } from "../notify/channel.ts";
import { channelOf } from "../notify/channels.ts";
import { readSecret } from "../notify/secrets.ts";
import { trialNotification } from "../notify/trial.ts";

/**
 * Sends one message that says that nothing leaks, and waits for what comes of it: one attempt, within the channel's
 * timeout. Rejects with a DescryError that says why it did not arrive.
 */
export async function tryChannel(
  options: ChannelOptions,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  const { name, kind } = options;
  expectSecrets(options, surroundings);
  const now = Date.now();
  const channel = channelOf(options, surroundings);
  const outcome = await channel.deliver(trialNotification(hostname(), now), { now, signal });
  if (outcome.is === "delivered") return;
  throw new DescryError(
    `The channel ${name} (${kind}) did not take the test message: ${outcome.because}.`,
    outcome.is === "refused" ? `Check that a receiver of kind ${kind} is there.` : MENDS[kind],
  );
}

const RECEIVER = "Check that the receiver runs, and its address in the configuration.";

const MENDS: Readonly<Record<ChannelOptions["kind"], string>> = {
  webhook: RECEIVER,
  slack: "Check the address that the secret holds, and that this host may reach it.",
  email: "Check host, port, encryption, user and password of the channel.",
  pagerduty: "Check the routing key, and that this host may reach the address.",
  alertmanager: RECEIVER,
  command: "Check that the program is there and may be run, and what it does with its standard input.",
};

/** A channel only fails without its secret; here it is said what to do about it. */
function expectSecrets(options: ChannelOptions, surroundings: Surroundings): void {
  for (const secret of secretsOf(options)) {
    try {
      readSecret(secret, surroundings);
    } catch (error) {
      if (!(error instanceof DescryError)) throw error;
      const mend =
        "env" in secret
          ? `Set it for this command; descry agent reads it in its own environment.`
          : "Check that the file is there, holds the secret alone and may be read by you and by descry agent.";
      throw new DescryError(`The channel ${options.name} has no secret: ${error.message}.`, mend);
    }
  }
}

function secretsOf(options: ChannelOptions): Secret[] {
  switch (options.kind) {
    case "webhook":
    case "alertmanager": {
      const { url, token } = options;
      return [url, token].filter((one) => one !== null && typeof one !== "string");
    }
    case "slack":
      return [options.url];
    case "email":
      return options.password === null ? [] : [options.password];
    case "pagerduty":
      return [options.routingKey];
    case "command":
      return [];
  }
}
