/** What stands at one tick, as the API shows it: schemas of src/model/snapshot.ts, proved equal to it below. */
import { type Static, Type } from "typebox";
import type {
  AgeRung,
  Holding,
  PortsView,
  ProcessView,
  Rates,
  ServiceView,
  TimeWaitView,
} from "../../model/snapshot.ts";
import { direction, forecast, past, runway, subject, survivors, verdict } from "./events.ts";
import { count, flag, instant, list, number, orNull, text } from "./parts.ts";
import type { Proved, Same } from "./proof.ts";

export const rates = Type.Object(
  {
    windowSeconds: number("Over which they were measured."),
    bornPerMinute: orNull(number("Opened.")),
    diedPerMinute: orNull(number("Closed.")),
    netPerMinute: orNull(number("Kept.")),
  },
  {
    title: "Rates",
    description: "Null while the window is too short, or broken by a restart or a gap.",
  },
);

const rung = Type.Object({
  fromSeconds: number("Not younger."),
  toSeconds: orNull(number("Younger; null: no upper end.")),
  open: count("How many are that old."),
});

const holding = Type.Object(
  {
    subject,
    open: count("Descriptors."),
    objects: count("Distinct kernel objects: a socket shared by forked workers counts once."),
    rates,
    ages: list(rung, "How old they are now, without the rungs that hold none."),
    openedBeforeWatch: count("Opened before descry first looked: of unknown age."),
    survivors: orNull(survivors),
    standing: orNull(Type.Enum(["suspect", "confirmed"])),
    unusedSeconds: orNull(
      Type.Object(
        { least: number("The least idle of them."), most: number("The most idle.") },
        { description: "TCP: for how long they have carried no data." },
      ),
    ),
    past: orNull(past),
    otherEnd: orNull(text("Service on this host that holds the other end.")),
  },
  { title: "Holding", description: 'One line of "what it holds".' },
);

const process = Type.Object(
  {
    pid: count("Process number."),
    startTicks: count("Field 22 of /proc/PID/stat: clock ticks after boot."),
    startedAt: orNull(instant("When it started.")),
    command: text("Any text: whoever started it chose it. Secrets are removed."),
    open: count("Open descriptors."),
    softLimit: orNull(count("Of open files.")),
    hardLimit: orNull(count("Of open files.")),
    headroom: orNull(count("How many more it can open.")),
    limitFrom: orNull(text("Where the limit comes from, in words.")),
    readable: flag("False: its descriptors may not be listed."),
  },
  { title: "ProcessView" },
);

const load = Type.Object(
  {
    perMinute: number("Requests."),
    change: orNull(
      Type.Object({
        trend: Type.Enum(["steady", "rose", "fell"]),
        fromPerMinute: number("Requests before."),
        perMinute: number("Requests since."),
        since: instant("Since when it is known to be steady, or when it changed."),
      }),
    ),
  },
  { title: "ServiceLoad", description: "Requests a minute, by the connections that it accepts." },
);

/** A service without its id, as the model has it. */
export const service = Type.Object({
  service: text("Its name. Any text."),
  processes: list(process, "Most at risk first."),
  open: count("Open descriptors of all its processes."),
  rates,
  history: list(
    orNull(count("Open.")),
    "Open descriptors over the last ten minutes, oldest first, one a bin; null: not watched.",
  ),
  runway: orNull(runway),
  holdings: list(holding, "What it holds."),
  verdicts: list(verdict, "That stand."),
  forecasts: list(forecast, "That stand."),
  shape: Type.Object(
    {
      shape: Type.Enum(["follows-load", "steady", "cyclic", "unknown"]),
      declared: flag("The user said so; else it was learned."),
      cycleSeconds: orNull(number("From one lowest point to the next.")),
    },
    { description: "How it uses descriptors when all is well." },
  ),
  load: orNull(load),
  otherEndOf: list(text("Service."), "Services whose leak this service is the other end of."),
  owner: orNull(text("Who is declared to be its owner. Any text.")),
});

export const timeWait = Type.Object(
  {
    address: text('Outbound the remote "address:port", inbound the listening one.'),
    direction,
    count: count("Rows in TIME_WAIT: ports, not files."),
    services: list(
      Type.Object({ service: text("Service."), count: count("Rows.") }),
      "Whose they were, as far as it is known, most first.",
    ),
    unattributed: count("Rows of which it is not known."),
  },
  { title: "TimeWaitView" },
);

export const portsView = Type.Object(
  {
    source: text("Local address."),
    peer: text('Destination, "address:port".'),
    product: orNull(text("Likely product behind it.")),
    used: count("Ports that connect(2) cannot choose now."),
    range: count("Ports that it may choose from."),
    live: count("Taken by connections."),
    timeWait: count("Taken by TIME_WAIT."),
    reusable: flag("Ports in TIME_WAIT may be used again before their minute is over (tcp_tw_reuse)."),
    service: orNull(text("About which port-exhaustion stands here.")),
    runway,
  },
  { title: "PortsView", description: "Local ports taken from one source towards one destination." },
);

/**
 * Does not compile when a schema and the model differ; the error names which.
 *
 * @public
 */
export type Proof = Proved<{
  rates: Same<Rates, Static<typeof rates>>;
  rung: Same<AgeRung, Static<typeof rung>>;
  holding: Same<Holding, Static<typeof holding>>;
  process: Same<ProcessView, Static<typeof process>>;
  service: Same<ServiceView, Static<typeof service>>;
  timeWait: Same<TimeWaitView, Static<typeof timeWait>>;
  ports: Same<PortsView, Static<typeof portsView>>;
}>;
