import type {
  SeriesAnswer,
  ServicesAnswer,
  SnapshotAnswer,
  VerdictsAnswer,
} from "../../../src/server/api.ts";
import { Shown } from "../parts/states.tsx";
import { usePolled } from "../reading/polled.ts";
import { goTo, parameter, withParameters } from "../routing.ts";
import { useAllServices } from "./overview/all-services.ts";
import { useAgentClock } from "./overview/clock.ts";
import { headlineOf } from "./overview/headline.ts";
import { HeadlineSentence } from "./overview/headline.tsx";
import { ServiceList } from "./overview/list.tsx";
import { EventsRail } from "./overview/rail.tsx";
import { fold, merged, ordered, sortOf } from "./overview/rows.ts";
import { HostTiles } from "./overview/tiles.tsx";
import { ListTools } from "./overview/tools.tsx";

/** Those most at risk are on the first page; the others are asked for when somebody wants to see them. */
const SERVICES = "/api/v1/services?limit=100";
/** The host without any service: none is so far down the list. */
const HOST = "/api/v1/snapshot?limit=1&offset=10000000";
const STANDING = "/api/v1/verdicts?limit=20";
const COST = "/api/v1/series?measure=cpu-seconds,resident-bytes&step=30s";

/** What leaks first and when it fails, the host in a strip, a row for each service, and what was told last. */
export function OverviewPage() {
  const services = usePolled<ServicesAnswer>(SERVICES, 2);
  const host = usePolled<SnapshotAnswer>(HOST, 5);
  const standing = usePolled<VerdictsAnswer>(STANDING, 5);
  const cost = usePolled<SeriesAnswer>(COST, 30);
  return (
    <div class="overview">
      <Shown reading={services.value} what="the services">
        {(answer) => (
          <>
            <Sentence answer={answer} standing={standing.value.answer} host={host.value.answer} />
            <HostTiles host={host.value} cost={cost.value} />
            <div class="overview-columns">
              <Services answer={answer} />
              <EventsRail />
            </div>
          </>
        )}
      </Shown>
    </div>
  );
}

interface SentenceProps {
  readonly answer: ServicesAnswer;
  readonly standing: VerdictsAnswer | null;
  readonly host: SnapshotAnswer | null;
}

/** Drawn anew each second, and nothing else of the page with it. */
function Sentence({ answer, standing, host }: SentenceProps) {
  const now = useAgentClock(answer.at).value;
  const watch = host === null ? null : { ...host.coverage, watchedSeconds: host.watchedSeconds };
  return <HeadlineSentence headline={headlineOf(answer, standing?.verdicts ?? [], watch, now)} />;
}

function Services({ answer }: { readonly answer: ServicesAnswer }) {
  const filter = parameter("q") ?? "";
  const sort = sortOf(parameter("sort"));
  const whole = parameter("all") !== null;
  const searching = filter !== "" || sort !== "risk";
  const all = useAllServices((whole || searching) && answer.page.next !== null).value;
  const now = Date.parse(answer.at);
  const known = all === null ? answer.services : merged(answer.services, all);
  const folded = fold(answer);
  const rows = searching || whole ? ordered(known, sort, filter, now) : folded.shown;
  return (
    <section class="overview-services" aria-label="Services">
      <ListTools filter={filter} sort={sort} found={foundWords(filter, rows.length, answer.page.total)} />
      {rows.length > 0 ? (
        <ServiceList rows={rows} total={answer.page.total} now={now} />
      ) : (
        <p class="state">{emptyWords(filter)}</p>
      )}
      {!searching && folded.hidden > 0 && <Fold open={whole} words={folded.words} />}
    </section>
  );
}

function foundWords(filter: string, found: number, total: number): string {
  return filter === "" ? "" : `${found.toLocaleString("en")} of ${total.toLocaleString("en")}`;
}

function emptyWords(filter: string): string {
  return filter === "" ? "No process of this host is watched." : `No service is like “${filter}”.`;
}

function Fold({ open, words }: { readonly open: boolean; readonly words: string }) {
  const turn = (): void => goTo(withParameters({ all: open ? null : "1" }), { replace: true });
  return (
    <button type="button" class="overview-fold" aria-expanded={open} onClick={turn}>
      {open ? `Hide: ${words}` : `... ${words}`}
    </button>
  );
}
