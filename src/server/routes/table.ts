/** Every path that is answered, in the order of the reference. */
import { alertsRoute } from "./alerts.ts";
import { descriptorsRoute } from "./descriptors.ts";
import { eventsRoute } from "./events.ts";
import { livesRoute } from "./lives.ts";
import { agentRoute, documentRoute, healthRoute, metricsRoute, readyRoute } from "./own.ts";
import { hostSeriesRoute, serviceSeriesRoute } from "./series.ts";
import { endSilenceRoute, makeSilenceRoute, silencesRoute } from "./silences.ts";
import { serviceRoute, servicesRoute, snapshotRoute } from "./services.ts";
import type { Route } from "./route.ts";
import { verdictsRoute } from "./verdicts.ts";

export const ROUTES: readonly Route[] = [
  snapshotRoute,
  servicesRoute,
  serviceRoute,
  serviceSeriesRoute,
  livesRoute,
  descriptorsRoute,
  hostSeriesRoute,
  verdictsRoute,
  alertsRoute,
  silencesRoute,
  makeSilenceRoute,
  endSilenceRoute,
  eventsRoute,
  agentRoute,
  documentRoute,
  metricsRoute,
  healthRoute,
  readyRoute,
];
