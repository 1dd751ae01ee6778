import type { ServiceView, Snapshot } from "../model/snapshot.ts";
import { METRICS } from "./definitions.ts";
import { addDesk } from "./desk-series.ts";
import { Exposition } from "./exposition.ts";
import { addHost, addOwnProcess, addPorts, addTimeWait } from "./host-series.ts";
import { DEFAULT_METRICS_OPTIONS } from "./options.ts";
import type { MetricsOptions } from "../model/agent-settings.ts";
import { Peers } from "./peers.ts";
import { Places } from "./places.ts";
import type { DeskState, OwnProcess, Reading } from "./reading.ts";
import { addConnections, addCounts, addLimits, addVerdict, connectionsOf, OTHER } from "./service-series.ts";
import { Stages } from "./stages.ts";
import { type Total, Totals } from "./totals.ts";

/** What is known at this tick as Prometheus reads it, and the counters that are added up over all ticks. */
export class Metrics {
  readonly #options: MetricsOptions;
  readonly #version: string;
  readonly #services: Places;
  readonly #peers: Peers;
  readonly #totals: Totals;
  readonly #stages = new Stages();
  #snapshot: Snapshot | null = null;
  #standing: Reading["standing"] = [];
  #counts = false;

  /** `version` of descry. */
  constructor(version: string, options: MetricsOptions = DEFAULT_METRICS_OPTIONS) {
    this.#version = version;
    this.#options = options;
    this.#services = new Places(options.services, options.placeHeldSeconds);
    this.#peers = new Peers(options.peersPerService, options.placeHeldSeconds);
    this.#totals = new Totals(options.services);
  }

  /** To be handed every tick, or what was counted is missing; a tick costs what changed in it. */
  take({ snapshot, standing, turnover, stages }: Reading): void {
    this.#snapshot = snapshot;
    this.#standing = standing;
    this.#stages.observe(stages);
    const ranked = snapshot.services.map((view) => ({ name: view.service, urgent: isUrgent(view) }));
    this.#services.assign(ranked, snapshot.watchedSeconds);
    if (turnover === null) return;
    this.#counts = true;
    this.#totals.count(turnover, this.#toldAs);
  }

  /** The text of one scrape; of the program alone before the first tick. */
  text(own: OwnProcess, desk: DeskState | null = null): string {
    const page = new Exposition();
    if (this.#snapshot !== null) this.#add(page, this.#snapshot);
    page.add(METRICS.agent, [this.#snapshot?.host ?? "", this.#version], 1);
    for (const [stage, buckets] of this.#stages.all())
      page.histogram(METRICS.stageDuration, [stage], buckets);
    if (desk !== null) addDesk(page, desk);
    addOwnProcess(page, own);
    return page.text();
  }

  #add(page: Exposition, snapshot: Snapshot): void {
    for (const view of snapshot.services) this.#addService(page, view, snapshot);
    if (this.#counts) this.#addTotals(page, snapshot);
    this.#peers.keep((service) => this.#services.has(service));
    const verdicts = this.#standing.filter((event) => event.type === "verdict");
    for (const verdict of verdicts.slice(0, this.#options.verdicts)) addVerdict(page, verdict);
    page.add(METRICS.verdictsLeftOut, [], Math.max(0, verdicts.length - this.#options.verdicts));
    addTimeWait(page, snapshot, this.#options.addresses);
    addPorts(page, snapshot);
    addHost(page, snapshot);
  }

  #addService(page: Exposition, view: ServiceView, { at, watchedSeconds }: Snapshot): void {
    const service = this.#toldAs(view.service);
    const isNamed = this.#services.has(view.service);
    const connections = connectionsOf(view.holdings);
    addCounts(page, view, service);
    if (isNamed) addLimits(page, view, Date.parse(at));
    if (connections.length === 0) return;
    const peers = isNamed ? this.#peers.assign(service, connections, watchedSeconds) : null;
    addConnections(page, service, connections, peers);
  }

  /**
   * Of services that are there now; one that comes back counts on. Where it is known how many a service opens and none
   * was counted, that is none: a counter that is first told at five looks as if nothing had happened.
   */
  #addTotals(page: Exposition, { services }: Snapshot): void {
    const told = new Set([OTHER]);
    for (const { service, rates, holdings } of services) {
      const name = this.#toldAs(service);
      told.add(name);
      if (rates.bornPerMinute === null) continue;
      for (const { subject } of holdings) addTotal(page, name, subject.kind, { born: 0, closed: 0 });
    }
    for (const name of told) {
      for (const [kind, total] of this.#totals.of(name)) addTotal(page, name, kind, total);
    }
  }

  readonly #toldAs = (service: string): string => (this.#services.has(service) ? service : OTHER);
}

function addTotal(page: Exposition, service: string, kind: string, { born, closed }: Total): void {
  page.add(METRICS.born, [service, kind], born);
  page.add(METRICS.closed, [service, kind], closed);
}

function isUrgent({ verdicts, forecasts }: ServiceView): boolean {
  return verdicts.length > 0 || forecasts.length > 0;
}
