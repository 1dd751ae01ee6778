import type { ChannelOptions } from "../model/channels.ts";
import { alertmanager } from "./alertmanager.ts";
import type { Channel, Surroundings } from "./channel.ts";
import { command } from "./command.ts";
import { email } from "./email.ts";
import { pagerDuty } from "./pagerduty.ts";
import { slack } from "./slack.ts";
import { webhook } from "./webhook.ts";

/** The channel that the configuration describes. Nothing is read or connected before the first attempt. */
export function channelOf(options: ChannelOptions, surroundings: Surroundings): Channel {
  switch (options.kind) {
    case "webhook":
      return webhook(options, surroundings);
    case "slack":
      return slack(options, surroundings);
    case "email":
      return email(options, surroundings);
    case "pagerduty":
      return pagerDuty(options, surroundings);
    case "alertmanager":
      return alertmanager(options, surroundings);
    case "command":
      return command(options, surroundings);
  }
}
