import type { AgentSettings, ServerSettings } from "../model/agent-settings.ts";
import { channelsIn } from "./channels.ts";
import { declaredIn } from "./declared.ts";
import type { Settings } from "./schema.ts";
import { NEVER, USUAL } from "./schema/texts.ts";
import { bytes, milliseconds, optionalSecret, share } from "./values.ts";

/** What settings say of the agent, in the units of the rooms that take it. */
export function agentSettingsOf(settings: Settings): AgentSettings {
  const { agent, history, alerts, metrics } = settings;
  const declared = declaredIn(settings);
  const folder = agent["state-folder"];
  return {
    server: serverIn(agent),
    stateFolder: folder === USUAL ? null : folder,
    cpuBudget: share(agent["cpu-budget"]),
    history: {
      keepTicks: milliseconds(history["every-second"]),
      keepMinutes: milliseconds(history["every-minute"]),
      keepHours: milliseconds(history["every-hour"]),
      eventBytes: bytes(history.events),
      topPeers: history["peers-per-service"],
      mostServices: history.services,
    },
    alerts: {
      provenFor: milliseconds(alerts["proven-for"]),
      suspectedFor: alerts["suspected-for"] === NEVER ? null : milliseconds(alerts["suspected-for"]),
      goneFor: milliseconds(alerts["gone-for"]),
      unseenFor: milliseconds(alerts["unseen-for"]),
      againAfter: milliseconds(alerts["again-after"]),
      pageWithin: milliseconds(alerts["page-below"]),
      services: declared.services,
    },
    metrics: {
      services: metrics.services,
      peersPerService: metrics["peers-per-service"],
      verdicts: metrics.verdicts,
      addresses: metrics.addresses,
      placeHeldSeconds: milliseconds(metrics["places-held"]) / 1000,
    },
    channels: channelsIn(settings),
    declared,
  };
}

function serverIn(agent: Settings["agent"]): ServerSettings {
  return {
    listen: agent.listen,
    token: optionalSecret(agent.token),
    hostNames: agent["host-names"],
    origins: agent.origins,
    requestsPerSecond: agent["requests-per-second"],
    mostReaders: agent["event-readers"],
  };
}
