import type { DescriptorClass } from "../census/classes.ts";

/** A longer time between two tellings of a connection's use, in seconds, says too little of when it was used. */
const LATE_SECONDS = 60;
/** So many may be one alone, where they are told by segments: an answer takes several. */
const SINGLE_EXCHANGE = 2;

/** What came in to a service since watching began, and what went with its processes: running counts. */
export class Traffic {
  /** Connections accepted, those that came and went between two looks included. */
  connections = 0;
  /**
   * Exchanges on connections that are kept open: the smaller of their segments with data in and out. Where the two are
   * known together only, half of them: an answer of several segments counts as more than one.
   */
  exchanges = 0;
  /** Of those, the ones of which it is not known when they were: such connections are told too rarely. */
  lateExchanges = 0;
  /** Descriptors that went with a process. */
  exited = 0;

  /** A kept connection carried so many exchanges more since it was told last, `seconds` ago; infinity: not known. */
  use(exchanges: number, seconds: number): void {
    this.exchanges += exchanges;
    // The last of them was just now: what is told of a connection that rests between two is not late.
    if (seconds > LATE_SECONDS) this.lateExchanges += Math.max(0, exchanges - SINGLE_EXCHANGE);
  }

  get requests(): number {
    return this.connections + this.exchanges;
  }
}

/** The traffic of every service. */
export class Traffics {
  readonly #services = new Map<string, Traffic>();

  of(service: string): Traffic {
    let traffic = this.#services.get(service);
    if (traffic === undefined) this.#services.set(service, (traffic = new Traffic()));
    return traffic;
  }

  /** A connection of the class was seen to come in; nothing where the class is none of connections that clients made. */
  came(of: DescriptorClass): void {
    if (isInbound(of)) this.of(of.service).connections++;
  }

  /** It goes on to count, and to come, in the class of its new state. */
  moved(of: DescriptorClass): void {
    if (isInbound(of)) this.of(of.service).connections--;
  }

  used(of: DescriptorClass, exchanges: number, seconds: number): void {
    if (isInbound(of)) this.of(of.service).use(exchanges, seconds);
  }

  forgetService(service: string): void {
    this.#services.delete(service);
  }
}

function isInbound({ subject: { kind, direction } }: DescriptorClass): boolean {
  return kind === "tcp" && direction === "inbound";
}
