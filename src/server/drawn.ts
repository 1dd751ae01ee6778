/** One snapshot as answers: what is asked again within its second is not written again. */
import type { ServiceView, Snapshot } from "../model/snapshot.ts";
import type { Page } from "./schema/queries.ts";
import { fill, fitted, withList } from "./fit.ts";
import { serviceIdOf } from "./service-id.ts";
import { growthOf, summaryOf } from "./service-summary.ts";

/** Answers kept for one snapshot, together. */
const MOST_KEPT_BYTES = 16 * 2 ** 20;

export class Drawn {
  readonly snapshot: Snapshot;
  readonly #kept = new Map<string, Buffer>();
  #keptBytes = 0;
  #byId: Map<string, ServiceView> | null = null;

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot;
  }

  service(id: string): ServiceView | undefined {
    // Services most at risk come first: of two with one id, which take 2^48 attempts to find, the first stays.
    this.#byId ??= new Map(
      this.snapshot.services.toReversed().map((view) => [serviceIdOf(view.service), view]),
    );
    return this.#byId.get(id);
  }

  serviceAnswer(id: string, view: ServiceView): Buffer {
    const { host, at } = this.snapshot;
    return this.#keep(`service ${id}`, () => detailText({ host, at, id, ...view }));
  }

  servicesAnswer(ask: Page): Buffer {
    const { host, at, services } = this.snapshot;
    return this.#keep(`services ${ask.offset} ${ask.limit}`, () => {
      const { texts, next } = fill(services, ask, (view) => JSON.stringify(summaryOf(view)));
      const page = { total: services.length, offset: ask.offset, next };
      return withList(JSON.stringify({ host, at, page, ...growthOf(services) }), "services", texts);
    });
  }

  snapshotAnswer(ask: Page): Buffer {
    const { services, ...rest } = this.snapshot;
    return this.#keep(`snapshot ${ask.offset} ${ask.limit}`, () => {
      const { texts, next } = fill(services, ask, (view) =>
        detailText({ id: serviceIdOf(view.service), ...view }),
      );
      const page = { total: services.length, offset: ask.offset, next };
      return withList(fitted({ ...rest, page }, ["timeWaitBy", "ports"]), "services", texts);
    });
  }

  #keep(key: string, write: () => string): Buffer {
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const answer = Buffer.from(write());
    if (this.#keptBytes + answer.length <= MOST_KEPT_BYTES) {
      this.#kept.set(key, answer);
      this.#keptBytes += answer.length;
    }
    return answer;
  }
}

function detailText(
  view: ServiceView & { readonly id: string; readonly host?: string; readonly at?: string },
): string {
  return fitted(view, ["verdicts", "forecasts", "otherEndOf", "processes", "holdings"]);
}
