import type { DescriptorClass } from "../census/classes.ts";

/** A longer time between two tellings of a connection's use, in seconds, says too little of when it was used. */
const LATE_SECONDS = 60;
/** A request and its answer are a segment with data each, at least. */
const SEGMENTS_AN_EXCHANGE = 2;
/** So many, by its segments, may be one alone: an answer takes several. */
const SINGLE_EXCHANGE = 2;

/** What came in to a service since watching began, and what went with its processes: running counts. */
export class Traffic {
  /** Connections accepted, those that came and went between two looks included. */
  connections = 0;
  /** Exchanges on connections that are kept open, as far as their segments tell; a large answer counts as several. */
  exchanges = 0;
  /** Of those, the ones of which it is not known when they were: such connections are told too rarely. */
  lateExchanges = 0;
  /** Descriptors that went with a process. */
  exited = 0;

  /** A kept connection carried `segments` more since it was told last, `seconds` ago; infinity: not known. */
  use(segments: number, seconds: number): void {
    const exchanges = segments / SEGMENTS_AN_EXCHANGE;
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

  used(of: DescriptorClass, segments: number, seconds: number): void {
    if (isInbound(of)) this.of(of.service).use(segments, seconds);
  }

  forgetService(service: string): void {
    this.#services.delete(service);
  }
}

function isInbound({ subject: { kind, direction } }: DescriptorClass): boolean {
  return kind === "tcp" && direction === "inbound";
}
