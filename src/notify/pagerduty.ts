import type { Notification } from "../model/alert.ts";
import type { PagerDutyOptions } from "../model/channels.ts";
import { failed, type Channel, type Surroundings } from "./channel.ts";
import { clipped } from "./plain.ts";
import { post } from "./post.ts";
import { readSecret, withSecrets } from "./secrets.ts";
import { evidence, figures, headline, paragraph, steps } from "./words.ts";

/** Of the Events API v2: a summary may hold 1024 characters. */
const SUMMARY = 1024;

/**
 * Delivered once as far as people see it: the alert's id is the dedup_key, and what comes again with it changes an
 * incident that is there. Being over closes it.
 */
export function pagerDuty(options: PagerDutyOptions, surroundings: Surroundings): Channel {
  const { name, kind, from, timeout } = options;
  return {
    ...{ name, kind, from, repeat: null },
    deliver: (notification, attempt) =>
      withSecrets(async () => {
        const key = readSecret(options.routingKey, surroundings);
        const url = `${options.url.replace(/\/+$/, "")}/v2/enqueue`;
        const send = (event: PagerDutyEvent) =>
          post({ url, body: { routing_key: key, ...event }, secrets: [key], timeout }, attempt, surroundings);
        const sent = await send(pagerDutyEvent(notification));
        // A test leaves nothing open.
        return sent.is === "delivered" && notification.kind === "test" ? send(end(notification)) : sent;
      }, failed),
  };
}

interface PagerDutyEvent {
  readonly event_action: "trigger" | "resolve";
  readonly dedup_key: string;
  readonly [field: string]: unknown;
}

function end({ alert }: Notification): PagerDutyEvent {
  return { event_action: "resolve", dedup_key: alert.id };
}

export function pagerDutyEvent(notification: Notification): PagerDutyEvent {
  const { kind, at, alert } = notification;
  if (kind === "resolved") return end(notification);
  return {
    event_action: "trigger",
    dedup_key: alert.id,
    client: "descry",
    payload: {
      summary: clipped(headline(notification), SUMMARY),
      source: alert.host,
      severity: kind === "test" ? "info" : alert.severity === "page" ? "critical" : "warning",
      timestamp: at,
      component: alert.service ?? "unknown service",
      // The same leak on other hosts.
      group: alert.fingerprint,
      class: alert.rule,
      custom_details: {
        summary: paragraph(alert),
        owner: alert.owner,
        figures: figures(notification),
        evidence: evidence(alert),
        actions: steps(alert),
        runway: alert.runway,
      },
    },
  };
}
