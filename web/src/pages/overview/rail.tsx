import type { VerdictsAnswer } from "../../../../src/server/api.ts";
import { Link } from "../../parts/link.tsx";
import { StandingMark } from "../../parts/standing.tsx";
import { told } from "../../reading/live.ts";
import { usePolled } from "../../reading/polled.ts";
import { serviceAddress } from "../../routing.ts";
import { moment } from "../../words/times.ts";
import { keyOf, lastTold, lineOf, type Told } from "./events.ts";

const EVERY_SECONDS = 60;
const HISTORY = "/api/v1/verdicts?from=2000-01-01T00:00:00Z&limit=10";

/** The last ten events, of the history and of the stream. */
export function EventsRail() {
  const { answer, failure } = usePolled<VerdictsAnswer>(HISTORY, EVERY_SECONDS).value;
  const events = lastTold(answer?.verdicts ?? [], told.value);
  return (
    <aside class="events-rail" aria-labelledby="rail-title">
      <h2 id="rail-title">Last events</h2>
      {events.length > 0 ? (
        <ol>
          {events.map((event) => (
            <Event key={keyOf(event)} event={event} />
          ))}
        </ol>
      ) : (
        <p class="quiet">{emptyWords(answer !== null, failure?.message ?? null)}</p>
      )}
      <Link to="/incidents">All incidents</Link>
    </aside>
  );
}

function emptyWords(answered: boolean, failure: string | null): string {
  if (answered) return "Nothing was found yet.";
  return failure === null ? "Reading the events ..." : `Not known: ${failure}`;
}

function Event({ event }: { readonly event: Told }) {
  const { mark, name, says } = lineOf(event);
  const to = event.serviceId === null ? "/incidents" : serviceAddress(event.serviceId);
  return (
    <li>
      <time class="figure quiet" dateTime={event.at}>
        {moment(event.at, Date.now())}
      </time>{" "}
      <StandingMark mark={mark} />{" "}
      <Link to={to} class="name">
        {name}
      </Link>{" "}
      <span class="name">{says}</span>
    </li>
  );
}
