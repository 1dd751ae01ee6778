import type { Advice } from "../case.ts";
import { closingIdiom } from "../languages.ts";
import { sudo } from "./steps.ts";

export const ghostSocket: Advice = {
  headline: ({ subject }) =>
    `leaks sockets that are in no table${subject.peer === null || subject.peer === "*:*" ? "" : `, last connected to ${subject.peer}`} (lsof: can't identify protocol)`,
  cause: () =>
    "Each was created but never connected, was refused or reset, or was shut down at both ends; the connection is over and only the descriptor is left. No tool that reads socket tables shows them.",
  fix: ({ command }) => ({
    when: "fix",
    text: `Close the socket when connecting fails and after shutdown: neither closes the descriptor. ${closingIdiom(command, "connections")}`,
    command: null,
    caution: null,
  }),
  confirm: ({ pid, invocation }) => ({
    when: "confirm",
    text: "Count the sockets that lsof cannot name twice, a minute apart.",
    command: `${sudo(invocation)}lsof -nP -a -p ${pid} -d 0-999999 | grep -c "can't identify protocol"`,
    caution: null,
  }),
};
