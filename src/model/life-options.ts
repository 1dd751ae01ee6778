import type { DeclaredService } from "./declared.ts";

/** How the life of alerts goes; all in milliseconds. */
export interface LifeOptions {
  /** A proof that has stood so long fires. What follows a leak is told within 10 s of it: then it is one message. */
  readonly provenFor: number;
  /** A suspicion that has stood so long fires as a ticket; null: never. Without rights nothing is ever proven. */
  readonly suspectedFor: number | null;
  /** What is gone for so long is over: sooner it was only on its way to the next. */
  readonly goneFor: number;
  /** What was told before a restart of this program, and is not found again for so long after it, is over. */
  readonly unseenFor: number;
  /** Between two notifications of one alert there is so much time, unless its severity rises. */
  readonly againAfter: number;
  /** Somebody is woken when less time than this is left, by the earliest likely date. */
  readonly pageWithin: number;
  /** What the user says of services, by name: whose each is, and when it differs from the above. */
  readonly services: ReadonlyMap<string, ServiceLife>;
}

/** What the life of a service's alerts takes from what is declared of it. */
export type ServiceLife = Pick<DeclaredService, "owner" | "pageWithin" | "suspectedFor">;
