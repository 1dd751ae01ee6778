import type { Lives } from "../model/closings.ts";
import type { InsideChanges } from "./inside.ts";
import type { Process } from "./processes.ts";

/** How a descriptor left its class: closed, gone with its process, or it changed state. */
export type Leaving = "closed" | "exited" | "moved";

/** What is told of each change, slot by slot of the descriptor table, while the slot still holds its old values. */
export interface CensusChanges {
  opened(slot: number, process: Process): void;
  closed(slot: number, process: Process, leaving: Leaving): void;
  /** Its process goes by another name from now on; before and after that. `wasJudged`: it was judged before, too. */
  parted(slot: number, process: Process): void;
  brought(slot: number, process: Process, wasJudged: boolean): void;
  /**
   * `enteredAt` says when: negative infinity when nobody saw it open. `brought`: it came with its process, as it was.
   * `turned`: it left the class of unused ones for that of those that are used again, and so in `left`.
   */
  entered(slot: number, brought: boolean, turned: boolean): void;
  left(slot: number, leaving: Leaving, turned: boolean): void;
  /** It was used: what it was kept for begins anew. `enteredAt` still has the old time. */
  used(slot: number, at: number): void;
  /** It has entered its class since it was used again, after it had rested for so long; infinity: longer than anybody saw. */
  resumed(slot: number, seconds: number): void;
  /** So many exchanges went over it in so many seconds, whether that was work or not. */
  carried(slot: number, exchanges: number, seconds: number): void;
  /** Things that a descriptor holds inside came or left: so many, of one class, that had come at one time. */
  inside(classId: number, leaving: Leaving, brought: boolean): InsideChanges;
  /** Connections of the class were opened and closed between two looks. */
  passed(classId: number, count: number): void;
  /** Connections that the service accepted came and went between two looks. */
  arrived(service: string, count: number): void;
  /** Connections of the class were closed, by how long they had lived: whose they were is known by their address. */
  lived(classId: number, netns: number, lives: Lives): void;
  /** Connections of a service to an address stood idle, for so many seconds each, while others were opened. */
  rested(service: string, netns: number, address: string, seconds: readonly number[]): void;
  /** All tables of the namespace were read. */
  readTables(netns: number): void;
  exited(process: Process): void;
}
