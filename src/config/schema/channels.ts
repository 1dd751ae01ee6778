import { type TProperties, Type } from "typebox";
import { CONTROLS, duration, NONE, secret, url, urlOrSecret } from "./texts.ts";

/** Of every channel. */
const head = {
  severity: Type.Enum(["ticket", "page"], {
    default: "ticket",
    description: "What it tells: page for pages alone, ticket for everything.",
  }),
  timeout: duration({
    default: "10s",
    least: "1s",
    most: "5m",
    description: "One attempt may take so long; after it comes the next one.",
  }),
};

const token = secret({
  default: NONE,
  also: [NONE],
  description: "Sent as Authorization: Bearer.",
  examples: ["env:ALERTS_TOKEN"],
});

const line = (options: { default?: string; description?: string; wanted: string; examples?: string[] }) =>
  Type.String({ ...options, pattern: `^[^${CONTROLS}]{1,512}$` });

const mailbox = {
  pattern: `^[^\\s@<>,;${CONTROLS}]{1,64}@[^\\s@<>,;${CONTROLS}]{1,255}$`,
  wanted: "an address, as ops@example.com",
};

const of = <const Kind extends string, Fields extends TProperties>(
  kind: Kind,
  description: string,
  fields: Fields,
) =>
  Type.Object(
    { kind: Type.Literal(kind, { description }), ...fields, ...head },
    { additionalProperties: false, description },
  );

const webhook = of("webhook", "POSTs the JSON of docs/webhook.md.", {
  url: urlOrSecret({
    description:
      "Where it is sent; file: or env: when whoever knows the address may post there, or it has a question mark.",
    examples: ["https://alerts.example/descry"],
  }),
  token,
});

const slack = of(
  "slack",
  "Slack's incoming webhooks, and what is compatible with them (Mattermost, Rocket.Chat).",
  {
    url: secret({
      description: "Where the address of the webhook is read: whoever knows it may post, so it is a secret.",
      examples: ["file:/etc/descry/slack-url"],
    }),
  },
);

const email = of("email", "A mail, over SMTP.", {
  host: line({
    description: "The server that takes mails.",
    examples: ["smtp.example.com"],
    wanted: "the name or the address of a host",
  }),
  port: Type.Integer({ minimum: 1, maximum: 65_535, default: 587, description: "Its port." }),
  encryption: Type.Enum(["starttls", "implicit", "none"], {
    default: "starttls",
    description:
      "starttls, as port 587 has it, and implicit, as port 465 has it, fail without encryption; none is for a relay on this host.",
  }),
  user: line({
    default: NONE,
    description: "The user's name there; none: it asks for no password.",
    wanted: "a name",
  }),
  password: secret({
    default: NONE,
    also: [NONE],
    description: "The user's password.",
    examples: ["file:/etc/descry/smtp-password"],
  }),
  sender: Type.String({
    ...mailbox,
    description: "From whom the mail is.",
    examples: ["descry@example.com"],
  }),
  recipients: Type.Array(Type.String(mailbox), {
    minItems: 1,
    maxItems: 100,
    description: "To whom it goes.",
    examples: [["ops@example.com"]],
  }),
});

const pagerduty = of("pagerduty", "PagerDuty's Events API v2.", {
  "routing-key": secret({
    description: "Where the integration key of the service in PagerDuty is read.",
    examples: ["file:/etc/descry/pagerduty-key"],
  }),
  url: url({
    default: "https://events.pagerduty.com",
    description: "https://events.eu.pagerduty.com in Europe, or what stands in for it.",
  }),
});

const alertmanager = of("alertmanager", "Prometheus' Alertmanager, API v2.", {
  url: urlOrSecret({
    description: "Its address, without /api/v2.",
    examples: ["http://127.0.0.1:9093"],
  }),
  token,
  labels: Type.Record(
    Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]{0,127}$" }),
    line({ description: "The label's value.", wanted: "a text of 1 to 512 characters on one line" }),
    {
      additionalProperties: false,
      default: {},
      description: "Labels that every alert gets besides its own.",
      examples: [{ cluster: "eu-1" }],
      entry: "LABEL",
      keys: "a label is named in letters, digits and _, and does not begin with a digit",
    },
  ),
});

const command = of(
  "command",
  "Runs a program, without a shell, with the JSON of docs/webhook.md on its standard input.",
  {
    command: Type.Array(Type.String({ pattern: "^[^\\u0000]{0,4096}$", wanted: "a text" }), {
      minItems: 1,
      maxItems: 100,
      description: "The program and its arguments.",
      examples: [["/usr/local/bin/tell-ops", "--from", "descry"]],
    }),
  },
);

export const CHANNELS = Type.Record(
  Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$" }),
  Type.Union([webhook, slack, email, pagerduty, alertmanager, command], {
    description:
      "One way to tell somebody. descry alert test CHANNEL sends a message that says that nothing leaks.",
  }),
  {
    additionalProperties: false,
    default: {},
    description: "Who is told of alerts: channels, each by a name that you choose.",
    entry: "CHANNEL",
    keys: "a channel is named in 1 to 64 letters, digits, dots, dashes and _, the first of them a letter or a digit",
    hidden: true,
  },
);
