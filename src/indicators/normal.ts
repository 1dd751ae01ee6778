/** What is normal at one age of one class, with room for what chance and a change of load make of it. */
export interface Normal {
  /** Share of those born that live to the age, at most. */
  readonly survival: number;
  /** How many pass the age in ten minutes, at most. */
  readonly passedIn10Minutes: number;
}

/** Below this share of those born few live to an age. */
export const RARE = 0.1;

/** From this share on nearly all live to the age, and survival has no room to rise: how many come tells more. */
export const NEARLY_ALL = 0.8;
