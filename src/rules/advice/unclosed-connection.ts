import type { Advice } from "../case.ts";
import { closingIdiom } from "../languages.ts";
import { nounFor } from "../words.ts";
import { sudo } from "./steps.ts";

const HTTP = /^HTTPS?$/;

export const unclosedConnection: Advice = {
  headline: ({ subject }) => `leaks ${nounFor(subject)}`,
  cause: ({ subject: { product } }) =>
    product === null || HTTP.test(product)
      ? "Likely each is opened for one piece of work and never closed, or with each comes a new client or agent that keeps it alive for a next request: a pool would stop at its size."
      : "Likely each is opened for one piece of work and never closed, beside the connection pool if there is one: a pool would stop at its size.",
  fix: ({ command }) => ({
    when: "fix",
    text: `Close each connection where its work ends, or take it from the pool. ${closingIdiom(command, "connections")}`,
    command: null,
    caution: null,
  }),
  confirm: ({ pid, subject, invocation }) => ({
    when: "confirm",
    text: "Count them twice, a minute apart: the number must have risen by about the rate above. After the fix it must stay.",
    command: `${sudo(invocation)}ss -Htnp state established${destination(subject.peer)} | grep -c "pid=${pid},"`,
    caution: null,
  }),
};

/** An ss(8) filter for "address:port" or "*:port"; empty when the peers vary. */
export function destination(peer: string | null): string {
  if (peer === null || peer === "*:*") return "";
  return peer.startsWith("*:") ? ` 'dport = :${peer.slice(2)}'` : ` dst '${peer}'`;
}
