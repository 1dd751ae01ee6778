import { randomBytes } from "node:crypto";
import { holds, isActive } from "../../alerts/life/silences.ts";
import type { Alert, AlertStore, KeptSilence, Silence, SilenceOrder } from "../../model/alert.ts";

/** So many hold at once; each alert is compared with each of them. */
const MOST_ACTIVE = 1000;
/** Ended ones are shown for a day, so that who comes in the morning sees what was not told. Milliseconds. */
const SHOWN_FOR = 24 * 3_600_000;
const MOST_ENDED = 200;

type Store = Pick<AlertStore, "silences" | "commit">;

/** Makes and ends silences in the store that alerts are stepped with. */
export class SilenceBook {
  readonly #store: Store;
  readonly #living: () => readonly Pick<Alert, "identity">[];
  readonly #now: () => number;

  /** `living`: the alerts of this moment. `now`: Unix milliseconds. */
  constructor(store: Store, living: () => readonly Pick<Alert, "identity">[], now: () => number) {
    this.#store = store;
    this.#living = living;
    this.#now = now;
  }

  active(): readonly Silence[] {
    const at = this.#now();
    return this.#store.silences().filter((silence) => isActive(silence, at));
  }

  /** Those that hold, the one that ends first in front; then those that ended within a day, latest first. */
  list(): readonly Silence[] {
    const at = this.#now();
    const [active, ended] = this.#parted(at);
    return [...active, ...ended];
  }

  /** Null: there are so many that no other is taken. */
  add(order: SilenceOrder): KeptSilence | null {
    const at = this.#now();
    const [active, ended] = this.#parted(at);
    if (active.length >= MOST_ACTIVE) return null;
    const { service, rule, fingerprint, until, by, comment } = order;
    const silence: Silence = {
      ...{ id: randomBytes(8).toString("hex"), service, rule, fingerprint },
      ...{ from: new Date(at).toISOString(), until, endedAt: null, by, comment },
    };
    return this.#kept(silence, [...active, silence, ...ended]);
  }

  /** Ends it now; one that has ended already stays as it is. Null: there is none. */
  end(id: string): KeptSilence | null {
    const at = this.#now();
    const all = this.#parted(at).flat();
    const found = all.find((silence) => silence.id === id);
    if (found === undefined) return null;
    const silence = isActive(found, at) ? { ...found, endedAt: new Date(at).toISOString() } : found;
    return this.#kept(
      silence,
      all.map((one) => (one === found ? silence : one)),
    );
  }

  /** What the answer says is so when it is given: the commit waits for the disk. */
  #kept(silence: Silence, silences: readonly Silence[]): KeptSilence {
    const durable = this.#store.commit({ silences });
    const alerts = this.#living().filter(({ identity }) => holds(silence, identity)).length;
    return { silence, alerts, durable };
  }

  #parted(at: number): [active: Silence[], ended: Silence[]] {
    const active: Silence[] = [];
    const ended: Silence[] = [];
    for (const silence of this.#store.silences()) (isActive(silence, at) ? active : ended).push(silence);
    return [
      active.toSorted((a, b) => Date.parse(a.until) - Date.parse(b.until)),
      ended
        .filter((silence) => at - endOf(silence) < SHOWN_FOR)
        .toSorted((a, b) => endOf(b) - endOf(a))
        .slice(0, MOST_ENDED),
    ];
  }
}

function endOf({ until, endedAt }: Silence): number {
  return Date.parse(endedAt ?? until);
}
