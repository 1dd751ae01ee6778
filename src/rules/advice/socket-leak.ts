import type { Advice } from "../case.ts";
import { closingIdiom } from "../languages.ts";
import { nounFor } from "../words.ts";
import { sudo } from "./steps.ts";

/** Sockets that are neither TCP connections nor ghosts: unix, UDP, netlink, packet, listening. */
function socketAdvice(cause: string, countCommand: (pid: number) => string): Advice {
  return {
    headline: ({ subject }) => `leaks ${nounFor(subject)}`,
    cause: () => cause,
    fix: ({ command }) => ({
      when: "fix",
      text: `Close each socket where its use ends, or keep one and use it again. ${closingIdiom(command, "connections")}`,
      command: null,
      caution: null,
    }),
    confirm: ({ pid, invocation }) => ({
      when: "confirm",
      text: "Count them twice, a minute apart: the number must have risen by about the rate above.",
      command: `${sudo(invocation)}${countCommand(pid)}`,
      caution: null,
    }),
  };
}

export const unixSocketLeak = socketAdvice(
  "Likely a socket pair for each worker or child that ended, or a local connection (a container engine, a log, D-Bus) made for each piece of work and never closed.",
  (pid) => `ss -Hxp | grep -c "pid=${pid},"`,
);
export const udpSocketLeak = socketAdvice(
  "Likely a client (DNS, metrics, logs) is made for each piece of work and never closed.",
  (pid) => `ss -Hunap | grep -c "pid=${pid},"`,
);
export const otherSocketLeak = socketAdvice(
  "Likely one is opened for each piece of work and never closed.",
  (pid) => `ls -l /proc/${pid}/fd | grep -c "socket:"`,
);
