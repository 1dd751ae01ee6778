import type { Advice } from "../case.ts";
import { closingIdiom } from "../languages.ts";
import { nounFor } from "../words.ts";
import { sudo } from "./steps.ts";
import { destination } from "./unclosed-connection.ts";

export const unreadResponse: Advice = {
  headline: ({ subject }) => `leaks ${nounFor(subject)}, with an answer in each that nobody reads`,
  cause: () =>
    "The answer has arrived and waits in the receive queue. Likely a response whose body is neither read to its end nor closed, on an error or where only the status was of interest: its connection can never be used again.",
  fix: ({ command }) => ({
    when: "fix",
    text: `Read each response to its end or close it, also when only its status matters and when an exception is raised. ${closingIdiom(command, "connections")}`,
    command: null,
    caution: null,
  }),
  confirm: ({ pid, subject, invocation }) => ({
    when: "confirm",
    text: "Count its connections with bytes in the receive queue (first column) twice, a minute apart.",
    command: `${sudo(invocation)}ss -Htnp state established${destination(subject.peer)} | awk '$1 > 0' | grep -c "pid=${pid},"`,
    caution: null,
  }),
};
