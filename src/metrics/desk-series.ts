import { METRICS } from "./definitions.ts";
import type { Exposition } from "./exposition.ts";
import type { DeskState } from "./reading.ts";

/** What is told of alerts, channels and history. */
export function addDesk(page: Exposition, { alerts, alertsUnheld, channels, history }: DeskState): void {
  for (const phase of ["pending", "firing"] as const) {
    for (const severity of ["ticket", "page"] as const) page.add(METRICS.alerts, [phase, severity], 0);
  }
  for (const { phase, severity, count } of alerts) page.add(METRICS.alerts, [phase, severity], count);
  page.add(METRICS.alertsUnheld, [], alertsUnheld);
  for (const { channel, waiting, delivered, failed, givenUp } of channels) {
    page.add(METRICS.notificationsWaiting, [channel], waiting);
    page.add(METRICS.notifications, [channel, "delivered"], delivered);
    page.add(METRICS.notifications, [channel, "failed"], failed);
    page.add(METRICS.notifications, [channel, "given-up"], givenUp);
  }
  page.add(METRICS.historyWaiting, [], history?.waiting ?? null);
  page.add(METRICS.historyLost, [], history?.lost ?? null);
}
