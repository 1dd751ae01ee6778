import type { Measure, SeriesName } from "../../model/history.ts";

/** The names of one service's series, or of the host's: the same name is the same object each time. */
export class Names {
  readonly #service: string | null;
  readonly #names = new Map<Measure, Map<string | null, SeriesName>>();

  /** null: the host. */
  constructor(service: string | null) {
    this.#service = service;
  }

  of(measure: Measure, label: string | null): SeriesName {
    let labels = this.#names.get(measure);
    if (labels === undefined) this.#names.set(measure, (labels = new Map()));
    let name = labels.get(label);
    if (name === undefined) labels.set(label, (name = { service: this.#service, measure, label }));
    return name;
  }
}
