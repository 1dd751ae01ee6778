import { useEffect, useRef } from "preact/hooks";
import type { AgentAnswer } from "../../../../src/server/api.ts";
import { usePolled } from "../../reading/polled.ts";
import { parameter } from "../../routing.ts";
import { moment } from "../../words/times.ts";
import type { ListedAlert } from "./alerts.tsx";
import { type Filter, fits } from "./filter.ts";
import type { History } from "./history.ts";
import { type Incidents, newestFirst, stateOf } from "./incident.ts";
import { Linked } from "./linked.tsx";
import { IncidentRow } from "./row.tsx";

interface ListProps {
  readonly filter: Filter;
  readonly history: History;
  readonly incidents: Incidents;
  /** Ids of all that stands; null: not known. */
  readonly standing: ReadonlySet<string> | null;
  readonly alerts: readonly ListedAlert[];
  readonly now: number;
  /** The incident that the reader was brought to, or has opened: the focus is not moved to it again. */
  readonly found: { current: string | null };
}

/** As many incidents as fill a screen; fewer of the first pages are no reason to make the reader ask for more. */
const SCREENFUL = 10;
const MOST_PAGES = 5;

/** The incidents that fit the filter, what was told last first. */
export function List({ filter, history, incidents, standing, alerts, now, found }: ListProps) {
  const { next, isReadingOlder, from, failure } = history.reading.value;
  const id = parameter("incident");
  const at = parameter("at");
  const find = (one: string | null): void => {
    found.current = one;
  };
  const shown = newestFirst(incidents).flatMap((incident) => {
    const state = stateOf(incident, standing);
    return fits(filter, incident, state) ? [{ incident, state }] : [];
  });
  const pages = useRef({ history, read: 0 });
  useEffect(() => {
    if (pages.current.history !== history) pages.current = { history, read: 0 };
    if (next === null || isReadingOlder || failure !== null) return;
    if (shown.length >= SCREENFUL || pages.current.read++ >= MOST_PAGES) return;
    void history.older();
  }, [history, next, isReadingOlder, failure, shown.length]);
  const isListed = shown.some(({ incident }) => incident.id === id);
  return (
    <>
      {id !== null && at !== null && !isListed && (
        <Linked key={id} {...{ id, at, standing, now, find }} isSought={found.current !== id} />
      )}
      {shown.length === 0 && next === null && <Nothing filter={filter} from={from} now={now} />}
      <ul class="incident-list">
        {shown.map(({ incident, state }) => (
          <IncidentRow
            key={incident.id}
            {...{ incident, state, now }}
            alert={alerts.find(({ verdicts }) => verdicts.some((verdict) => verdict.id === incident.id))}
            isOpen={incident.id === id}
            isSought={incident.id === id && found.current !== id}
            find={find}
          />
        ))}
      </ul>
      {next !== null && (
        <p>
          <button type="button" disabled={isReadingOlder} onClick={() => void history.older()}>
            {isReadingOlder ? "Reading ..." : "Show older"}
          </button>
        </p>
      )}
    </>
  );
}

function Nothing({
  filter,
  from,
  now,
}: {
  readonly filter: Filter;
  readonly from: string;
  readonly now: number;
}) {
  const { answer } = usePolled<AgentAnswer>("/api/v1/agent", 300).value;
  const isFiltered = filter.service !== null || filter.rule !== null || filter.standing !== null;
  return (
    <p class="state">
      {isFiltered
        ? `No incident like that since ${moment(from, now)}.`
        : `No incident since ${moment(from, now)}.`}
      {answer?.watchingSince != null &&
        ` This agent has watched since ${moment(answer.watchingSince, now)}; what was told before it counts too.`}
    </p>
  );
}
