// The labs of other runtimes, as real processes in a watch of the whole host.
import assert from "node:assert/strict";
import { it } from "node:test";
import { GO_PACKAGES, startGoHttp } from "../../lab/go-http/start.ts";
import { JAVA_JDBC_PACKAGES, startJavaJdbc } from "../../lab/java-jdbc/start.ts";
import { startNodeKeepalive } from "../../lab/node-keepalive/start.ts";
import { PYTHON_QUEUE_PACKAGES, startPythonQueue } from "../../lab/python-queue/start.ts";
import type { Served, ServedCounts } from "../../lab/served.ts";
import type { RuleName } from "../../src/model/kinds.ts";
import { needs } from "../needs.ts";
import { firstVerdict, toldOf, type Watched } from "./matrix.ts";

interface Lab {
  readonly packages: readonly string[];
  readonly start: () => Promise<Served>;
  /** The name under which it is judged. */
  readonly service: string;
}

interface Leak extends Lab {
  readonly rule: RuleName;
  readonly product: string | null;
  /** Seconds within which it is confirmed: less where the state itself is proof. */
  readonly within: number;
}

const [node, go] = [[] as const, GO_PACKAGES];
const [jdbc, queue] = [JAVA_JDBC_PACKAGES, PYTHON_QUEUE_PACKAGES];
const unclosed = { rule: "unclosed-connection", within: 120 } as const;
const unread = { rule: "unread-response", product: null, within: 90 } as const;

/** At 60 a minute each. */
const LEAKS: Readonly<Record<string, Leak>> = {
  "java-jdbc leak": {
    ...{ ...unclosed, product: "MySQL", packages: jdbc, service: "java java-jdbc-leak.java" },
    start: () => startJavaJdbc({ manner: "leak" }),
  },
  "node-keepalive leak": {
    ...{ ...unclosed, product: null, packages: node, service: "node node-keepalive-leak.ts" },
    start: () => startNodeKeepalive({ manner: "leak" }),
  },
  "node-keepalive unread": {
    ...{ ...unread, packages: node, service: "node node-keepalive-unread.ts" },
    start: () => startNodeKeepalive({ manner: "unread" }),
  },
  "go-http leak": {
    ...{ ...unclosed, product: null, packages: go, service: "go-http-leak" },
    start: () => startGoHttp({ manner: "leak" }),
  },
  "go-http unread": {
    ...{ ...unread, packages: go, service: "go-http-unread" },
    start: () => startGoHttp({ manner: "unread" }),
  },
  "python-queue leak": {
    ...{ ...unclosed, product: "Redis", packages: queue, service: "python3 python-queue-leak.py" },
    start: () => startPythonQueue({ manner: "leak" }),
  },
};

const HEALTHY: Readonly<Record<string, Lab>> = {
  "java-jdbc": {
    ...{ packages: jdbc, service: "java java-jdbc-healthy.java" },
    start: () => startJavaJdbc({ manner: "healthy" }),
  },
  "node-keepalive": {
    ...{ packages: node, service: "node node-keepalive-healthy.ts" },
    start: () => startNodeKeepalive({ manner: "healthy" }),
  },
  "go-http": {
    ...{ packages: go, service: "go-http-healthy" },
    start: () => startGoHttp({ manner: "healthy" }),
  },
  "python-queue": {
    ...{ packages: queue, service: "python3 python-queue-healthy.py" },
    start: () => startPythonQueue({ manner: "healthy" }),
  },
};

/** Servers of the labs: what is done to them is no doing of theirs. */
const SERVERS = ["mariadbd", "redis-server", "node upstream.ts"];

interface Running {
  readonly lab: Served;
  readonly first: ServedCounts;
}

/** The labs in one watch: `start` before it begins, `tests` where its tests are declared, `stop` after all. */
export class WatchedLabs {
  readonly #watched: Watched;
  readonly #running = new Map<string, Running>();

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  /** Two at a time: some compile first, or make a database. */
  async start(): Promise<void> {
    const waiting = Object.entries({ ...LEAKS, ...HEALTHY }).filter(
      ([, { packages }]) => needs(...packages) === false,
    );
    const startNext = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [name, { start }] = next;
        const lab = await start();
        this.#running.set(name, { lab, first: await lab.report() });
      }
    };
    await Promise.all([startNext(), startNext()]);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ lab }) => lab.stop()));
  }

  tests(): void {
    for (const [name, leak] of Object.entries(LEAKS))
      it(
        `confirms ${name} within ${leak.within} s, with rule, peer, product and rate`,
        this.#skip(leak),
        () => this.#confirmed(name, leak),
      );
    for (const [name, lab] of Object.entries(HEALTHY))
      it(`says nothing of ${name} where it is healthy`, this.#skip(lab), () => this.#silent(name, lab));
    it("accuses none of the servers that they leak towards", () => {
      const accused = SERVERS.flatMap((service) => this.#accusedOf(service));
      assert.deepEqual(accused, []);
    });
  }

  #skip({ packages }: Lab): { skip: string | false } {
    return { skip: needs(...packages) };
  }

  async #confirmed(name: string, { service, rule, product, within }: Leak): Promise<void> {
    const { lab, first } = this.#running.get(name) as Running;
    const found = firstVerdict(toldOf(this.#watched, service), "confirmed");
    assert.ok(found !== undefined, "never confirmed");
    assert.ok(found.seconds <= within, `only after ${found.seconds.toFixed(0)} s`);
    const { verdict } = found;
    assert.equal(verdict.rule, rule);
    assert.deepEqual(
      { pid: verdict.process?.pid, peer: verdict.subject.peer, product: verdict.subject.product },
      { pid: lab.first.pid, peer: lab.first.peer, product },
    );
    const last = await lab.report();
    const truth = ((last.leaked - first.leaked) / (last.t - first.t)) * 60;
    const net = verdict.netPerMinute ?? 0;
    assert.ok(
      Math.abs(net - truth) <= 0.1 * truth,
      `${net} a minute; the lab itself counts ${truth.toFixed(1)}`,
    );
  }

  async #silent(name: string, { service }: Lab): Promise<void> {
    const { lab, first } = this.#running.get(name) as Running;
    assert.deepEqual(this.#accusedOf(service), []);
    // It was alive to the end, did its work, met as many failures as its twin, and lost nothing.
    const last = await lab.report();
    assert.ok(
      last.requests - first.requests >= 100 && last.failed - first.failed >= 50,
      JSON.stringify(last),
    );
    assert.equal(last.leaked, 0);
    const process = this.#watched.analysis.ledger.census.processes.byPid(lab.first.pid);
    assert.ok(process?.service === service && (process.open ?? 0) > 0, "it was not seen");
  }

  #accusedOf(service: string): string[] {
    return toldOf(this.#watched, service).flatMap(({ event, seconds }) =>
      "summary" in event ? [`${seconds.toFixed(0)} s: ${event.summary}`] : [],
    );
  }
}
