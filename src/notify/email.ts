import { createHash } from "node:crypto";
import type { Notification } from "../model/alert.ts";
import type { EmailOptions } from "../model/channels.ts";
import { DELIVERED, failed, type Attempt, type Channel, type Outcome, type Surroundings } from "./channel.ts";
import { clipped, plain } from "./plain.ts";
import { readSecret, redacted, withSecrets } from "./secrets.ts";
import { letter, subject } from "./words.ts";

const LONGEST_SUBJECT = 200;
const ANSWER_TOLD = 200;

/**
 * Delivered at least once, by the nature of SMTP (RFC 5321, section 4.5.5): a server whose last answer is lost has the mail
 * all the same. The same notification has the same Message-ID, by which most mailboxes show it once, and all mails of one
 * alert are one conversation.
 */
export function email(options: EmailOptions, surroundings: Surroundings): Channel {
  const { name, kind, from } = options;
  return {
    ...{ name, kind, from, repeat: null },
    deliver: (notification, attempt) =>
      withSecrets(() => {
        const password = options.password === null ? null : readSecret(options.password, surroundings);
        return send(options, password, notification, attempt);
      }, failed),
  };
}

async function send(
  options: EmailOptions,
  password: string | null,
  notification: Notification,
  { signal }: Attempt,
): Promise<Outcome> {
  const { host, port, encryption, user, timeout } = options;
  const limit = AbortSignal.timeout(timeout);
  // Only here, because most who run the program never send a mail.
  const { createTransport } = await import("nodemailer");
  const transport = createTransport({
    ...{ host, port, secure: encryption === "implicit" },
    ...(encryption === "starttls" ? { requireTLS: true } : {}),
    ...(encryption === "none" ? { ignoreTLS: true } : {}),
    ...(user === null || password === null ? {} : { auth: { user, pass: password } }),
    ...{ connectionTimeout: timeout, greetingTimeout: timeout, socketTimeout: timeout, dnsTimeout: timeout },
    // Nothing of the mail is a path or an address to fetch.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  try {
    await transport.sendMail({ ...mailOf(options, notification), signal: AbortSignal.any([signal, limit]) });
    return DELIVERED;
  } catch (error) {
    if (signal.aborted) return failed("it was interrupted");
    if (limit.aborted) return failed(`no answer within ${timeout / 1000} s`);
    return outcomeOf(error, password === null ? [] : [password]);
  } finally {
    transport.close();
  }
}

export function mailOf({ sender, recipients }: EmailOptions, notification: Notification) {
  const { id, kind, alert } = notification;
  const first = messageId(`${alert.id}-1`, sender);
  const self = messageId(id, sender);
  return {
    from: sender,
    to: [...recipients],
    subject: clipped(subject(notification), LONGEST_SUBJECT),
    text: letter(notification),
    messageId: self,
    ...(self === first || kind === "test" ? {} : { inReplyTo: first, references: [first] }),
    headers: {
      // RFC 3834: so that no vacation notice answers.
      "Auto-Submitted": "auto-generated",
      "X-Descry-Alert": alert.id,
      "X-Descry-Fingerprint": alert.fingerprint,
    },
    ...(kind !== "resolved" && alert.severity === "page" ? { priority: "high" as const } : {}),
  };
}

/** Of hexadecimal digits and the sender's domain: nothing of it comes from the watched programs. */
function messageId(id: string, sender: string): string {
  const domain = /@([A-Za-z0-9.-]+)>?\s*$/.exec(sender)?.[1] ?? "descry.invalid";
  return `<${createHash("sha256").update(id).digest("hex").slice(0, 32)}@${domain}>`;
}

interface SmtpError extends Error {
  readonly responseCode?: number;
  readonly command?: string;
}

/** 5yz is for good (RFC 5321, section 4.2.1), but only the message itself can be at fault for good: 552 and 554 after DATA. */
function outcomeOf(error: unknown, secrets: readonly string[]): Outcome {
  if (!(error instanceof Error)) return failed("the mail could not be sent");
  const { responseCode, command, message } = error as SmtpError;
  const because = clipped(plain(redacted(message.split("\n")[0] ?? "", secrets)), ANSWER_TOLD);
  const atFault = command === "DATA" && responseCode !== undefined && responseCode >= 550;
  return atFault ? { is: "refused", because } : failed(because);
}
