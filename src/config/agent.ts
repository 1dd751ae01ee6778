import { LIFE } from "../alerts/life/options.ts";
import { DEFAULT_METRICS_OPTIONS } from "../metrics/options.ts";
import type { AgentSettings } from "../model/agent-settings.ts";
import { HISTORY_OPTIONS } from "../model/history.ts";
import { DEFAULT_SERVER_OPTIONS } from "../server/options.ts";
import { declaredIn } from "./declared.ts";
import type { Settings } from "./schema.ts";

/** What settings say of the agent, in the units of the rooms that take it. */
export function agentSettingsOf(settings: Settings): AgentSettings {
  const declared = declaredIn(settings);
  return {
    server: DEFAULT_SERVER_OPTIONS,
    stateFolder: null,
    cpuBudget: 0.01,
    history: HISTORY_OPTIONS,
    alerts: { ...LIFE, services: declared.services },
    metrics: DEFAULT_METRICS_OPTIONS,
    channels: [],
    declared,
  };
}
