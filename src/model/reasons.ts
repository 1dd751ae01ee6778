/** Reasons of events that more than one room goes by. Scripts may read them, so they stay as they are. */

/** A proven leak stands on: it went with its process, and a successor runs. */
export const RESTARTED = "restarted, not fixed";

/** Withdrawn: the successor kept nothing for ten minutes. */
export const NOT_COME_BACK = "and it has not come back for 10 minutes";

/** Withdrawn: there is no process that could hold anything. */
export const PROCESS_ENDED = "its process ended, which does not mend it";

/** How the reason begins when they are still open and stand where they are counted now. */
export const CHANGED_STATE = "they changed state and are";
