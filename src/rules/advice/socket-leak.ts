import type { DescriptorKind } from "../../model/kinds.ts";
import type { Action } from "../../model/events.ts";
import type { Advice, Case } from "../case.ts";
import { closingIdiom } from "../languages.ts";
import { nounOf } from "../words.ts";
import { raiseLimit, sudo } from "./steps.ts";

const TWICE = "Count them twice, a minute apart: the number must have risen by about the rate above.";

/** Sockets that are neither TCP connections nor ghosts: unix, UDP, netlink, packet, listening. */
function socketAdvice(cause: (of: Case) => string, countCommand: (of: Case) => string): Advice {
  return {
    headline: (of) => `leaks ${nounOf(of)}`,
    cause,
    fix: ({ command }) => ({
      when: "fix",
      text: `Close each socket where its use ends, or keep one and use it again. ${closingIdiom(command, "connections")}`,
      command: null,
      caution: null,
    }),
    confirm: (of) => ({
      when: "confirm",
      text: TWICE,
      command: `${sudo(of.invocation)}${countCommand(of)}`,
      caution: null,
    }),
  };
}

const unixSockets = socketAdvice(
  () =>
    "Likely a socket pair for each worker or child that ended, or a local connection (a container engine, a log, D-Bus) made for each piece of work and never closed.",
  ({ pid }) => `ss -Hxp | grep -c "pid=${pid},"`,
);

/** Descriptors that wait in a unix socket (SCM_RIGHTS, unix(7)); the sending process may have closed its own long ago. */
const passedDescriptors: Advice = {
  headline: (of) => `leaks ${nounOf(of)}`,
  cause: () =>
    "They were sent with SCM_RIGHTS and wait in a receive queue: nobody calls recvmsg there. Each keeps its file open on the host, though no process lists it.",
  now: insideNow,
  fix: () => ({
    when: "fix",
    text: "Receive what is sent on every unix socket that is open, or close the socket: both give the descriptors up.",
    command: null,
    caution: null,
  }),
  confirm: ({ pid, invocation }) => ({
    when: "confirm",
    text: "The kernel tells how many wait in each of its unix sockets (scm_fds).",
    command: `${sudo(invocation)}cat /proc/${pid}/fdinfo/* | grep '^scm_fds' | sort | uniq -c`,
    caution: null,
  }),
};

export const unixSocketLeak: Advice = eitherBy((of) => (of.inside ? passedDescriptors : unixSockets));

export const udpSocketLeak = socketAdvice(
  () => "Likely a client (DNS, metrics, logs) is made for each piece of work and never closed.",
  ({ pid }) => `ss -Hunap | grep -c "pid=${pid},"`,
);

const CAUSES: Partial<Record<DescriptorKind, string>> = {
  tcp: "Likely a server is started for each piece of work and never shut down.",
  netlink:
    "Likely a library that asks the kernel for addresses, routes or sockets (netlink(7)) opens one each time and never closes it.",
  packet: "Likely a capture (libpcap, a sniffer, a DHCP client) is started again and again and never closed.",
  "socket-other":
    "Sockets that no common table lists: raw (ping), vsock, AF_ALG (the kernel's cryptography), Bluetooth. Likely one is opened for each piece of work and never closed.",
};

const COMMANDS: Partial<Record<DescriptorKind, (pid: number) => string>> = {
  tcp: (pid) => `ss -Htlnp | grep -c "pid=${pid},"`,
  packet: (pid) => `ss -Hnp0 | grep -c "pid=${pid},"`,
};

export const otherSocketLeak = socketAdvice(
  ({ subject }) => CAUSES[subject.kind] ?? "Likely one is opened for each piece of work and never closed.",
  ({ pid, subject }) => COMMANDS[subject.kind]?.(pid) ?? `ls -l /proc/${pid}/fd | grep -c "socket:"`,
);

/** What is held inside a descriptor counts against no limit of the process. */
export function insideNow(): Action {
  return {
    when: "now",
    text: "These have no number in the process and do not count against its limit of open files; each keeps a file of the host open (fs.file-max) all the same.",
    command: "cat /proc/sys/fs/file-nr",
    caution: null,
  };
}

/** One rule whose words differ by what the case is about. */
export function eitherBy(choose: (of: Case) => Advice): Advice {
  return {
    headline: (of) => choose(of).headline(of),
    cause: (of) => choose(of).cause(of),
    now: (of) => choose(of).now?.(of) ?? raiseLimit(of),
    fix: (of) => choose(of).fix(of),
    confirm: (of) => choose(of).confirm(of),
  };
}
