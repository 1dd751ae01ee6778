import type { MetricsOptions } from "../model/agent-settings.ts";

export const DEFAULT_METRICS_OPTIONS: MetricsOptions = {
  services: 200,
  peersPerService: 10,
  verdicts: 200,
  addresses: 50,
  placeHeldSeconds: 900,
};
