import type { ListedVerdict } from "../../../../src/server/api.ts";
import { type Subject, subjectPhrase } from "../../words/subject.ts";

/** What each rule is about, in people's words. */
export const RULE_WORDS: Readonly<Record<ListedVerdict["rule"] | "forecast", string>> = {
  "close-wait": "connections that the other side has closed",
  "unclosed-connection": "connections that stay open",
  "unread-response": "connections with an answer that nobody reads",
  "ghost-socket": "sockets that stand in no table",
  "accepted-pileup": "accepted connections that stay open",
  "stalled-connect": "connects that nobody answers",
  "descriptor-leak": "open files that are not closed",
  "unix-socket-leak": "unix sockets that stay open",
  "udp-socket-leak": "UDP sockets that stay open",
  "socket-leak": "sockets that stay open",
  "pool-bypass": "connections opened beside the pool",
  "port-exhaustion": "local ports that run out",
  "inotify-exhaustion": "inotify that runs out",
  "host-file-limit": "open files of the whole host",
  "at-limit": "no open file is left",
  forecast: "open files will run out",
};

/** What is wrong with a subject, after its words; a rule that is not here is about something that is full. */
const WRONG: Readonly<Partial<Record<ListedVerdict["rule"] | "forecast", string>>> = {
  "close-wait": "that the other side has closed",
  "unclosed-connection": "that stay open",
  "unread-response": "with an answer that nobody reads",
  "ghost-socket": "that stand in no table",
  "accepted-pileup": "that stay open",
  "stalled-connect": "that nobody answers",
  "descriptor-leak": "that are not closed",
  "unix-socket-leak": "that stay open",
  "udp-socket-leak": "that stay open",
  "socket-leak": "that stay open",
  "pool-bypass": "opened beside the pool",
};

/** What is wrong, and where: "connections to MySQL 127.0.0.1:3306 that stay open". */
export function whatWords(rule: keyof typeof RULE_WORDS, subject: Subject | null): string {
  const wrong = WRONG[rule];
  if (wrong !== undefined && subject !== null) return `${subjectPhrase(subject)} ${wrong}`;
  const peer = rule === "port-exhaustion" ? (subject?.peer ?? null) : null;
  return peer === null ? RULE_WORDS[rule] : `${RULE_WORDS[rule]} towards ${peer}`;
}

/** "service gunicorn.service, rule close-wait, fingerprint 0ace": what a silence is about. */
export function aboutWords(of: {
  readonly service: string | null;
  readonly rule: string | null;
  readonly fingerprint: string | null;
}): string {
  const { service, rule, fingerprint } = of;
  return [
    ...(service === null ? [] : [`service ${plain(service)}`]),
    ...(rule === null ? [] : [`rule ${rule}`]),
    ...(fingerprint === null ? [] : [`leak ${fingerprint}`]),
  ].join(", ");
}

/** A name within words that nothing sets apart from it: without signs that turn what follows, and not longer than a line. */
export function plain(name: string): string {
  const harmless = name
    .slice(0, MOST_NAME * 2)
    .replaceAll(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, "\uFFFD");
  return harmless.length > MOST_NAME ? `${harmless.slice(0, MOST_NAME)}...` : harmless;
}

const MOST_NAME = 80;

/** What would change the meaning of a pasted line, or does not survive it. */
const NOT_TO_BE_PASTED = /^-|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\uFFFD]/u;

/** Records what a service does from now on: by its name, or by its processes where the name cannot be pasted; null: neither. */
export function recordCommand(service: string | null, pids: readonly number[], file: string): string | null {
  const end = `--for 5m -o ${file}`;
  if (service !== null && !NOT_TO_BE_PASTED.test(service))
    return `sudo descry record --service ${quoted(service)} ${end}`;
  if (pids.length === 0) return null;
  return `sudo descry record ${pids.map((pid) => `--pid ${pid}`).join(" ")} ${end}`;
}

function quoted(text: string): string {
  return /^[\w.:@%+,/-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
