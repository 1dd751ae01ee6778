import type { Advice } from "../case.ts";
import { closingIdiom } from "../languages.ts";
import { sudo } from "./steps.ts";

export const ghostSocket: Advice = {
  headline: ({ subject }) =>
    `leaks sockets that are in no table${subject.peer === null || subject.peer === "*:*" ? "" : `, last connected to ${subject.peer}`} (lsof: can't identify protocol)`,
  cause: ({ subject }) =>
    subject.kind === "tcp"
      ? "Each connection is over, refused, reset or shut down at both ends, and only its descriptor is left. No tool that reads socket tables shows them."
      : "Likely each was created and never connected, was refused or reset, and only its descriptor is left; sockets of a family without a table (vsock, AF_ALG) look the same from here. No tool that reads socket tables shows them.",
  fix: ({ command }) => ({
    when: "fix",
    text: `Close the socket when connecting fails and after shutdown: neither closes the descriptor. ${closingIdiom(command, "connections")}`,
    command: null,
    caution: null,
  }),
  confirm: ({ pid, invocation }) => ({
    when: "confirm",
    text: "Count the sockets for which lsof finds no address twice, a minute apart.",
    command: `${sudo(invocation)}lsof -nP -a -p ${pid} -d 0-999999 | grep -cE "protocol: |can't identify protocol"`,
    caution: null,
  }),
};
