// The real Prometheus on loopback with the rules of deploy/, scraping one target, and what the dashboard of deploy/ asks it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Child, startChild } from "../../lab/child.ts";
import { freePort, until } from "../../lab/wait.ts";

const DEPLOY = join(import.meta.dirname, "../../deploy");

export const RULES = join(DEPLOY, "prometheus/descry.rules.yml");

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

export class PrometheusProgram {
  readonly #address: string;
  readonly #child: Child;

  private constructor(address: string, child: Child) {
    this.#address = address;
    this.#child = child;
  }

  /** Its files lie in this folder; it has scraped `target` three times, so that every rate has two samples. */
  static async start(folder: string, target: string): Promise<PrometheusProgram> {
    writeFileSync(
      join(folder, "prometheus.yml"),
      JSON.stringify({
        global: { scrape_interval: "1s", evaluation_interval: "1s" },
        rule_files: [RULES],
        scrape_configs: [{ job_name: "descry", static_configs: [{ targets: [target] }] }],
      }),
    );
    const address = `127.0.0.1:${await freePort()}`;
    const child = startChild(
      "prometheus",
      "prometheus",
      [
        `--config.file=${join(folder, "prometheus.yml")}`,
        `--storage.tsdb.path=${join(folder, "series")}`,
        `--web.listen-address=${address}`,
      ],
      { log: join(folder, "prometheus.log") },
    );
    const program = new PrometheusProgram(address, child);
    await until(
      "three scrapes",
      async () => (await program.numberOf("count_over_time((up == 1)[1m:1s])")) >= 3,
      { needs: [child] },
    );
    return program;
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }

  /** `data` of what it answers; null while it starts. */
  async get(path: string): Promise<unknown> {
    const response = await fetch(`http://${this.#address}/api/v1/${path}`).catch(() => null);
    if (response === null || response.status === 503) return null;
    const { status, data, error } = (await response.json()) as Record<string, unknown>;
    assert.equal(status, "success", String(error));
    return data;
  }

  async query(text: string): Promise<readonly Sample[]> {
    const data = (await this.get(`query?query=${encodeURIComponent(text)}`)) as { result: Sample[] } | null;
    return data?.result ?? [];
  }

  async numberOf(text: string): Promise<number> {
    return Number((await this.query(text))[0]?.value[1] ?? Number.NaN);
  }
}

/** What promtool says of it, and its exit code. */
export function promtool(
  args: readonly string[],
  input = "",
): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync("promtool", args, { input, encoding: "utf8" });
  return { status, said: stdout + stderr };
}

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets?: readonly { readonly expr: string }[];
  }[];
  readonly templating: {
    readonly list: readonly { readonly type: string; readonly query: { readonly query: string } }[];
  };
}

const dashboard = JSON.parse(readFileSync(join(DEPLOY, "grafana/descry.json"), "utf8")) as Dashboard;

/** Each query of the dashboard, as Grafana would send it with all hosts and services chosen. */
export const PANELS = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }, at) => ({
    title: at > 0 ? `${title}, ${at + 1}` : title,
    query: withVariables(expr),
  })),
);

/** What the dashboard lets choose from. */
export const VARIABLES = dashboard.templating.list
  .filter(({ type }) => type === "query")
  .map(({ query: { query } }) => {
    const [, series, label] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? [];
    assert.ok(series !== undefined && label !== undefined, query);
    return { label, series: withVariables(series) };
  });

function withVariables(query: string): string {
  return query.replace(/\$(instance|service)\b/g, ".*").replaceAll("$__rate_interval", "10s");
}
