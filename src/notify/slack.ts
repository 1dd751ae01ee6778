import type { Notification } from "../model/alert.ts";
import type { SlackOptions } from "../model/channels.ts";
import { failed, type Channel, type Surroundings } from "./channel.ts";
import { clipped } from "./plain.ts";
import { post } from "./post.ts";
import { readSecret, secretsIn, withSecrets } from "./secrets.ts";
import { evidence, figures, paragraph, steps, subject } from "./words.ts";

/** Of Slack's blocks: a header may hold 150 characters, any other text 3000. */
const HEADER = 150;
const TEXT = 3000;
/** Slack cuts the text off at 40,000; receivers that are only compatible refuse more than about 4000 at times. */
const WHOLE = 3900;

/**
 * Delivered at least once: incoming webhooks know no key, so that a message whose answer is lost is shown twice. `blocks`
 * is what Slack shows: prose as plain_text, where nothing is obeyed. `text` is for the notification on a phone and for
 * receivers without blocks, some of which read Markdown in it.
 */
export function slack(options: SlackOptions, surroundings: Surroundings): Channel {
  const { name, kind, from, timeout } = options;
  return {
    ...{ name, kind, from, repeat: null },
    deliver: (notification, attempt) =>
      withSecrets(() => {
        const url = readSecret(options.url, surroundings);
        const body = slackMessage(notification);
        return post({ url, body, secrets: secretsIn(url), timeout }, attempt, surroundings);
      }, failed),
  };
}

export function slackMessage(notification: Notification): Readonly<Record<string, unknown>> {
  const { kind, alert } = notification;
  const title = subject(notification);
  const over = kind === "resolved";
  const details = over ? [] : [...figures(notification), ...evidence(alert)];
  const todo = over ? [] : steps(alert);
  const written = todo.flatMap(({ when, text, command }) => [
    `${when}: ${escaped(text)}`,
    ...(command === null ? [] : [fenced(command)]),
  ]);
  return {
    text: clippedWhole(
      [escaped(title), escaped(paragraph(alert)), ...details.map(escaped), ...written],
      WHOLE,
    ),
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: "header", text: plainText(title, HEADER) },
      { type: "section", text: plainText(paragraph(alert), TEXT) },
      ...(details.length === 0 ? [] : [{ type: "section", text: plainText(details.join("\n"), TEXT) }]),
      ...todo.flatMap(({ when, text, command }) => [
        { type: "section", text: plainText(`${when}: ${text}`, TEXT) },
        ...(command === null || fenced(command).length > TEXT
          ? []
          : [{ type: "section", text: { type: "mrkdwn", text: fenced(command), verbatim: true } }]),
      ]),
    ],
  };
}

function plainText(text: string, most: number): Readonly<Record<string, unknown>> {
  return { type: "plain_text", text: clipped(text, most), emoji: false };
}

/** Whole lines as far as there is room: half an entity or an open fence would be read as something else. */
function clippedWhole(lines: readonly string[], most: number): string {
  let text = "";
  for (const line of lines) {
    if (text.length + line.length + 1 > most) return text === "" ? line.slice(0, 0) : `${text}\n…`;
    text = text === "" ? line : `${text}\n${line}`;
  }
  return text;
}

/**
 * Slack has three characters to escape, &, < and >, which begin every mention and link of its own. Of those who are only
 * compatible, Markdown's are taken apart: code, emphasis, links, mentions.
 */
export function escaped(text: string): string {
  return entities(text)
    .replaceAll("`", "\u02cb")
    .replaceAll("*", "\u2217")
    .replaceAll("~", "\u223c")
    .replaceAll("](", "]\u200b(")
    .replaceAll("@", "@\u200b");
}

/** As a block of code, out of which nothing leads. */
function fenced(command: string): string {
  return `\`\`\`\n${entities(command.replaceAll("```", "\u02cb\u02cb\u02cb"))}\n\`\`\``;
}

function entities(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
