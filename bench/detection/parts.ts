import type { Descriptor, SimulatedProcess } from "./simulated-process.ts";
import type { Stage } from "./stage.ts";

const DAY = 86_400;

/** Something a second, at this second of the simulation. */
export type Rate = (second: number) => number;

/** The load of a day: between `1 - depth` and `1 + depth` times the mean, highest at an hour of its own. */
export function diurnal(stage: Stage, mean: number, depth = stage.random.between(0.3, 0.9)): Rate {
  const highest = stage.random.between(0, DAY);
  return (second) => mean * (1 + depth * Math.cos((2 * Math.PI * (second - highest)) / DAY));
}

/**
 * Requests at a rate that never exceeds `most`: a Poisson process thinned to it (Lewis and Shedler 1979), in sessions
 * and with a rate that sways where the flavour has it so.
 */
export function arrivals(
  stage: Stage,
  process: SimulatedProcess,
  rate: Rate,
  most: number,
  act: () => void,
): void {
  const { random, flavour } = stage;
  const sessions = flavour.sessions(random);
  const sway = flavour.sway(random);
  const swayFor = random.between(20, 600);
  let [swayed, swaysUntil] = [1, 0];
  const swayNow = (second: number): number => {
    if (sway === 0) return 1;
    if (second >= swaysUntil) {
      swayed = Math.min(3, random.lognormal(1, sway));
      swaysUntil = second + random.exponential(swayFor);
    }
    return swayed;
  };
  const highest = most * (sway === 0 ? 1 : 3);
  // A session of n requests counts n: then sessions come so much more seldom.
  let debt = 0;
  stage.repeat(
    process,
    () => random.exponential(1 / highest),
    () => {
      const { second } = stage.kernel;
      if (!random.chance((rate(second) * swayNow(second)) / highest)) return;
      if (debt >= 1) {
        debt--;
        return;
      }
      act();
      if (sessions === null) return;
      let at = 0;
      for (let more = sessions.size() - 1; more > 0; more--) {
        debt++;
        stage.after(process, (at += sessions.gap()), act);
      }
    },
  );
}

/** Each request holds what `open` gives for a lifetime. */
export function hold(stage: Stage, open: () => Descriptor | null, lifetime: number): void {
  const opened = open();
  if (opened !== null) stage.agenda.after(lifetime, () => stage.kernel.close(opened));
}

/** Requests that each have a connection of their own to a peer. */
export function served(
  stage: Stage,
  process: SimulatedProcess,
  { rate, most, lifetime, peer }: { rate: Rate; most: number; lifetime: () => number; peer: string },
): void {
  arrivals(stage, process, rate, most, () =>
    hold(stage, () => stage.kernel.connect(process, peer), lifetime()),
  );
}

/** The live source tells a use when it is this much later than the last: seconds, or a share of the socket's age. */
const TOLD_SECONDS = 5;
const TOLD_SHARE = 1 / 8;

/** A connection that is used every so often (exponential gaps); only the uses that a look could tell are simulated. */
export function keepUsed(stage: Stage, opened: Descriptor, gapSeconds: number): void {
  const { kernel, agenda, random } = stage;
  const age = kernel.now - opened.openedAt;
  const untold = Math.max(TOLD_SECONDS, age * TOLD_SHARE);
  agenda.after(untold + random.exponential(gapSeconds), () => {
    if (!opened.open) return;
    kernel.use(opened, 2 + 2 * Math.floor(untold / gapSeconds));
    keepUsed(stage, opened, gapSeconds);
  });
}

export interface PoolTraits {
  readonly peer: string;
  /** The most that are open at once. */
  readonly most: number;
  /** The most that stay open when nothing is to do. */
  readonly kept: number;
  /** An idle one is closed after this many seconds, and any after so many of its life; infinity: never. */
  readonly idleSeconds: number;
  readonly lifeSeconds: number;
}

/** Connections that are given out to requests and come back: the last that came back goes out first. */
export class DemandPool {
  readonly #stage: Stage;
  readonly #process: SimulatedProcess;
  readonly #traits: PoolTraits;
  readonly #idle: { readonly opened: Descriptor; readonly since: number }[] = [];
  #open = 0;

  constructor(stage: Stage, process: SimulatedProcess, traits: PoolTraits) {
    this.#stage = stage;
    this.#process = process;
    this.#traits = traits;
  }

  /** A request that works for so many seconds; it is turned away when all are in use. */
  request(seconds: number): void {
    const { kernel, agenda } = this.#stage;
    const opened = this.#take();
    if (opened === null) return;
    kernel.use(opened, 2);
    agenda.after(seconds, () => {
      if (opened.open) kernel.use(opened, 2);
      this.#giveBack(opened);
    });
  }

  #take(): Descriptor | null {
    const { kernel } = this.#stage;
    for (let last = this.#idle.pop(); last !== undefined; last = this.#idle.pop()) {
      const { opened } = last;
      if (opened.open && kernel.now - opened.openedAt < this.#traits.lifeSeconds) return opened;
      this.#close(opened);
    }
    if (this.#open >= this.#traits.most) return null;
    const opened = kernel.connect(this.#process, this.#traits.peer);
    if (opened !== null) this.#open++;
    return opened;
  }

  #giveBack(opened: Descriptor): void {
    const { kept, idleSeconds } = this.#traits;
    if (!opened.open || this.#idle.length >= kept) return this.#close(opened);
    const entry = { opened, since: this.#stage.kernel.now };
    this.#idle.push(entry);
    if (idleSeconds === Infinity) return;
    this.#stage.agenda.after(idleSeconds, () => {
      const place = this.#idle.indexOf(entry);
      if (place === -1) return;
      this.#idle.splice(place, 1);
      this.#close(opened);
    });
  }

  #close(opened: Descriptor): void {
    this.#open--;
    this.#stage.kernel.close(opened);
  }
}
