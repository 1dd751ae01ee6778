/** Alerts and silences as the API shows and takes them: proved equal to src/model/alert.ts below. */
import { type Static, Type } from "typebox";
import type { ListedAlert, Silence } from "../../model/alert.ts";
import { RULES } from "../../model/kinds.ts";
import { page } from "./answers.ts";
import { action, runway, standing, subject } from "./events.ts";
import { at, count, flag, host, instant, list, number, orNull, text } from "./parts.ts";
import type { Proved, Same } from "./proof.ts";

/** Thirty days: what is to be silent for longer is better declared in the configuration. */
export const LONGEST_SILENCE_SECONDS = 30 * 86_400;

const rule = Type.Enum([...RULES, "forecast"], {
  description: "A rule of docs/reference/rules.md, or forecast: descriptors run out, whatever the cause.",
});

export const silence = Type.Object(
  {
    id: text("Names it in paths."),
    service: orNull(text("Alerts of this service; null: of every one.")),
    rule: orNull(rule),
    fingerprint: orNull(text("Alerts of this leak; null: of every one.")),
    from: instant("When it was made."),
    until: instant("When it ends by itself."),
    endedAt: orNull(instant("When somebody ended it before its time; null: nobody did.")),
    by: text("Who made it, as they said. Any text."),
    comment: text("Why. Any text."),
  },
  {
    title: "Silence",
    description:
      "Holds back what would be told of the alerts that all of its service, rule and fingerprint fit.",
  },
);

const listedAlert = Type.Object(
  {
    id: text("Of this life of it."),
    phase: Type.Enum(["pending", "firing", "resolved"], {
      description: "pending: not yet long enough to tell anybody. What is resolved is not listed.",
    }),
    severity: Type.Enum(["ticket", "page"], { description: "page: somebody is to be woken." }),
    host: text("Name of the host that it is about."),
    service: orNull(text("Whose it is; null: nobody can tell.")),
    rule,
    fingerprint: text("The same leak on forty hosts has one fingerprint."),
    peer: orNull(text('"address:port"')),
    owner: orNull(text("Who is declared to be its owner. Any text.")),
    startedAt: instant("When it began."),
    firingAt: orNull(instant("Since when it fires.")),
    resolvedAt: orNull(instant("When it was over.")),
    standing,
    process: orNull(Type.Object({ pid: count("Process number."), command: text("Any text.") })),
    subject: orNull(subject),
    open: orNull(count("Open descriptors of that process.")),
    limit: orNull(count("Soft limit of that process.")),
    subjectOpen: orNull(count("How many of the subject are open in all processes of the service.")),
    bornPerMinute: orNull(number("Opened a minute.")),
    diedPerMinute: orNull(number("Closed a minute.")),
    netPerMinute: orNull(number("Kept a minute.")),
    since: orNull(instant("When it began to pile up.")),
    runway: orNull(runway),
    summary: text("One paragraph for a person."),
    evidence: list(text("A sentence."), "Why."),
    actions: list(action, "What a person can do."),
    alsoAffected: list(
      Type.Object({ service: text("Service."), as: text("In what way.") }),
      "Other services that it concerns.",
    ),
    verdicts: list(
      Type.Object({ id: text("Of the verdict."), rule, standing, summary: text("In words.") }),
      "Everything that is said in this alert, what leads it first.",
    ),
    silence: orNull(silence),
  },
  {
    title: "ListedAlert",
    description: "One leak, and what holds back that it is told; silence null: nothing.",
  },
);

export const alertsAnswer = Type.Object(
  { host, at, page, alerts: list(listedAlert, "What fires first, of that what wakes somebody.") },
  { title: "AlertsAnswer" },
);

const listedSilence = Type.Object(
  {
    ...silence.properties,
    state: Type.Enum(["active", "ended"], { description: "Ended ones are listed for a day." }),
  },
  { title: "ListedSilence" },
);

export const silencesAnswer = Type.Object(
  {
    host,
    at,
    page,
    silences: list(listedSilence, "Those that hold first, the one that ends first in front."),
  },
  { title: "SilencesAnswer" },
);

export const silenceAnswer = Type.Object(
  {
    host,
    silence,
    alerts: count("How many of the alerts that live now it is about."),
    durable: flag(
      "It outlives the agent. False: the history cannot be written, and until it can the agent has it in memory alone.",
    ),
  },
  { title: "SilenceAnswer" },
);

/** One line without anything that a terminal or a page would obey: control and line separators, turns of direction. */
const line = (least: number, most: number, description: string) =>
  Type.String({
    minLength: least,
    maxLength: most,
    pattern: String.raw`^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]*$`,
    description: `${description} At most ${most} characters of one line.`,
  });

export const silenceRequest = Type.Object(
  {
    service: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1000,
        description: "Alerts of this service, by its whole name.",
      }),
    ),
    rule: Type.Optional(rule),
    fingerprint: Type.Optional(
      Type.String({ pattern: "^[0-9a-f]{1,64}$", description: "Alerts of this leak." }),
    ),
    forSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: LONGEST_SILENCE_SECONDS,
        description: "How long it is to hold; 30 days at most.",
      }),
    ),
    until: Type.Optional(
      Type.String({
        pattern: String.raw`^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)$`,
        description: "Or when it is to end: RFC 3339.",
      }),
    ),
    by: line(1, 100, "Who makes it."),
    comment: Type.Optional(line(0, 500, "Why.")),
  },
  {
    additionalProperties: false,
    title: "SilenceRequest",
    description: "At least one of service, rule and fingerprint, and one of forSeconds and until.",
  },
);

/**
 * Does not compile when a schema and the model differ; the error names which.
 *
 * @public
 */
export type Proof = Proved<{
  silence: Same<Silence, Static<typeof silence>>;
  listedAlert: Same<ListedAlert, Static<typeof listedAlert>>;
}>;
