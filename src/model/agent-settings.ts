import type { ChannelOptions, Secret } from "./channels.ts";
import type { Declared } from "./declared.ts";
import type { HistoryOptions } from "./history.ts";
import type { LifeOptions } from "./life-options.ts";

/** All that the configuration says of `descry agent`. */
export interface AgentSettings {
  readonly server: ServerSettings;
  /** The state folder that was named; null: the usual one. */
  readonly stateFolder: string | null;
  /** Share of one core, over time: 0.01 is 1 %. */
  readonly cpuBudget: number;
  readonly history: HistoryOptions;
  readonly alerts: LifeOptions;
  readonly metrics: MetricsOptions;
  readonly channels: readonly ChannelOptions[];
  /** What is known of services, as the analysis takes it (Knowledge); `alerts.services` is the same. */
  readonly declared: Declared;
}

/** How the agent can be reached over HTTP. */
export interface ServerSettings {
  /** "127.0.0.1:8321", "[::1]:8321"; port 0: the kernel chooses one. */
  readonly listen: string;
  /** What requests have to bring; null: nothing, which is refused off the loopback address. */
  readonly token: Secret | null;
  /** Names under which users reach it besides its address: "web-12.example". */
  readonly hostNames: readonly string[];
  /** Origins of pages elsewhere that may read the answers: "https://overview.example". */
  readonly origins: readonly string[];
  /** From one address (IPv6: one /64). */
  readonly requestsPerSecond: number;
  /** Of the events, at once. */
  readonly mostReaders: number;
}

/** How many series there may be. The defaults keep a scrape of any host within a few ten thousand samples. */
export interface MetricsOptions {
  /** Services told by name; the rest is `other`. */
  readonly services: number;
  /** Peers told by address, of each service; the rest is `other`. */
  readonly peersPerService: number;
  /** Verdicts told, those most at risk first. */
  readonly verdicts: number;
  /** Addresses told of TIME_WAIT; the rest is `other`. */
  readonly addresses: number;
  /**
   * A name that was given one of these places keeps it for so long, so that names that come and go (transient units,
   * peers of a crawler) make that many new series in that time at most, and not one each.
   */
  readonly placeHeldSeconds: number;
}
