import { useEffect, useRef } from "preact/hooks";
import { goTo, withParameters } from "../../routing.ts";
import { rate, UNKNOWN } from "../../words/figures.ts";
import { duration, moment } from "../../words/times.ts";
import type { ListedAlert } from "./alerts.tsx";
import { Details } from "./details.tsx";
import { type Course, courseOf, type Incident, lastOf, type State } from "./incident.ts";
import { whatWords } from "./naming.ts";

interface RowProps {
  readonly incident: Incident;
  readonly state: State;
  /** The alert that it is told in; undefined: in none that lives. */
  readonly alert: ListedAlert | undefined;
  /** Unix milliseconds. */
  readonly now: number;
  readonly isOpen: boolean;
  /** The reader came by a link to it: it is shown and has the focus. */
  readonly isSought: boolean;
  /** Told which one the reader has found; null: closed again. */
  readonly find: (id: string | null) => void;
}

/** An incident in two lines, and all of it when it is opened. */
export function IncidentRow({ incident, state, alert, now, isOpen, isSought, find }: RowProps) {
  const head = useRef<HTMLButtonElement>(null);
  const { id, moments, service, rule, subject } = incident;
  const course = courseOf(incident);
  useEffect(() => {
    if (!isSought) return;
    find(id);
    head.current?.focus({ preventScroll: true });
    head.current?.scrollIntoView();
  }, [isSought]);
  const toggle = (): void => {
    const place = isOpen ? { incident: null, at: null } : { incident: id, at: moments[0].at };
    find(isOpen ? null : id);
    goTo(withParameters(place), { replace: true });
  };
  return (
    <li class={`incident ${state === "stands" ? `stands-${lastOf(incident).standing}` : "past"}`}>
      <h3>
        <button
          ref={head}
          type="button"
          class="incident-head"
          aria-expanded={isOpen}
          aria-controls={isOpen ? `incident-${id}` : undefined}
          onClick={toggle}
        >
          <span class="incident-title">
            <span class="mark" aria-hidden="true">
              {course.worst === "confirmed" ? "x" : "?"}
            </span>
            <span class="incident-standing">{stateWords(incident, state, course)}</span>
            <span class="name incident-service">{service ?? "nobody's"}</span>
            <span class="name incident-what">{whatWords(rule, subject)}</span>
          </span>
        </button>
      </h3>
      <p class="incident-line">
        <span>{timeWords(incident, course, state, now)}</span>
        <span class="figure">
          worst {course.worstPerMinute === null ? UNKNOWN : rate(course.worstPerMinute, true)}/min
        </span>
        {course.leastRunwaySeconds !== null && (
          <span class="figure">{duration(course.leastRunwaySeconds)} left then</span>
        )}
        {alert !== undefined && (
          <span>
            {alert.phase}
            {alert.silence !== null && `, silenced until ${moment(alert.silence.until, now)}`}
          </span>
        )}
        <Reasons incident={incident} />
      </p>
      {isOpen && (
        <div id={`incident-${id}`}>
          <Details incident={incident} state={state} now={now} />
        </div>
      )}
    </li>
  );
}

/** Why it was told again or withdrawn, the latest: "restarted, not fixed". */
function Reasons({ incident }: { readonly incident: Incident }) {
  const { reason } = lastOf(incident);
  return reason === null ? null : <span class="name">{reason}</span>;
}

function stateWords(incident: Incident, state: State, { worst }: Course): string {
  const what = incident.rule === "forecast" ? "forecast" : worst === "confirmed" ? "leak" : "suspicion";
  switch (state) {
    case "stands":
      return `${what}, stands`;
    case "over":
      return `${what}, over`;
    case "unknown":
      return `${what}, end not seen`;
  }
}

function timeWords(
  { began }: Incident,
  { firstTold, lastTold, suspectedAt, confirmedAt, clearedAt }: Course,
  state: State,
  now: number,
): string {
  const start = began ?? firstTold;
  const end = state === "stands" ? now : Date.parse(clearedAt ?? lastTold);
  const lasted = duration((end - Date.parse(start)) / 1000);
  return [
    began === null ? `told ${moment(firstTold, now)}` : `began ${moment(began, now)}`,
    ...(suspectedAt === null ? [] : [`suspected ${moment(suspectedAt, now)}`]),
    ...(confirmedAt === null ? [] : [`confirmed ${moment(confirmedAt, now)}`]),
    ...(clearedAt === null ? [] : [`withdrawn ${moment(clearedAt, now)}`]),
    state === "unknown"
      ? `last told ${moment(lastTold, now)}`
      : state === "stands"
        ? `for ${lasted}`
        : `lasted ${lasted}`,
  ].join(", ");
}
