/** A longer time between two tellings of a connection's use, in seconds, says too little of when it was used. */
const LATE_SECONDS = 60;
/** A request and its answer are a segment with data each, at least. */
const SEGMENTS_AN_EXCHANGE = 2;

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
    if (seconds > LATE_SECONDS) this.lateExchanges += exchanges;
  }

  get requests(): number {
    return this.connections + this.exchanges;
  }
}
