/**
 * What a configuration file may say, written once: what is read is checked by it, its defaults are the program's,
 * `descry config reference` and docs/reference/configuration.md are made from it. Every setting has a description, and
 * a default unless nobody but the user can know it. Where a room has the default as a constant, it stands there alone.
 */
import { type Static, Type } from "typebox";
import { AGENT } from "./schema/agent.ts";
import { ALERTS } from "./schema/alerts.ts";
import { CHANNELS } from "./schema/channels.ts";
import { HISTORY } from "./schema/history.ts";
import { METRICS } from "./schema/metrics.ts";
import { SERVICES } from "./schema/services.ts";

export const SETTINGS = Type.Object(
  {
    services: SERVICES,
    channels: CHANNELS,
    alerts: ALERTS,
    agent: AGENT,
    history: HISTORY,
    metrics: METRICS,
  },
  { additionalProperties: false, description: "The whole file." },
);

/** A file's settings, with the defaults where it says nothing. */
export type Settings = Static<typeof SETTINGS>;
