import type { Severity } from "./alert.ts";

/** Where a secret is read, each time it is needed; it never stands in the configuration itself. */
export type Secret = { readonly file: string } | { readonly env: string };

interface ChannelHead {
  /** Unique among the channels. */
  readonly name: string;
  /** Tells `page` alone, or tickets too. */
  readonly from: Severity;
  /** One attempt may take so long, in milliseconds. */
  readonly timeout: number;
}

/** POSTs the JSON of docs/webhook.md. */
export interface WebhookOptions extends ChannelHead {
  readonly kind: "webhook";
  /** http or https. As a secret when whoever knows it may post. */
  readonly url: string | Secret;
  /** Sent as `Authorization: Bearer`. */
  readonly token: Secret | null;
}

/** Slack's incoming webhooks, and what is compatible with them (Mattermost, Rocket.Chat). The address is the secret. */
export interface SlackOptions extends ChannelHead {
  readonly kind: "slack";
  readonly url: Secret;
}

export interface EmailOptions extends ChannelHead {
  readonly kind: "email";
  readonly host: string;
  readonly port: number;
  /** `starttls` and `implicit` fail without encryption; `none` is for a relay on this host. */
  readonly encryption: "starttls" | "implicit" | "none";
  readonly user: string | null;
  readonly password: Secret | null;
  readonly sender: string;
  readonly recipients: readonly string[];
}

export interface PagerDutyOptions extends ChannelHead {
  readonly kind: "pagerduty";
  /** https://events.pagerduty.com, or https://events.eu.pagerduty.com, or what stands in for it. */
  readonly url: string;
  readonly routingKey: Secret;
}

export interface AlertmanagerOptions extends ChannelHead {
  readonly kind: "alertmanager";
  /** Without /api/v2. */
  readonly url: string | Secret;
  readonly token: Secret | null;
  /** Added to every alert, such as `cluster`. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Run without a shell, with the JSON of docs/webhook.md on its standard input. */
export interface CommandOptions extends ChannelHead {
  readonly kind: "command";
  readonly command: readonly [program: string, ...args: string[]];
}

export type ChannelOptions =
  | WebhookOptions
  | SlackOptions
  | EmailOptions
  | PagerDutyOptions
  | AlertmanagerOptions
  | CommandOptions;
