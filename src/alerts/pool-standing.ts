import type { Level } from "../rules/accumulation.ts";
import type { BypassStanding } from "./pool.ts";
import { NOT_COME_BACK, PROCESS_ENDED } from "../model/reasons.ts";

/** Nothing was opened beside the pool for so long: it is no longer bypassed. */
const QUIET_SECONDS = 120;
/** A suspicion ends sooner. */
const QUIET_SUSPICION_SECONDS = 30;
/** After a restart it may take this long until what is at fault is asked for again. */
const COME_BACK_SECONDS = 600;
const RESTART_SECONDS = 60;

/** Why what stands is withdrawn now; null: it stands. `lives`: the process that it was told of is still there. */
export function bypassEnded(
  { standing, activeAt, goneAt }: BypassStanding,
  level: Level,
  lives: boolean,
  now: number,
): string | null {
  if (goneAt !== null) return now - goneAt < RESTART_SECONDS ? null : PROCESS_ENDED;
  const quiet = now - activeAt;
  if (standing === "suspect")
    return level === "healthy" || quiet >= QUIET_SUSPICION_SECONDS
      ? "no more were opened beside the idle pool"
      : null;
  if (lives) return quiet < QUIET_SECONDS ? null : "for 2 minutes hardly any was opened beside the idle pool";
  return quiet < COME_BACK_SECONDS ? null : `restarted, ${NOT_COME_BACK}`;
}
