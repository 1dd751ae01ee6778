import type { NetworkFact } from "../model/port-facts.ts";
import type { Occupancy } from "../indicators/ports.ts";
import type { Case } from "./case.ts";

/** Everything that the words of `port-exhaustion` are made from. */
export interface PortCase extends Omit<Case, "service" | "pid" | "command" | "open"> {
  /** Who opens the connections; null: nobody can tell, as they may be too short to be seen in anybody's hands. */
  readonly service: string | null;
  readonly pid: number | null;
  readonly command: string | null;
  readonly open: number | null;
  readonly ports: {
    readonly source: string;
    readonly peer: string;
    readonly occupancy: Occupancy;
    readonly network: NetworkFact;
    /** Opened a second; null: not known. */
    readonly openedPerSecond: number | null;
    /** Ports taken once TIME_WAIT has levelled off at this rate; null: it is not what takes them, or not known. */
    readonly plateau: number | null;
    /** How it is known who opens them; null: nobody can tell. */
    readonly certainty: "seen" | "some" | "only" | null;
    /** A process in their network namespace, by which it is entered; null: none is known. */
    readonly inside: number | null;
  };
}
