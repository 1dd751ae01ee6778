/**
 * Why there is no answer: `nobody` listens, or it went away; `slow`; `refused`: the token; `busy`: an agent that cannot
 * answer now; `stale`: one that does not read its host any more; `strange`: no answer of an agent, or of a version that
 * is not understood.
 */
export type Why = "nobody" | "slow" | "refused" | "busy" | "stale" | "strange";

/** Nothing that was asked of an agent can be gone by. */
export class Unanswered extends Error {
  readonly why: Why;

  constructor(why: Why, message: string) {
    super(message);
    this.name = "Unanswered";
    this.why = why;
  }
}
