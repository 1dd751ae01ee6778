/**
 * Every metric that descry tells, written once: the exposition is made from this table, docs/reference/metrics.md is
 * generated from it, and a test wants the alerting rules and the dashboard to name nothing else.
 */

/** https://prometheus.io/docs/concepts/metric_types/ */
export type MetricType = "gauge" | "counter" | "summary" | "histogram";

/** One family. What is not known has no sample: it is absent, never 0. */
export interface Metric<Labels extends readonly LabelName[] = readonly LabelName[]> {
  readonly name: string;
  readonly type: MetricType;
  readonly labels: Labels;
  /** One sentence, without a full stop: what is counted, and of what. */
  readonly help: string;
  /** When a sample is absent, where that does not go without saying. */
  readonly absent?: string;
}

/** What the labels say, and how many values each may have at a time. */
export const LABELS = {
  service: "Service, named as `descry top` names it; `other` stands for those beyond the first `services`.",
  kind: "Kind of descriptor (`tcp`, `file`, `eventfd` ...); `unlisted` for those of processes that may not be listed.",
  peer: "Outbound the remote `address:port`, inbound the listening one; `other` stands for those beyond the first `peersPerService` (of a service) or `addresses` (of the host).",
  state: "State of TCP, as the kernel calls it.",
  direction: "`inbound` where the local port is listened on, else `outbound`.",
  resource: "What runs out: `nofile`, `file-max`, `ports`, `inotify`.",
  quantile: "Probability that it has run out by then: 0.05, 0.5, 0.95.",
  rule: "Rule, see rules.md.",
  standing: "`suspect` or `confirmed`.",
  fingerprint: "Identifies the leak on any host: a hash of service, rule and subject.",
  listing:
    "`listed`, `denied` (descriptors may be counted at most), `unlisted` (not looked at closer so far).",
  stage:
    "Part of the work of one tick: `read`, `judge`, `draw` ...; `late` is how long after its second the tick began.",
  phase: "`pending` (not told to anybody yet) or `firing`.",
  severity: "`page` or `ticket`.",
  channel: "Channel, named as it is configured.",
  outcome:
    "`delivered`; `failed`: an attempt, which is made again; `given-up`: it will not arrive, since the receiver refused it, too many waited or it failed too often.",
  host: "Name of the host.",
  version: "Version of descry.",
} as const;

export type LabelName = keyof typeof LABELS;

type Extras = Pick<Metric, "absent">;

function metric<const Labels extends readonly LabelName[]>(
  type: MetricType,
  name: string,
  labels: Labels,
  help: string,
  extras: Extras = {},
): Metric<Labels> {
  return { type, name, labels, help, ...extras };
}

const NOT_OTHER = "the service counts as `other`";

/** In the order in which they are told. */
export const METRICS = {
  openDescriptors: metric(
    "gauge",
    "descry_service_open_descriptors",
    ["service", "kind"],
    "Open file descriptors of all processes of a service",
  ),
  descriptorLimit: metric(
    "gauge",
    "descry_service_descriptor_limit",
    ["service"],
    "Soft limit of open files of the process of a service that is nearest to its limit; +Inf without a limit",
    { absent: `it could not be read, or ${NOT_OTHER}` },
  ),
  usedRatio: metric(
    "gauge",
    "descry_service_descriptors_used_ratio",
    ["service"],
    "Open descriptors of the process of a service that is nearest to its soft limit, as a share of that limit",
    { absent: `no limit could be read, or ${NOT_OTHER}` },
  ),
  serviceProcesses: metric("gauge", "descry_service_processes", ["service"], "Processes of a service"),
  born: metric(
    "counter",
    "descry_service_descriptors_born_total",
    ["service", "kind"],
    "Descriptors that a service opened while watched, those that were open between two looks only included",
    { absent: "its descriptors may not be listed" },
  ),
  closed: metric(
    "counter",
    "descry_service_descriptors_closed_total",
    ["service", "kind"],
    "Descriptors that a service closed while watched; what ends with its process counts in none of the two",
    { absent: "its descriptors may not be listed" },
  ),
  connections: metric(
    "gauge",
    "descry_service_connections",
    ["service", "peer", "state", "direction"],
    "TCP connections that a service holds, by their other end",
  ),
  runway: metric(
    "summary",
    "descry_service_runway_seconds",
    ["service", "resource", "quantile"],
    "Seconds until a service has used up a resource, at 5, 50 and 95 % probability",
    { absent: `nothing runs out within the horizon, it is not known, or ${NOT_OTHER}` },
  ),
  verdict: metric(
    "gauge",
    "descry_verdict",
    ["service", "rule", "standing", "fingerprint", "kind", "peer"],
    "1 for each leak or exhaustion that stands now",
  ),
  verdictsLeftOut: metric(
    "gauge",
    "descry_verdicts_left_out",
    [],
    "Verdicts that stand and are not among the samples of descry_verdict, since there are too many",
  ),
  timeWait: metric(
    "gauge",
    "descry_time_wait",
    ["peer", "direction"],
    "Rows of the socket tables in TIME_WAIT: they hold ports, not files",
    { absent: "no table was read" },
  ),
  portsUsed: metric(
    "gauge",
    "descry_ephemeral_ports_used_ratio",
    ["peer"],
    "Share of the local ports that connect(2) may choose towards a destination and cannot, of the fullest source address",
    { absent: "under 1 % are taken" },
  ),
  portsRunway: metric(
    "summary",
    "descry_ephemeral_ports_runway_seconds",
    ["peer", "quantile"],
    "Seconds until no local port is left towards a destination, at 5, 50 and 95 % probability",
    { absent: "they do not run out within the horizon, or it is not known" },
  ),
  openFiles: metric("gauge", "descry_host_open_files", [], "Open files of the host, fs.file-nr", {
    absent: "it could not be read",
  }),
  fileMax: metric(
    "gauge",
    "descry_host_open_files_limit",
    [],
    "Most files that the host will open, fs.file-max",
    { absent: "it could not be read" },
  ),
  services: metric("gauge", "descry_services", [], "Services of the host, those told as other included"),
  processes: metric("gauge", "descry_processes", ["listing"], "Processes watched"),
  coverage: metric(
    "gauge",
    "descry_coverage_ratio",
    [],
    "Share of the processes watched whose descriptors were listed",
    { absent: "there is no process" },
  ),
  tcpCoverage: metric(
    "gauge",
    "descry_tcp_coverage_ratio",
    [],
    "Share of the TCP connections opened on the host since the watch began, by the kernel's counters, that were seen",
    { absent: "none was opened, or the counters could not be read" },
  ),
  snapshotAt: metric(
    "gauge",
    "descry_snapshot_timestamp_seconds",
    [],
    "When the host was read last, Unix time",
  ),
  watched: metric("gauge", "descry_watched_seconds", [], "How long the host has been watched"),
  stageDuration: metric(
    "histogram",
    "descry_stage_duration_seconds",
    ["stage"],
    "What a part of the work took in each tick",
  ),
  alerts: metric("gauge", "descry_alerts", ["phase", "severity"], "Alerts of the agent", {
    absent: "the agent does not alert",
  }),
  alertsUnheld: metric(
    "counter",
    "descry_alerts_unheld_total",
    [],
    "Times that a leak or suspicion was not made an alert, because there were too many at once",
    { absent: "the agent does not alert" },
  ),
  notificationsWaiting: metric(
    "gauge",
    "descry_notifications_waiting",
    ["channel"],
    "Notifications that a channel has not taken yet",
  ),
  notifications: metric(
    "counter",
    "descry_notifications_total",
    ["channel", "outcome"],
    "Notifications that arrived or were given up, and attempts that failed",
  ),
  historyWaiting: metric(
    "gauge",
    "descry_history_ticks_waiting",
    [],
    "Ticks that are not in the history on disk yet, because it cannot be written",
    { absent: "no history is kept" },
  ),
  historyLost: metric(
    "counter",
    "descry_history_ticks_lost_total",
    [],
    "Ticks that were given up because the history could not be written for too long",
    { absent: "no history is kept" },
  ),
  agent: metric("gauge", "descry_agent_info", ["host", "version"], "1, with the host and version of descry"),
  cpuSeconds: metric(
    "counter",
    "process_cpu_seconds_total",
    [],
    "CPU time that descry itself has used, in user and system mode",
  ),
  residentBytes: metric("gauge", "process_resident_memory_bytes", [], "Resident memory of descry itself"),
  virtualBytes: metric("gauge", "process_virtual_memory_bytes", [], "Virtual memory of descry itself", {
    absent: "it could not be read",
  }),
  ownDescriptors: metric("gauge", "process_open_fds", [], "Open descriptors of descry itself", {
    absent: "it could not be read",
  }),
  ownLimit: metric("gauge", "process_max_fds", [], "Soft limit of open files of descry itself", {
    absent: "it could not be read",
  }),
  startedAt: metric("gauge", "process_start_time_seconds", [], "When descry itself started, Unix time"),
} as const;
