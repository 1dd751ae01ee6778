import type { AlertReport, Notification } from "../model/alert.ts";
import type { AlertmanagerOptions } from "../model/channels.ts";
import { failed, type Attempt, type Channel, type Outcome, type Surroundings } from "./channel.ts";
import { clipped, plain } from "./plain.ts";
import { post } from "./post.ts";
import { readAddress, readSecret, secretsIn, withSecrets } from "./secrets.ts";
import { beginning, ending, evidence, fullness, headline, paragraph, rate, steps } from "./words.ts";

/** What is not said again is over for Alertmanager, and what it knew is gone when it is restarted. */
const REPEAT_EVERY = 60_000;
/** A restart or an update of descry takes less; so long a dead one's alerts stand. */
const STANDS_FOR = 15 * 60_000;
const TEST_STANDS_FOR = 60_000;
const LONGEST_LABEL = 500;
const LONGEST_TEXT = 4000;

/** One alert of POST /api/v2/alerts; its labels are its identity. */
export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
}

/** Delivered once: Alertmanager knows an alert by its labels, and the same again changes nothing. */
export function alertmanager(options: AlertmanagerOptions, surroundings: Surroundings): Channel {
  const { name, kind, from, timeout } = options;
  const send = (alerts: readonly PostedAlert[], attempt: Attempt): Promise<Outcome> =>
    withSecrets(() => {
      const base = readAddress(options.url, surroundings);
      const token = options.token === null ? null : readSecret(options.token, surroundings);
      const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
      const secrets = [
        ...(token === null ? [] : [token]),
        ...(typeof options.url === "string" ? [] : secretsIn(base)),
      ];
      const url = `${base.replace(/\/+$/, "")}/api/v2/alerts`;
      return post({ url, body: alerts, headers, secrets, timeout }, attempt, surroundings);
    }, failed);
  return {
    ...{ name, kind, from },
    deliver: (notification, attempt) =>
      send(postedAlerts(notification, options.labels, attempt.now), attempt),
    repeat: {
      every: REPEAT_EVERY,
      deliver: (standing, attempt) =>
        send(
          standing.map((alert) => standingAlert(alert, options.labels, attempt.now)),
          attempt,
        ),
    },
  };
}

export function postedAlerts(
  notification: Notification,
  labels: Readonly<Record<string, string>>,
  now: number,
): PostedAlert[] {
  const { kind, before, alert } = notification;
  const startsAt = alert.firingAt ?? alert.startedAt;
  const annotations = annotationsOf(notification);
  // An end before the beginning is refused: the clock may have been set between them.
  const endingAt = (end: number): string => iso(Math.max(end, Date.parse(startsAt)));
  const posted = { labels: labelsOf(alert, labels), annotations, startsAt };
  if (kind === "test") {
    const trial = labelsOf(alert, labels, "DescryTest");
    return [{ ...posted, labels: trial, endsAt: iso(now + TEST_STANDS_FOR) }];
  }
  if (kind === "resolved") {
    // As it was told: that it became a page may have been held back by a silence.
    const was = labelsOf({ ...alert, severity: before ?? alert.severity }, labels);
    return [{ ...posted, labels: was, endsAt: endingAt(Date.parse(alert.resolvedAt ?? iso(now))) }];
  }
  const current = { ...posted, endsAt: iso(now + STANDS_FOR) };
  if (before === null || before === alert.severity) return [current];
  // With another severity it is another alert there, and the one before is over.
  const was = labelsOf({ ...alert, severity: before }, labels);
  return [{ ...posted, labels: was, endsAt: endingAt(now) }, current];
}

function standingAlert(
  alert: AlertReport,
  labels: Readonly<Record<string, string>>,
  now: number,
): PostedAlert {
  const notification = {
    id: alert.id,
    kind: "firing",
    at: iso(now),
    why: null,
    before: null,
    alert,
  } as const;
  return {
    labels: labelsOf(alert, labels),
    annotations: annotationsOf(notification),
    startsAt: alert.firingAt ?? alert.startedAt,
    endsAt: iso(now + STANDS_FOR),
  };
}

const EXHAUSTION: ReadonlySet<string> = new Set([
  "at-limit",
  "host-file-limit",
  "port-exhaustion",
  "inotify-exhaustion",
  "forecast",
]);

function labelsOf(
  alert: AlertReport,
  more: Readonly<Record<string, string>>,
  alertname = EXHAUSTION.has(alert.rule) ? "DescryExhaustion" : "DescryLeak",
): Record<string, string> {
  const { severity, service, rule, fingerprint, peer, owner, host } = alert;
  const own = { alertname, severity, service, rule, fingerprint, peer, owner, instance: host };
  return { ...readable(more, LONGEST_LABEL), ...readable(own, LONGEST_LABEL) };
}

/** Each in words that can stand alone, so that a template of Alertmanager's may show any of them. */
function annotationsOf(notification: Notification): Record<string, string> {
  const { kind, alert, why } = notification;
  const told = readable(
    { summary: headline(notification), description: paragraph(alert), why },
    LONGEST_TEXT,
  );
  // What is over needs neither figures, which are old, nor advice.
  if (kind === "resolved") return told;
  const { netPerMinute, runway } = alert;
  const advice = steps(alert).map(({ when, text, command }) =>
    command === null ? `${when}: ${text}` : `${when}: ${text}\n    ${command}`,
  );
  return {
    ...told,
    ...readable(
      {
        rate: rate(alert),
        runway: ending(notification),
        open_files: fullness(alert),
        since: beginning(alert),
        product: alert.subject?.product ?? null,
      },
      LONGEST_TEXT,
    ),
    // As numbers, for programs.
    ...(netPerMinute === null ? {} : { kept_per_minute: String(netPerMinute) }),
    ...(runway?.exhaustedAt?.p50 ? { exhausted_at: runway.exhaustedAt.p50 } : {}),
    ...lines({ evidence: evidence(alert), advice }),
  };
}

/** Without those that have nothing to say: Alertmanager takes an empty label as none. */
function readable(texts: Readonly<Record<string, string | null>>, most: number): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([key, text]) =>
      text === null || text === "" ? [] : [[key, clipped(plain(text), most)]],
    ),
  );
}

function lines(parts: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parts).flatMap(([key, each]) => (each.length === 0 ? [] : [[key, each.join("\n")]])),
  );
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
