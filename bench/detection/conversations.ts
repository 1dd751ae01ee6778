import type { Opened, SimulatedHost } from "./simulated-host.ts";

/** As the kernel side tells uses: after five seconds, or an eighth of the age. */
const TOLD_SECONDS = 5;
const TOLD_SHARE = 1 / 8;
/** A connection is made with an exchange over it. */
export const GREETING = 4;

/** Something that goes over a connection: so many seconds after what went before, in so many segments. */
export interface Message {
  readonly after: number;
  readonly segments: number;
}

interface Conversation {
  readonly opened: Opened;
  readonly next: () => Message;
  coming: Message;
  comesAt: number;
  segments: number;
  usedAt: number;
  toldAt: number;
}

/** What goes over kept connections, told as rarely as the kernel side does. */
export class Conversations {
  readonly #all: Conversation[] = [];

  begin(opened: Opened, next: () => Message): void {
    const coming = next();
    const { openedAt } = opened;
    const times = { comesAt: openedAt + coming.after, usedAt: openedAt, toldAt: openedAt };
    this.#all.push({ opened, next, coming, segments: GREETING, ...times });
  }

  /** All that is said in the second that ends now. */
  pass(host: SimulatedHost): void {
    for (const one of this.#all) {
      while (one.comesAt < host.second) {
        one.usedAt = one.comesAt;
        one.segments += one.coming.segments;
        one.coming = one.next();
        one.comesAt += one.coming.after;
      }
      const age = host.second - one.opened.openedAt;
      if (one.usedAt - one.toldAt < Math.max(TOLD_SECONDS, age * TOLD_SHARE)) continue;
      one.toldAt = one.usedAt;
      host.use(one.opened, one.usedAt, one.segments);
    }
  }
}
