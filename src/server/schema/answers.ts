/** What the paths answer. Lists have bounds; what does not fit is paged, or counted as left out. */
import { Type } from "typebox";
import { coverage, forecast, rule, runway, subject, verdict } from "./events.ts";
import { at, count, flag, host, instant, list, number, orNull, serviceId, text } from "./parts.ts";
import { portsView, rates, service, timeWait } from "./snapshot.ts";

export const page = Type.Object(
  {
    total: count("How many there are."),
    offset: count("How many come before the first of this page."),
    next: orNull(count("offset of the next page; null: this is the last.")),
  },
  { title: "Page" },
);

const serviceLeftOut = Type.Object(
  {
    processes: count("Processes, the least at risk."),
    holdings: count("Holdings."),
    verdicts: count("Verdicts."),
    forecasts: count("Forecasts."),
    otherEndOf: count("Services."),
  },
  { description: "How many of each list did not fit into the answer." },
);

const detail = {
  id: serviceId,
  ...service.properties,
  leftOut: serviceLeftOut,
};

export const serviceDetail = Type.Object(detail, { title: "Service" });

export const serviceAnswer = Type.Object({ host, at, ...detail }, { title: "ServiceAnswer" });

const notClosed = Type.Object(
  {
    id: text("Of the verdict."),
    rule,
    standing: Type.Enum(["suspect", "confirmed"]),
    subject,
    open: count("How many of it are open in all processes of the service."),
    netPerMinute: orNull(number("Kept a minute.")),
    since: orNull(instant("When it began, as far as it was watched.")),
    partial: flag("From counts and socket tables alone: descriptors could not be listed."),
  },
  { description: "What is not closed, by the verdict that matters most; null: none stands." },
);

export const serviceSummary = Type.Object(
  {
    id: serviceId,
    service: text("Its name. Any text."),
    standing: orNull(Type.Enum(["suspect", "confirmed"], { description: "The worst that stands about it." })),
    rules: list(rule, "Rules whose verdicts stand."),
    open: count("Open descriptors of all its processes."),
    processes: count("How many it has."),
    fullest: orNull(
      Type.Object(
        {
          pid: count("Process number."),
          command: text("Any text."),
          open: count("Open descriptors."),
          softLimit: orNull(count("Of open files.")),
          headroom: orNull(count("How many more it can open.")),
        },
        { description: "The process most at risk." },
      ),
    ),
    readable: flag("False: descriptors of none of its processes may be listed."),
    rates,
    history: service.properties.history,
    runway: orNull(runway),
    notClosed: orNull(notClosed),
    mostly: orNull(subject),
    shape: Type.Object(
      {
        shape: Type.Enum(["follows-load", "steady", "cyclic", "unknown"]),
        cycleSeconds: orNull(number("From one lowest point to the next.")),
      },
      { description: "How it uses descriptors when all is well." },
    ),
    otherEndOf: list(text("Service."), "Services whose leak it is the other end of; the first four."),
  },
  { title: "ServiceSummary" },
);

export const servicesAnswer = Type.Object(
  {
    ...{ host, at, page },
    growing: count("Services on all pages that keep descriptors now, and are not the other end of a leak."),
    unknownGrowth: count("Services on all pages of which it is not known yet whether they do."),
    services: list(serviceSummary, "Most at risk first."),
  },
  { title: "ServicesAnswer" },
);

export const snapshotAnswer = Type.Object(
  {
    host,
    at,
    watchedSeconds: number("Since the watch began."),
    openFiles: orNull(count("Open files of the host.")),
    fileMax: orNull(count("fs.file-max")),
    timeWait: orNull(count("TIME_WAIT rows of all namespaces read.")),
    timeWaitBy: list(timeWait, "The same by address, most first."),
    ports: list(portsView, "The fullest first."),
    coverage,
    leftOut: Type.Object(
      { timeWaitBy: count("Addresses."), ports: count("Destinations.") },
      { description: "How many of each list did not fit into the answer." },
    ),
    page,
    services: list(serviceDetail, "Most at risk first."),
  },
  { title: "SnapshotAnswer" },
);

const figures = (description: string) => list(orNull(Type.Number()), description);
const series = Type.Object(
  {
    measure: text("What is measured, with its unit where it has one: open-descriptors, runway-seconds ..."),
    label: orNull(
      text(
        "What it is one part of: a kind, a peer, a resource, a stage; of ages the seconds from which on a rung counts " +
          '("0", "20", "40", "80" ...), or "unknown" for those that were open before the watch, where a rung with no ' +
          "figure beside one of theirs is empty; null: the whole.",
      ),
    ),
    values: figures("The last figure in each bucket; null: nothing is known of that time."),
    least: figures("The smallest."),
    most: figures("The largest."),
  },
  { title: "Series" },
);

export const seriesAnswer = Type.Object(
  {
    host,
    id: orNull(serviceId),
    service: orNull(text("Its name; null: the host itself.")),
    from: instant("When the first bucket begins."),
    to: instant("When the last one ends."),
    stepSeconds: number(
      "Width of a bucket: what was asked, or more where nothing finer is kept or would fit.",
    ),
    leftOut: count("Series that did not fit into the answer: ask for fewer measures."),
    series: list(series, "All with the same buckets. Of what is not here nothing is known in that time."),
  },
  { title: "SeriesAnswer" },
);

const withId = { serviceId: orNull(serviceId) };
export const listedVerdict = Type.Object(
  { ...verdict.properties, ...withId },
  { title: "ListedVerdict", description: "A verdict, and its service as paths name it." },
);
export const listedForecast = Type.Object(
  { ...forecast.properties, ...withId },
  { title: "ListedForecast", description: "A forecast, and its service as paths name it." },
);

const earlierLife = Type.Object(
  {
    from: instant("Since when it leaked, as far as it was watched."),
    to: instant("When that was over."),
    perMinute: orNull(number("Kept a minute, as it was told last; null: not known.")),
    open: orNull(count("Open descriptors of its process, as it was told last.")),
    limit: orNull(count("Soft limit of that process.")),
    subject: orNull(subject),
    exhaustedAt: orNull(instant("When it could open no more; null: it did not come to that.")),
    end: Type.Enum(["restarted", "ended", "cleared", "unknown"], {
      description:
        "restarted: its program was started anew. ended: it was not, for a minute at least. cleared: it gave back what it had kept. " +
        "unknown: nobody watched.",
    }),
  },
  { title: "EarlierLife", description: "A time in which a service leaked that is over." },
);

export const livesAnswer = Type.Object(
  {
    host,
    id: serviceId,
    service: text("Its name. Any text."),
    leaks: flag("It leaks now: what is told here came before."),
    lives: list(earlierLife, "Latest first, at most 50 of the last 30 days."),
  },
  { title: "LivesAnswer" },
);

export const verdictsAnswer = Type.Object(
  {
    host,
    at: orNull(at),
    view: Type.Enum(["standing", "history"], {
      description: "What stands now, most at risk first; or what was told, newest first.",
    }),
    verdicts: list(Type.Union([listedVerdict, listedForecast]), "Told apart by their type."),
    next: orNull(text("cursor of the next page; null: this is the last.")),
  },
  { title: "VerdictsAnswer" },
);

export const agentAnswer = Type.Object(
  {
    host,
    version: text("Of descry."),
    startedAt: instant("When the agent was started."),
    watchingSince: orNull(instant("Since when it watches; null: it has not read the host yet.")),
    bootId: orNull(text("/proc/sys/kernel/random/boot_id")),
    process: orNull(
      Type.Object(
        {
          pid: count("Process number."),
          startTicks: count("Field 22 of /proc/PID/stat: clock ticks after boot."),
        },
        {
          description: "Of the agent, as the proc file system shows it that it watches; null: not in there.",
        },
      ),
    ),
  },
  { title: "AgentAnswer" },
);

export const healthAnswer = Type.Object(
  { host, status: Type.Literal("ok"), at: instant("Now.") },
  { title: "HealthAnswer" },
);

export const readyAnswer = Type.Object(
  {
    host,
    ready: flag("The host is being read, and what is found is told."),
    checks: list(
      Type.Object({
        name: text("What was looked at."),
        ok: flag("All is well."),
        says: text("In words."),
        mend: text('What to do; "": nothing.'),
      }),
      "What it rests on.",
    ),
  },
  { title: "ReadyAnswer" },
);

export const refusal = Type.Object(
  {
    host: orNull(text("Name of the host; null: to one who is not let in it is not told.")),
    status: Type.Integer({ minimum: 400, maximum: 599, description: "Of HTTP." }),
    error: text("What is wrong, in a sentence."),
    mend: text("What to do about it."),
  },
  { title: "Refusal" },
);

export const greeting = Type.Object(
  { host, at: instant("Now.") },
  { title: "Greeting", description: "The first event of a stream." },
);

export const missed = Type.Object(
  { host, at: instant("Now."), why: text("Why they cannot be sent again.") },
  {
    title: "Missed",
    description:
      "Events after Last-Event-ID are no longer at hand: read the snapshot and the verdicts again.",
  },
);
