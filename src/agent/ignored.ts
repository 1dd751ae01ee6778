import { isShared } from "../alerts/shared.ts";
import { withdrawn } from "../alerts/withdrawn.ts";
import type { Declared } from "../model/declared.ts";
import type { DescryEvent, ForecastEvent, VerdictEvent } from "../model/events.ts";

const IGNORED = "its service is ignored from now on";
const TAKEN_BACK = "its service is ignored no longer";

/** The services of which the user wants to hear nothing. They are judged like every other, so that one can be taken back. */
export class Ignored {
  #services: ReadonlySet<string>;

  constructor(declared: Declared) {
    this.#services = servicesOf(declared);
  }

  has(service: string): boolean {
    return this.#services.has(service);
  }

  /** What is said of what all share is said in any case. */
  hides(event: DescryEvent): boolean {
    if (event.type !== "verdict" && event.type !== "forecast") return false;
    return event.service !== null && this.has(event.service) && !isShared(event);
  }

  /** What is to be told of what stands, when other services are ignored than before. `at`: Unix milliseconds. */
  change(declared: Declared, standing: readonly (VerdictEvent | ForecastEvent)[], at: number): DescryEvent[] {
    const hidden = new Set(standing.filter((event) => this.hides(event)));
    this.#services = servicesOf(declared);
    return standing.flatMap((event) => {
      if (this.hides(event) === hidden.has(event)) return [];
      return [hidden.has(event) ? { ...event, reason: TAKEN_BACK } : withdrawn(event, { at }, IGNORED)];
    });
  }
}

function servicesOf({ services }: Declared): ReadonlySet<string> {
  return new Set([...services].filter(([, { ignore }]) => ignore).map(([service]) => service));
}
