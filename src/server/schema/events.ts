/** Events as the API shows them: schemas of src/model/events.ts, proved equal to it below. */
import { type Static, Type } from "typebox";
import type {
  Coverage,
  ForecastEvent,
  GapEvent,
  PastGrowth,
  PoolUsage,
  Runway,
  Subject,
  SummaryEvent,
  Survivors,
  VerdictEvent,
} from "../../model/events.ts";
import { DESCRIPTOR_KINDS, RULES } from "../../model/kinds.ts";
import { TCP_STATES } from "../../model/socket-facts.ts";
import { count, flag, host, instant, list, number, orNull, positive, share, text } from "./parts.ts";
import type { Proved, Same } from "./proof.ts";

export const direction = Type.Enum(["inbound", "outbound"], {
  description: "inbound when the local port is listened on, else outbound.",
});
export const kind = Type.Enum([...DESCRIPTOR_KINDS], { description: "What a descriptor is." });
export const rule = Type.Enum([...RULES], { description: "Explained in docs/reference/rules.md." });
export const standing = Type.Enum(["suspect", "confirmed", "cleared"], {
  description: "A suspicion, a proof, or that what was said is withdrawn.",
});

export const subject = Type.Object(
  {
    kind,
    direction: orNull(direction),
    peer: orNull(
      text('Outbound the remote "address:port", inbound the listening one; "*:port": several peers.'),
    ),
    product: orNull(text("Likely product behind the peer.")),
    state: orNull(Type.Enum([...TCP_STATES], { description: "State of TCP." })),
    path: orNull(text("Files: the path, or the common folder. Unix sockets: the path. Any text.")),
  },
  { title: "Subject", description: "What is not given back. Null: does not apply, or is not known." },
);

export const runway = Type.Object(
  {
    resource: Type.Enum(["nofile", "file-max", "ports", "inotify"]),
    headroom: count("How many more can be opened."),
    exhaustedAt: orNull(
      Type.Object({
        p05: orNull(instant("At 5 % probability.")),
        p50: orNull(instant("At 50 %.")),
        p95: orNull(instant("At 95 %.")),
      }),
    ),
  },
  { title: "Runway", description: "When a resource runs out; null: not within the horizon, or not known." },
);

export const survivors = Type.Object(
  {
    olderThanSeconds: number("The age that is looked at."),
    count: count("How many passed that age while watched."),
    departed: count("How many of those older than that age were closed while watched."),
    baselineSurvival: orNull(share("What is usual for this service.")),
    survival: orNull(share("Share of those opened that passed the age.")),
  },
  { title: "Survivors" },
);

export const past = Type.Object(
  {
    from: instant("First bin's outer edge."),
    to: instant("Last bin's outer edge."),
    watchedFrom: instant("When watching began."),
    binSeconds: positive("Width of a bin."),
    bins: list(count("Connections."), "Connections last used in each bin and still open, oldest first."),
    left: count("Left open in that time."),
    perMinute: number("How many a minute while it went on."),
  },
  {
    title: "PastGrowth",
    description: "What was left open before anybody watched, read from the idle times of one dump.",
  },
);

export const pool = Type.Object(
  {
    expected: orNull(count("Connections that it should need.")),
    expectedBy: orNull(Type.Enum(["declared", "learned"])),
    open: count("Open to that peer now."),
    reused: count("Those of them that are used again and again."),
    bornPerMinute: orNull(number("Opened a minute.")),
    exchangesPerConnection: orNull(number("Requests answered over those closed soon, as a mean.")),
    bornWhileIdleShare: orNull(
      share("Share of those opened while three or more of the pool's connections stood idle."),
    ),
    lifetimeSeconds: orNull(
      number("Half of those that were closed within a minute lived shorter than this."),
    ),
  },
  { title: "PoolUsage", description: "A pool of connections from a service to one peer." },
);

export const action = Type.Object(
  {
    when: Type.Enum(["now", "before-restart", "fix", "confirm"]),
    text: text("What to do."),
    command: orNull(text("Runs as pasted; descry never runs it.")),
    caution: orNull(text("What it may break.")),
  },
  { title: "Action" },
);

const namedProcess = Type.Object(
  {
    pid: count("Process number."),
    startTicks: count("Field 22 of /proc/PID/stat: clock ticks after boot."),
    command: text("Any text: whoever started it chose it."),
  },
  { title: "NamedProcess" },
);

const head = {
  at: instant("When it was found."),
  host,
  id: text("Of the verdict, the same while it stands."),
  fingerprint: text("The same leak on forty hosts has one fingerprint."),
  limit: orNull(count("Soft limit of open files of the process that is named.")),
  runway: orNull(runway),
  summary: text("One paragraph for a person."),
  evidence: list(text("A sentence."), "Why."),
  actions: list(action, "What a person can do."),
  story: text("Verdicts with one cause have one story."),
  processes: list(Type.Object({ pid: count("Process number."), open: count("Open descriptors.") }), "Whose."),
  partial: flag("From counts and socket tables alone: descriptors could not be listed."),
};
const noReason = orNull(text("Why it was cleared, or told again with the same standing."));

export const verdict = Type.Object(
  {
    type: Type.Literal("verdict"),
    ...head,
    service: orNull(text("Whose it is; null: nobody can tell.")),
    process: orNull(namedProcess),
    open: orNull(count("Open descriptors of that process.")),
    standing,
    rule,
    subject,
    bornPerMinute: orNull(number("Opened a minute.")),
    diedPerMinute: orNull(number("Closed a minute.")),
    netPerMinute: orNull(number("Kept a minute.")),
    since: orNull(instant("When it began, as far as it was watched.")),
    survivors: orNull(survivors),
    subjectOpen: count("How many of the subject are open in all processes of the service."),
    alsoAffected: list(
      Type.Object({ service: text("Service."), as: text("In what way.") }),
      "Other services that it concerns.",
    ),
    alsoRising: list(
      Type.Object({ kind, netPerMinute: number("Kept a minute.") }),
      "Kinds that rise with it: one cause.",
    ),
    past: orNull(past),
    pool: orNull(pool),
    reason: noReason,
  },
  { title: "VerdictEvent" },
);

export const forecast = Type.Object(
  {
    type: Type.Literal("forecast"),
    ...head,
    service: text("Whose it is."),
    process: namedProcess,
    open: count("Open descriptors of that process."),
    standing,
    netPerMinute: orNull(number("Kept a minute.")),
    reason: noReason,
  },
  { title: "ForecastEvent", description: "The descriptors will run out, whatever the cause." },
);

export const gap = Type.Object(
  {
    type: Type.Literal("gap"),
    at: instant("When it was met."),
    host,
    what: text("What could not be read."),
    why: text("denied, unsupported ..."),
    mend: text("What to do."),
    processes: orNull(count("How many processes it concerns; null: the host.")),
  },
  { title: "GapEvent" },
);

export const coverage = Type.Object(
  {
    processes: count("Processes that are watched."),
    listed: count("Whose descriptors were listed."),
    denied: count("Whose descriptors may not be listed."),
    watchedSeconds: number("Since the watch began."),
    tcpOpened: orNull(count("TCP connections opened since, by the kernel's counters.")),
    tcpSeen: orNull(count("Those of them that were seen.")),
    tcpUnattributed: orNull(count("Those seen of which it is not known whose they were.")),
  },
  { title: "Coverage", description: "How much of the host could be read." },
);

export const summary = Type.Object(
  {
    type: Type.Literal("summary"),
    at: instant("When it was made."),
    host,
    verdicts: count("That stand."),
    stories: count("Causes that they have."),
    forecasts: count("That stand."),
    watchedProcesses: count("Processes that are watched."),
    coverage,
  },
  { title: "SummaryEvent" },
);

/**
 * Does not compile when a schema and the model differ; the error names which.
 *
 * @public
 */
export type Proof = Proved<{
  subject: Same<Subject, Static<typeof subject>>;
  runway: Same<Runway, Static<typeof runway>>;
  survivors: Same<Survivors, Static<typeof survivors>>;
  past: Same<PastGrowth, Static<typeof past>>;
  pool: Same<PoolUsage, Static<typeof pool>>;
  coverage: Same<Coverage, Static<typeof coverage>>;
  verdict: Same<VerdictEvent, Static<typeof verdict>>;
  forecast: Same<ForecastEvent, Static<typeof forecast>>;
  gap: Same<GapEvent, Static<typeof gap>>;
  summary: Same<SummaryEvent, Static<typeof summary>>;
}>;
