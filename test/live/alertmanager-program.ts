// The real Alertmanager on loopback, which tells what it is told to a receiver of ours as it would tell people.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Child, startChild } from "../../lab/child.ts";
import { freePort, until } from "../../lab/wait.ts";

/** An alert as GET /api/v2/alerts shows it. */
export interface HeldAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly status: { readonly state: string };
}

/** What it tells people of a group of alerts, as its webhook has it. */
export interface Page {
  readonly alerts: readonly (Pick<HeldAlert, "labels" | "annotations"> & {
    readonly status: "firing" | "resolved";
  })[];
}

export class AlertmanagerProgram {
  readonly url: string;
  readonly #folder: string;
  #running: Child | null = null;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Its files lie in this folder; `pager` is where it posts each Page. It does not run yet. */
  static async in(folder: string, pager: string): Promise<AlertmanagerProgram> {
    writeFileSync(
      join(folder, "alertmanager.yml"),
      [
        "route: {receiver: pager, group_by: [fingerprint], group_wait: 100ms, group_interval: 1s, repeat_interval: 24h}",
        `receivers: [{name: pager, webhook_configs: [{url: "${pager}", send_resolved: true}]}]`,
      ].join("\n"),
    );
    return new AlertmanagerProgram(folder, await freePort());
  }

  async start(): Promise<void> {
    const child = startChild(
      "Alertmanager",
      "prometheus-alertmanager",
      [
        `--config.file=${join(this.#folder, "alertmanager.yml")}`,
        `--storage.path=${join(this.#folder, "alertmanager")}`,
        `--web.listen-address=${this.url.replace("http://", "")}`,
        "--cluster.listen-address=",
      ],
      { log: join(this.#folder, "alertmanager.log") },
    );
    this.#running = child;
    const isReady = async () => (await fetch(`${this.url}/-/ready`).catch(() => null))?.ok === true;
    await until("Alertmanager to be ready", isReady, { needs: [child] });
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
    this.#running = null;
  }

  /** What is active; throws while it does not answer. */
  async active(): Promise<readonly HeldAlert[]> {
    const response = await fetch(`${this.url}/api/v2/alerts?active=true`);
    return (await response.json()) as HeldAlert[];
  }
}
