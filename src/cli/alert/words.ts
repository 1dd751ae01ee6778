/** Alerts and silences in lines for people. */
import type { ListedAlert, Silence, SilenceOrder } from "../../model/alert.ts";
import type { SilenceAnswer, SilencesAnswer } from "../../server/api.ts";
import { counted } from "../screen/figures.ts";
import { clockWithZone } from "../screen/header.ts";
import type { Look } from "../screen/look.ts";
import { cutMiddle, hanging, harmless } from "../screen/text.ts";
import { moment } from "../screen/times.ts";

const INDENT = " ".repeat(8);
const MOST_NAME = 60;

/** Each alert in some lines, under one that says how many there are; `now` in RFC 3339. */
export function alertLines(alerts: readonly ListedAlert[], now: string, look: Look): string[] {
  if (alerts.length === 0) return ["No alert fires, and none is pending."];
  const silenced = alerts.filter(({ silence }) => silence !== null).length;
  const held = silenced === 0 ? "" : `, ${silenced} of them silenced`;
  const head = `${counted(alerts.length, "alert")}${held}   ${clockWithZone(now, look.zone)}`;
  return [head, ...alerts.flatMap((alert) => ["", ...oneAlert(alert, now, look)])];
}

function oneAlert(alert: ListedAlert, now: string, look: Look): string[] {
  const { phase, severity, service, rule, peer, owner, startedAt, firingAt, fingerprint } = alert;
  const since = moment(firingAt ?? startedAt, now, look.zone);
  const parts = [
    `${severity.padEnd(INDENT.length)}${phase} since ${since}`,
    service === null ? "nobody's" : named(service),
    rule,
    ...(peer === null ? [] : [named(peer)]),
    ...(owner === null ? [] : [`owner ${named(owner)}`]),
  ];
  const { silence } = alert;
  const held = silence === null ? [] : [silencedWords(silence, now, look.zone)];
  return [
    parts.join("   "),
    ...[harmless(alert.summary), ...held, `fingerprint ${harmless(fingerprint)}`].flatMap((text) =>
      hanging(INDENT, text, look.columns, 3),
    ),
  ];
}

/** "silenced until 03:10 by ann: deploy" */
export function silencedWords(silence: Silence, now: string, zone: string): string {
  return `silenced until ${moment(silence.until, now, zone)} ${makerWords(silence)}`;
}

export function silenceLines(
  silences: SilencesAnswer["silences"],
  now: string,
  { zone }: Pick<Look, "zone">,
): string[] {
  if (silences.length === 0) return ["There is no silence."];
  return silences.map(({ state, id, ...silence }) => {
    const ended = moment(silence.endedAt ?? silence.until, now, zone);
    const when = state === "active" ? `until ${moment(silence.until, now, zone)}` : `ended ${ended}`;
    return [harmless(id), when, aboutWords(silence), makerWords(silence)].join("   ");
  });
}

/** What a person is told who made one. */
export function madeLines({ silence, alerts, durable }: SilenceAnswer, now: string, zone: string): string[] {
  const about =
    alerts === 0
      ? "No such alert lives now: it holds those to come."
      : `It holds ${counted(alerts, "alert")} now.`;
  return [
    `Silenced until ${moment(silence.until, now, zone)}: ${aboutWords(silence)}. ${about}`,
    ...unwritten(durable),
    `descry alert unsilence ${harmless(silence.id)} ends it before.`,
  ];
}

/** What a person is told who ended one. */
export function endedLines({ silence, alerts, durable }: SilenceAnswer, now: string, zone: string): string[] {
  const ended = moment(silence.endedAt ?? silence.until, now, zone);
  const then =
    alerts === 0 ? "" : ` What fires of ${counted(alerts, "alert")} is told, unless another holds it.`;
  return [`The silence of ${aboutWords(silence)} ended at ${ended}.${then}`, ...unwritten(durable)];
}

function unwritten(durable: boolean): string[] {
  return durable
    ? []
    : [
        "The history cannot be written: this is forgotten if the agent ends before it can (/readyz says why).",
      ];
}

/** "service gunicorn.service, rule close-wait" */
function aboutWords({ service, rule, fingerprint }: Pick<SilenceOrder, "service" | "rule" | "fingerprint">) {
  return [
    ...(service === null ? [] : [`service ${named(service)}`]),
    ...(rule === null ? [] : [`rule ${rule}`]),
    ...(fingerprint === null ? [] : [`fingerprint ${harmless(fingerprint)}`]),
  ].join(", ");
}

function makerWords({ by, comment }: Pick<SilenceOrder, "by" | "comment">): string {
  return `by ${harmless(by)}${comment === "" ? "" : `: ${harmless(comment)}`}`;
}

function named(text: string): string {
  return cutMiddle(harmless(text), MOST_NAME);
}
