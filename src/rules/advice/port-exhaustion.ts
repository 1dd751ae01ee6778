import type { Action } from "../../model/events.ts";
import type { PortCase } from "../port-case.ts";
import { count, momentsOf, perMinute } from "../words.ts";
import { keepEvidence, sudo } from "./steps.ts";

/** The range is widened downwards to here; below are most ports that servers listen on. */
const LOWEST_PORT = 16_384;
const HIGHEST_PORT = 65_535;
/** What may be pasted: anything else in an address came from a recording. */
const PLAIN_ADDRESS = /^[\w.:[\]%-]{1,100}$/;

/** One paragraph: what runs out, how fast, when, why it has nothing to do with open files. */
export function summarizePorts(of: PortCase): string {
  return [
    `${headline(of)}: ${takenWords(of)}.`,
    pace(of),
    end(of),
    "When none is left, connect() there fails with EADDRNOTAVAIL (cannot assign requested address), whatever else is free.",
    openFiles(of),
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

/** The figures behind it, one sentence each. */
export function portEvidence(of: PortCase): string[] {
  const { first, last, count: most } = of.ports.network.localPorts ?? { first: 0, last: 0, count: 0 };
  return [
    `${capital(takenWords(of))} (range ${first} to ${last}, ${count(most)} of it free to choose).`,
    pace(of),
    end(of),
    reuse(of),
    CERTAINTY[of.ports.certainty ?? "unknown"],
    openFiles(of),
  ].filter((sentence) => sentence !== "");
}

export function portActions(of: PortCase): Action[] {
  return [now(of), keep(of), fix(of), confirm(of)];
}

const CERTAINTY = {
  seen: "",
  some: "Few of them were seen in anybody's hands, most of those in its own: the others are too short.",
  only: "It was not seen to hold one of them: they are too short. Of what runs in its network namespace and could open them it alone has connections.",
  unknown:
    "Nobody is named: no service was seen to hold one of them, too short or over as they were, and what runs in that network namespace does not tell.",
} as const;

function headline({ service, subject, ports }: PortCase): string {
  const peer = subject.product === null ? ports.peer : `${subject.product} at ${ports.peer}`;
  return `${service ?? "An unknown service"} uses up the local ports towards ${peer}`;
}

function takenWords({ ports: { source, peer, occupancy } }: PortCase): string {
  const { used, most, live, timeWait, reusable } = occupancy;
  const closed = reusable
    ? `${count(used - live)} by TIME_WAIT too young to be used again`
    : `${count(timeWait)} by TIME_WAIT, closed here first`;
  return `${count(used)} of ${count(most)} local ports from ${source} to ${peer} are taken, ${count(live)} by open connections and ${closed}`;
}

/** TIME_WAIT is a minute's worth of closings: where it levels off is known before it does. */
function pace({ ports: { openedPerSecond, plateau, occupancy } }: PortCase): string {
  if (openedPerSecond === null) return "";
  const opened = `About ${perMinute(openedPerSecond * 60)} connections a minute are opened there`;
  if (plateau === null) return `${opened}.`;
  const levels = `TIME_WAIT lasts 60 s, so that ${count(plateau)} ports are taken at that rate`;
  return `${opened}; ${levels}, ${plateau >= occupancy.most ? "more than there are" : "where it levels off"}.`;
}

function end({ at, exhaustedAt, ports: { occupancy } }: PortCase): string {
  if (occupancy.used >= occupancy.most) return "None is left now.";
  if (exhaustedAt === null) return "At this rate they do not run out.";
  const seconds = Math.round((exhaustedAt.p50 - at) / 1000);
  const { middle, range } = momentsOf(exhaustedAt, at);
  return `At this rate none is left about ${middle}${seconds < 600 ? `, in ${seconds} s` : ""}${range}.`;
}

function reuse({ ports: { occupancy, network } }: PortCase): string {
  const { timeWaitReuse, timestamps, reuseAfterSeconds } = network;
  if (occupancy.timeWait === 0 || timeWaitReuse === null) return "";
  if (occupancy.reusable)
    return `net.ipv4.tcp_tw_reuse is ${timeWaitReuse}: a port in TIME_WAIT is used again after ${reuseAfterSeconds} s.`;
  if (timestamps === false)
    return "net.ipv4.tcp_timestamps is 0: no port in TIME_WAIT is used again before its 60 s.";
  const why = timeWaitReuse === 2 ? "2, for loopback addresses only" : `${timeWaitReuse}`;
  return `net.ipv4.tcp_tw_reuse is ${why}: no port in TIME_WAIT is used again before its 60 s.`;
}

function openFiles({ open, limit }: PortCase): string {
  const ports = "Ports are another resource than open files: TIME_WAIT holds none";
  if (open === null) return `${ports}.`;
  return `${ports}; the process has ${count(open)}${limit === null ? "" : ` of ${count(limit)}`} open.`;
}

function now(of: PortCase): Action {
  const { network, occupancy } = of.ports;
  const { localPorts, timeWaitReuse, timestamps } = network;
  const mostlyTimeWait = occupancy.timeWait > occupancy.live && !occupancy.reusable;
  if (mostlyTimeWait && timeWaitReuse !== 1 && timestamps !== false) {
    return {
      when: "now",
      text: "Let connect() use a port again that has been in TIME_WAIT for a second (outgoing connections, with TCP timestamps at both ends).",
      command: sysctl(of, "net.ipv4.tcp_tw_reuse=1"),
      caution:
        "It holds until the next boot. A program that binds its own address before it connects has no use of it.",
    };
  }
  const { first = 0, last = 0 } = localPorts ?? {};
  const [lower, upper] = [Math.min(first, LOWEST_PORT), Math.max(last, HIGHEST_PORT)];
  if (upper - lower > last - first) {
    return {
      when: "now",
      text: `Widen the range to ${count(upper - lower + 1)} ports.`,
      command: sysctl(of, `net.ipv4.ip_local_port_range="${lower} ${upper}"`),
      caution:
        "It holds until the next boot. A server that starts later finds its port taken if it lies in the range: reserve it (net.ipv4.ip_local_reserved_ports).",
    };
  }
  return {
    when: "now",
    text: "The range is as wide as it gets: connect from another source address, or to another address or port of the peer; each has ports of its own.",
    command: null,
    caution: null,
  };
}

function keep(of: PortCase): Action {
  const text =
    of.pid === null
      ? "Record it, to see who opens them."
      : "Record it: a restart leaves TIME_WAIT for a minute and mends nothing.";
  return { ...keepEvidence(of), text };
}

function fix({ ports: { occupancy } }: PortCase): Action {
  const held = occupancy.live > occupancy.timeWait;
  return {
    when: "fix",
    text: `${
      held
        ? "Close connections where their work ends, or share fewer of them"
        : "Keep connections open and use them again"
    }: a pool, HTTP keep-alive with one agent for all requests. Where there have to be so many: more source addresses (bind with IP_BIND_ADDRESS_NO_PORT), more addresses or ports of the peer, or let the peer close first.`,
    command: null,
    caution: null,
  };
}

function confirm(of: PortCase): Action {
  const { peer } = of.ports;
  const filter = `ss -Htan dst '${peer}' | awk '{ states[$1]++ } END { for (state in states) print states[state], state }'`;
  return {
    when: "confirm",
    text: "Count the connections to it by state: TIME-WAIT must fall within a minute of the fix.",
    command: PLAIN_ADDRESS.test(peer) ? inNetwork(of, filter) : null,
    caution: null,
  };
}

function sysctl(of: PortCase, setting: string): string | null {
  return inNetwork(of, `sysctl -w ${setting}`);
}

/** sysctl(8) and ss(8) know the network namespace that they run in; null: there is no way into that of the ports. */
function inNetwork(
  { otherNetwork, invocation, ports: { inside } }: PortCase,
  command: string,
): string | null {
  if (!otherNetwork) return `${sudo(invocation)}${command}`;
  return inside === null ? null : `${sudo(invocation)}nsenter -t ${inside} -n ${command}`;
}

function capital(text: string): string {
  return `${text[0]?.toUpperCase() ?? ""}${text.slice(1)}`;
}
