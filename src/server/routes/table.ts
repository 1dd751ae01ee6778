/** Every path that is answered, in the order of the reference. */
import { eventsRoute } from "./events.ts";
import { documentRoute, healthRoute, metricsRoute, readyRoute } from "./own.ts";
import { hostSeriesRoute, serviceSeriesRoute } from "./series.ts";
import { serviceRoute, servicesRoute, snapshotRoute } from "./services.ts";
import type { Route } from "./route.ts";
import { verdictsRoute } from "./verdicts.ts";

export const ROUTES: readonly Route[] = [
  snapshotRoute,
  servicesRoute,
  serviceRoute,
  serviceSeriesRoute,
  hostSeriesRoute,
  verdictsRoute,
  eventsRoute,
  documentRoute,
  metricsRoute,
  healthRoute,
  readyRoute,
];
