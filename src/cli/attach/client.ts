import type { EarlierLife } from "../../server/lives.ts";
import { serviceIdOf } from "../../server/service-id.ts";
import type {
  AgentAnswer,
  AlertsAnswer,
  SilenceAnswer,
  SilenceRequest,
  SilencesAnswer,
  SnapshotAnswer,
  VerdictsAnswer,
} from "../../server/api.ts";
import { DescryError } from "../../model/error.ts";
import type { ServiceView, Snapshot } from "../../model/snapshot.ts";
import { harmless } from "../screen/text.ts";
import type { Standings } from "../standings.ts";
import { Asker, Budget } from "./ask.ts";
import {
  asAgent,
  asAlerts,
  asLives,
  asRefusal,
  asSilence,
  asSilences,
  asSnapshot,
  asVerdicts,
} from "./checked.ts";
import { EventFeed } from "./event-feed.ts";
import type { AgentPlace } from "./place.ts";
import { Unanswered } from "./unanswered.ts";

/** An agent reads its host once a second: what is older than this, or from the future, is not how it stands. */
const STALE_MILLISECONDS = 30_000;
const PAGE = 500;
/** A page of the next second belongs to another picture; then all are read again. */
const ATTEMPTS = 4;

/** One agent, asked for what the screens are drawn from. All reject with an Unanswered. */
export class AgentClient {
  readonly #place: AgentPlace;
  readonly #asker: Asker;
  readonly #now: () => number;

  /** `now`: Unix milliseconds. */
  constructor(place: AgentPlace, now: () => number) {
    this.#place = place;
    this.#asker = new Asker(place);
    this.#now = now;
  }

  async agent(): Promise<AgentAnswer> {
    return asAgent(await this.#asker.json("/api/v1/agent"));
  }

  /** All services of one tick. */
  async snapshot(): Promise<Snapshot> {
    const budget = new Budget();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const pages = await this.#pages(budget);
      const [first] = pages;
      if (first === undefined || pages.some(({ at }) => at !== first.at)) continue;
      this.#expectFresh(first.at);
      return snapshotOf(first, pages);
    }
    throw new Unanswered("busy", "its host is too large to be told within a second");
  }

  /** What stands now, also what is no service's. */
  async standing(): Promise<Standings> {
    const found: VerdictsAnswer["verdicts"] = [];
    const budget = new Budget();
    for (let cursor: string | null = "0"; cursor !== null;) {
      const path = `/api/v1/verdicts?limit=${PAGE}&cursor=${encodeURIComponent(cursor)}`;
      const answer = asVerdicts(await this.#asker.json(path, budget));
      found.push(...answer.verdicts);
      cursor = answer.next;
    }
    return standingsOf(found);
  }

  /** How a service leaked before, latest first; [] where no history is kept. */
  async lives(service: string): Promise<readonly EarlierLife[]> {
    return asLives(await this.#asker.json(`/api/v1/services/${serviceIdOf(service)}/lives`)).lives;
  }

  /** Those that live now. */
  async alerts(): Promise<AlertsAnswer["alerts"]> {
    const found: AlertsAnswer["alerts"] = [];
    const budget = new Budget();
    for (let offset: number | null = 0; offset !== null;) {
      const path = `/api/v1/alerts?limit=${PAGE}&offset=${offset}`;
      const { alerts, page } = asAlerts(await this.#asker.json(path, budget));
      found.push(...alerts);
      offset = page.next;
    }
    return found;
  }

  async silences(): Promise<SilencesAnswer["silences"]> {
    const found: SilencesAnswer["silences"] = [];
    const budget = new Budget();
    for (let offset: number | null = 0; offset !== null;) {
      const path = `/api/v1/silences?limit=${PAGE}&offset=${offset}`;
      const { silences, page } = asSilences(await this.#asker.json(path, budget));
      found.push(...silences);
      offset = page.next;
    }
    return found;
  }

  /** Rejects with a DescryError where the agent refuses it. */
  async silence(order: SilenceRequest): Promise<SilenceAnswer> {
    const { status, value } = await this.#asker.send("POST", "/api/v1/silences", order);
    if (status === 201) return asSilence(value);
    throw refusedWith(value);
  }

  /** Rejects with a DescryError where there is no such silence. */
  async endSilence(id: string): Promise<SilenceAnswer> {
    const path = `/api/v1/silences/${encodeURIComponent(id)}`;
    const { status, value } = await this.#asker.send("DELETE", path, null);
    if (status === 200) return asSilence(value);
    throw refusedWith(value);
  }

  /** Those that it tells from now on. */
  events(): EventFeed {
    return new EventFeed(this.#place);
  }

  close(): void {
    this.#asker.close();
  }

  async #pages(budget: Budget): Promise<SnapshotAnswer[]> {
    const pages: SnapshotAnswer[] = [];
    for (let offset: number | null = 0; offset !== null;) {
      const path = `/api/v1/snapshot?limit=${PAGE}&offset=${offset}`;
      const page = asSnapshot(await this.#asker.json(path, budget));
      pages.push(page);
      // The rest of another second is not worth reading.
      offset = page.at === pages[0]?.at ? page.page.next : null;
    }
    return pages;
  }

  #expectFresh(at: string): void {
    if (Math.abs(this.#now() - Date.parse(at)) > STALE_MILLISECONDS)
      throw new Unanswered("stale", "it does not read its host any more");
  }
}

/** What an agent says of a request that it does not grant, in its words. */
function refusedWith(value: unknown): DescryError {
  const { error, mend } = asRefusal(value);
  return new DescryError(harmless(error), harmless(mend));
}

/** As the agent itself had it, without what is there for paging. */
function snapshotOf(first: SnapshotAnswer, pages: readonly SnapshotAnswer[]): Snapshot {
  const { page: _page, leftOut: _leftOut, services: _services, ...host } = first;
  return { ...host, services: pages.flatMap(({ services }) => services.map(viewOf)) };
}

function viewOf({ id: _id, leftOut: _leftOut, ...view }: SnapshotAnswer["services"][number]): ServiceView {
  return view;
}

function standingsOf(all: VerdictsAnswer["verdicts"]): Standings {
  const events = all.map(({ serviceId: _serviceId, ...event }) => event);
  return {
    verdicts: events.filter((event) => event.type === "verdict"),
    forecasts: events.filter((event) => event.type === "forecast"),
  };
}
