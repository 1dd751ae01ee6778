import type { Action } from "../../model/events.ts";
import type { Advice, Case } from "../case.ts";
import { count, nounFor, perMinute } from "../words.ts";
import { raiseLimit, sudo } from "./steps.ts";
import { destination } from "./unclosed-connection.ts";

export const poolBypass: Advice = {
  headline: ({ subject }) => `opens ${nounFor(subject)} past its pool`,
  cause: () =>
    "Likely a connection is made for each piece of work beside the pool: a pool hands out one that stands idle. Each costs a connection set-up, and each that is closed here keeps a local port in TIME_WAIT for a minute.",
  now: (of) =>
    keeps(of)
      ? raiseLimit(of)
      : {
          when: "now",
          text: "No open files run out by this alone: they are closed again. What can run out is local ports towards that address: each row here keeps one for a minute.",
          command: `ss -Htn state time-wait${destination(of.subject.peer)} | wc -l`,
          caution: null,
        },
  fix: ({ command }) => takeFromPool(command),
  confirm: (of) => ({
    when: "confirm",
    text: keeps(of)
      ? "Count them: there must be no more than the pool holds. After the fix the number stays there."
      : "Run it twice, a second apart: the local ports of the pool stay the same, the others are new each time. After the fix all stay.",
    command: keeps(of)
      ? `${sudo(of.invocation)}ss -Htnp state established${destination(of.subject.peer)} | grep -c "pid=${of.pid},"`
      : `ss -Htan${destination(of.subject.peer)}`,
    caution: null,
  }),
};

/** What mends a leak beside a pool as well; `command`: of the process, by which its language is told. */
export function takeFromPool(command: string): Action {
  return {
    when: "fix",
    text: `Take the connection from the pool where it is made now, and give it back where the work ends. ${poolIdiom(command)}`,
    command: null,
    caution: "The pool may need more connections then: it serves that work too.",
  };
}

/** Not all that is opened beside the pool is closed again. */
function keeps({ rates: { netPerMinute, bornPerMinute } }: Case): boolean {
  return netPerMinute !== null && netPerMinute > 0.02 * (bornPerMinute ?? 0) && netPerMinute >= 1;
}

/** "Its pool needs 20 (learned); 2,751 are open; 96% were opened while ...". Empty where there is none. */
export function poolSentence({ pool }: Pick<Case, "pool">): string {
  if (pool === null) return "";
  const { expected, expectedBy, open, bornWhileIdleShare, exchangesPerConnection } = pool;
  const parts: string[] = [];
  if (expected !== null) parts.push(`its pool needs ${count(expected)} (${expectedBy})`);
  parts.push(`${count(open)} ${open === 1 ? "is" : "are"} open`);
  if (bornWhileIdleShare !== null)
    parts.push(
      `${Math.floor(bornWhileIdleShare * 100)}% of those opened came while 3 or more of the pool stood idle`,
    );
  if (exchangesPerConnection !== null)
    parts.push(`those that were closed had carried ${perMinute(exchangesPerConnection)} exchanges each`);
  const text = parts.join("; ");
  return `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}

const IDIOMS: readonly (readonly [program: RegExp, idiom: string])[] = [
  [
    /python|gunicorn|uvicorn|celery|flask|pypy/i,
    "In Python: look for the driver's own connect() beside the engine or pool, and for an engine made per request.",
  ],
  [
    /\bjava\b|\.jar\b|tomcat|jetty/i,
    "In Java: look for DriverManager.getConnection() beside the DataSource, and for a pool made per request.",
  ],
  [
    /\bnode(js)?\b|\.m?js\b|\bbun\b|\bdeno\b/i,
    "In Node: look for createConnection() or new Client() beside the pool, and for an agent made per request.",
  ],
  [
    /ruby|puma|unicorn|sidekiq|rails/i,
    "In Ruby: look for the client's new() or connect() beside the connection pool.",
  ],
  [/php/i, "In PHP: look for new PDO() without a persistent connection."],
];

function poolIdiom(command: string): string {
  const known = IDIOMS.find(([program]) => program.test(command))?.[1];
  return (
    known ??
    "Look for a connect() beside the pool, and for a pool or client that is made anew for each request."
  );
}
