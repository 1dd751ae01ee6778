import type { ForecastEvent, VerdictEvent } from "../model/events.ts";
import { RESOURCE_RULES } from "../model/kinds.ts";

/** Of what several services share: whoever uses it up, the others are without it as well. */
export function isShared(event: VerdictEvent | ForecastEvent): boolean {
  if (event.type === "forecast") return event.runway !== null && event.runway.resource !== "nofile";
  return RESOURCE_RULES.has(event.rule) && event.rule !== "at-limit";
}
