import type { Advice } from "../case.ts";
import { closingIdiom } from "../languages.ts";
import { nounFor } from "../words.ts";
import { sudo } from "./steps.ts";

export const closeWait: Advice = {
  headline: ({ subject }) => `leaks ${nounFor(subject)}, which the other side closed long ago (CLOSE_WAIT)`,
  cause: () =>
    "The peer has closed each of them and waits for this process to do the same: CLOSE_WAIT ends only when the program calls close. The kernel never times it out.",
  fix: ({ command }) => ({
    when: "fix",
    text: `Close the connection when a read returns end of file, and on errors and time-outs too. ${closingIdiom(command, "connections")}`,
    command: null,
    caution: null,
  }),
  confirm: ({ pid, invocation }) => ({
    when: "confirm",
    text: "Count its sockets in CLOSE_WAIT twice, a minute apart; a healthy program shows none that stay.",
    command: `${sudo(invocation)}ss -Htnp state close-wait | grep -c "pid=${pid},"`,
    caution: null,
  }),
};
