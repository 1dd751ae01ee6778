import type { Notification } from "../model/alert.ts";
import type { WebhookOptions } from "../model/channels.ts";
import { failed, type Channel, type Surroundings } from "./channel.ts";
import { post } from "./post.ts";
import { readAddress, readSecret, secretsIn, withSecrets } from "./secrets.ts";

/** What a webhook gets and a command reads: docs/webhook.md. Fields are added to it, and never renamed. */
export interface WebhookMessage extends Notification {
  readonly descryNotification: 1;
  readonly writtenBy: string;
}

export function webhookMessage(notification: Notification, { version }: Surroundings): WebhookMessage {
  return { descryNotification: 1, writtenBy: `descry ${version}`, ...notification };
}

/**
 * Delivered at least once: when an answer is lost, the same comes again with the same `id`, which is the header
 * Idempotency-Key as well.
 */
export function webhook(options: WebhookOptions, surroundings: Surroundings): Channel {
  const { name, kind, from, timeout } = options;
  return {
    ...{ name, kind, from, repeat: null },
    deliver: (notification, attempt) =>
      withSecrets(() => {
        const url = readAddress(options.url, surroundings);
        const token = options.token === null ? null : readSecret(options.token, surroundings);
        const headers = {
          "idempotency-key": notification.id,
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        };
        const secrets = [
          ...(token === null ? [] : [token]),
          ...(typeof options.url === "string" ? [] : secretsIn(url)),
        ];
        const body = webhookMessage(notification, surroundings);
        return post({ url, body, headers, secrets, timeout }, attempt, surroundings);
      }, failed),
  };
}
