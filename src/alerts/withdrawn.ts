import type { ForecastEvent, VerdictEvent } from "../model/events.ts";

/** What was told, withdrawn at this clock (Unix milliseconds). */
export function withdrawn<E extends VerdictEvent | ForecastEvent>(
  told: E,
  { at }: { readonly at: number },
  reason: string,
): E {
  const summary = `Withdrawn: ${told.service ?? "an unknown service"}: ${reason}.`;
  return { ...told, at: new Date(at).toISOString(), standing: "cleared", reason, summary };
}
