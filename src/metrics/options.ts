/** How many series there may be. The defaults keep a scrape of any host within a few ten thousand samples. */
export interface MetricsOptions {
  /** Services told by name; the rest is `other`. */
  readonly services: number;
  /** Peers told by address, of each service; the rest is `other`. */
  readonly peersPerService: number;
  /** Verdicts told, those most at risk first. */
  readonly verdicts: number;
  /** Addresses told of TIME_WAIT; the rest is `other`. */
  readonly addresses: number;
  /**
   * A name that was given one of these places keeps it for so long, so that names that come and go (transient units,
   * peers of a crawler) make that many new series in that time at most, and not one each.
   */
  readonly placeHeldSeconds: number;
}

export const DEFAULT_METRICS_OPTIONS: MetricsOptions = {
  services: 200,
  peersPerService: 10,
  verdicts: 200,
  addresses: 50,
  placeHeldSeconds: 900,
};
