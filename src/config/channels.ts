import type { ChannelOptions, Secret } from "../model/channels.ts";
import type { Settings } from "./schema.ts";
import { NONE } from "./schema/texts.ts";
import { milliseconds, optionalSecret, secret } from "./values.ts";
import { secretOf } from "./writings.ts";

type Said = Settings["channels"][string];

/** The channels that settings name, in their order. */
export function channelsIn({ channels }: Settings): ChannelOptions[] {
  return Object.entries(channels).map(([name, said]) => channelOf(name, said));
}

function channelOf(name: string, said: Said): ChannelOptions {
  const head = { name, from: said.severity, timeout: milliseconds(said.timeout) };
  switch (said.kind) {
    case "webhook":
      return { ...head, kind: said.kind, url: address(said.url), token: optionalSecret(said.token) };
    case "slack":
      return { ...head, kind: said.kind, url: secret(said.url) };
    case "email": {
      const { kind, host, port, encryption, user, password, sender, recipients } = said;
      return {
        ...{ ...head, kind, host, port, encryption, user: user === NONE ? null : user },
        ...{ password: optionalSecret(password), sender, recipients },
      };
    }
    case "pagerduty":
      return { ...head, kind: said.kind, url: said.url, routingKey: secret(said["routing-key"]) };
    case "alertmanager": {
      const { kind, url, token, labels } = said;
      return { ...head, kind, url: address(url), token: optionalSecret(token), labels };
    }
    case "command": {
      const [program = "", ...args] = said.command;
      return { ...head, kind: said.kind, command: [program, ...args] };
    }
  }
}

function address(text: string): string | Secret {
  return secretOf(text) ?? text;
}
