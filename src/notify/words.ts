/** An alert in plain words, the same for every channel that people read. All of it is fit to be read (plain.ts). */
import type { AlertReport, Notification } from "../model/alert.ts";
import type { Action, Runway } from "../model/events.ts";
import { clipped, plain } from "./plain.ts";

const LONGEST_NAME = 120;
const LONGEST_PARAGRAPH = 2000;
const MOST_EVIDENCE = 10;

const MOMENTS: Readonly<Record<Action["when"], string>> = {
  now: "NOW",
  "before-restart": "BEFORE A RESTART",
  fix: "FIX",
  confirm: "CONFIRM",
};

const RUNS_OUT: Readonly<Record<Runway["resource"], string>> = {
  nofile: "open files",
  "file-max": "open files of the host",
  ports: "local ports",
  inotify: "inotify",
};

/** One line: what, where and how long is left. */
export function headline({ kind, at, why, alert }: Notification): string {
  const where = `${name(alert.service ?? "unknown service")} on ${name(alert.host)}`;
  if (kind === "test") return `test: descry on ${name(alert.host)} can tell you of leaks; nothing leaks`;
  if (kind === "resolved")
    return `over: ${where}${why === null ? "" : `: ${clipped(plain(why), LONGEST_NAME)}`}`;
  const left = timeLeft(alert.runway, at);
  const what = `${whatIs(alert)}: ${where}${left === null ? "" : `, ${left} left`}`;
  return kind === "updated" && why !== null ? `${what} (${clipped(plain(why), LONGEST_NAME)})` : what;
}

/** The same with how urgent it is in front, for who sorts by it. */
export function subject(notification: Notification): string {
  const { kind, alert } = notification;
  return kind === "test" ? headline(notification) : `[${alert.severity}] ${headline(notification)}`;
}

function whatIs({ rule, standing }: AlertReport): string {
  if (rule === "at-limit" || rule === "host-file-limit") return "at the limit";
  if (rule === "forecast") return "end in sight";
  if (rule === "port-exhaustion") return "ports run out";
  if (rule === "inotify-exhaustion") return "inotify runs out";
  if (rule === "pool-bypass") return "pool bypassed";
  return standing === "suspect" ? "likely leak" : "leak";
}

function name(text: string): string {
  return clipped(plain(text), LONGEST_NAME);
}

/** The verdict as one paragraph. */
export function paragraph({ summary }: AlertReport): string {
  return clipped(plain(summary), LONGEST_PARAGRAPH);
}

/** "124.9 a minute (opened 131, closed 6.1)": what is kept; null: it is not known. */
export function rate({ bornPerMinute, diedPerMinute, netPerMinute }: AlertReport): string | null {
  if (netPerMinute === null) return null;
  const opened = bornPerMinute === null ? "" : ` (opened ${bornPerMinute}, closed ${diedPerMinute ?? "?"})`;
  return `${netPerMinute} a minute${opened}`;
}

/** "2,914 of 4,096"; null: it is not known. */
export function fullness({ open, limit }: AlertReport): string | null {
  if (open === null) return null;
  return `${grouped(open)}${limit === null ? "" : ` of ${grouped(limit)}`}`;
}

/** "9 min, until about 2026-11-23 02:52 UTC (open files)"; null: nothing runs out, or it is not known when. */
export function ending({ alert: { runway }, at }: Notification): string | null {
  const left = timeLeft(runway, at);
  if (left === null || runway === null) return null;
  const end = runway.exhaustedAt?.p50 ?? null;
  return `${left}${end === null ? "" : `, until about ${minute(end)}`} (${RUNS_OUT[runway.resource]})`;
}

/** When it began, to the minute; null: it is not known. */
export function beginning({ since }: AlertReport): string | null {
  return since === null ? null : minute(since);
}

/** Whose it is, rates and the end, each a line; only what is known. */
export function figures(notification: Notification): string[] {
  const { alert } = notification;
  const said = {
    Owner: alert.owner === null ? null : name(alert.owner),
    "Open files": fullness(alert),
    Kept: rate(alert),
    Since: beginning(alert),
    "Time left": ending(notification),
  };
  return Object.entries(said).flatMap(([what, text]) => (text === null ? [] : [`${what}: ${text}`]));
}

export function evidence(alert: AlertReport): string[] {
  return alert.evidence.slice(0, MOST_EVIDENCE).map((each) => clipped(plain(each), LONGEST_PARAGRAPH));
}

/** What a person can do, in the order of the verdict. */
export function steps({ actions }: AlertReport): { when: string; text: string; command: string | null }[] {
  return actions.map(({ when, text, command, caution }) => ({
    when: MOMENTS[when],
    text: clipped(plain(caution === null ? text : `${text} (${caution})`), LONGEST_PARAGRAPH),
    // A command that is cut off must not be pasted.
    command: command === null || command.length > LONGEST_PARAGRAPH ? null : plain(command),
  }));
}

/** All of it as plain text, for a mail. */
export function letter(notification: Notification): string {
  const { kind, why, alert } = notification;
  const told = kind === "updated" && why !== null ? [`Told again: ${plain(why)}.`, ""] : [];
  const over = kind === "resolved" && why !== null ? [`It is over: ${plain(why)}.`, ""] : [];
  const todo = kind === "resolved" ? [] : steps(alert);
  return [
    ...told,
    ...over,
    paragraph(alert),
    "",
    ...(kind === "resolved" ? [] : figures(notification)),
    ...section("WHY", kind === "resolved" ? [] : evidence(alert).map((each) => `  ${each}`)),
    ...todo.flatMap(({ when, text, command }) =>
      section(when, [`  ${text}`, ...(command === null ? [] : [`      ${command}`])]),
    ),
    "",
    `Host ${name(alert.host)}, rule ${alert.rule}, alert ${alert.id}, the same on other hosts: ${alert.fingerprint}`,
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines];
}

/** "9 min", "1 h 44 min", "12 days"; null: nothing runs out, or it is not known when. */
function timeLeft(runway: Runway | null, at: string): string | null {
  if (runway === null) return null;
  if (runway.headroom <= 0) return "nothing";
  const end = runway.exhaustedAt?.p50 ?? null;
  if (end === null) return null;
  const minutes = Math.max(0, Math.round((Date.parse(end) - Date.parse(at)) / 60_000));
  if (minutes < 1) return "less than a minute";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h${minutes % 60 === 0 ? "" : ` ${minutes % 60} min`}`;
  return `${Math.round(hours / 24)} days`;
}

/** Readers of one channel live in several zones. */
function minute(at: string): string {
  return `${at.slice(0, 16).replace("T", " ")} UTC`;
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
