import type { AlertsAnswer } from "../../../../src/server/api.ts";
import { Link } from "../../parts/link.tsx";
import { incidentAddress } from "../../parts/permalink.tsx";
import { count, rate } from "../../words/figures.ts";
import { duration, moment, secondsUntil } from "../../words/times.ts";
import { plain, whatWords } from "./naming.ts";
import { askSilence } from "./silencing.ts";

export type ListedAlert = AlertsAnswer["alerts"][number];

/** More would hide the history behind them. What wakes somebody comes first. */
const UNFOLDED = 6;
const MARKS = { suspect: "?", confirmed: "x", cleared: "-" } as const;
const STANDINGS = { suspect: "suspicion", confirmed: "leak", cleared: "withdrawn" } as const;
const SEVERITIES = { page: "wakes somebody", ticket: "a ticket" } as const;

interface AlertsProps {
  readonly answer: AlertsAnswer;
  /** When something was first told of a verdict, where the page knows it; undefined: it does not. */
  readonly toldAt: (verdictId: string) => string | undefined;
}

/** What is told, or about to be, and what holds it back. */
export function Alerts({ answer: { alerts, at, page }, toldAt }: AlertsProps) {
  if (alerts.length === 0) return <p class="quiet">No alert fires, and none is pending.</p>;
  const more = page.total - alerts.length;
  const rows = (some: readonly ListedAlert[]) => (
    <ul class="alert-list">
      {some.map((alert) => (
        <Row key={alert.id} alert={alert} now={Date.parse(at)} toldAt={toldAt} />
      ))}
    </ul>
  );
  return (
    <>
      {rows(alerts.slice(0, UNFOLDED))}
      {alerts.length > UNFOLDED && (
        <details>
          <summary>{count(alerts.length - UNFOLDED)} more</summary>
          {rows(alerts.slice(UNFOLDED))}
        </details>
      )}
      {more > 0 && <p class="quiet">{count(more)} more are not shown.</p>}
    </>
  );
}

interface RowProps {
  readonly alert: ListedAlert;
  readonly now: number;
  readonly toldAt: AlertsProps["toldAt"];
}

function Row({ alert, now, toldAt }: RowProps) {
  const { service, rule, fingerprint, subject, standing, startedAt, owner, verdicts } = alert;
  const verdict = verdicts[0]?.id;
  const words = whatWords(rule, subject);
  return (
    <li class={`alert stands-${standing}`}>
      <b class="mark" aria-hidden="true">
        {MARKS[standing]}
      </b>
      <div class="alert-body">
        <p class="alert-name">
          <b class="name">{service ?? "nobody's"}</b>{" "}
          {verdict === undefined ? (
            <span class="name">{words}</span>
          ) : (
            <Link class="name" to={incidentAddress(verdict, toldAt(verdict) ?? startedAt)}>
              {words}
            </Link>
          )}
        </p>
        <p class="quiet">
          <span class="alert-standing">{STANDINGS[standing]}</span>, {phaseWords(alert, now)},{" "}
          {SEVERITIES[alert.severity]}
          {owner !== null && (
            <>
              , owner <bdi class="name">{owner}</bdi>
            </>
          )}
          <Figures alert={alert} now={now} />
        </p>
        <Held alert={alert} now={now} />
      </div>
      <button
        type="button"
        onClick={() => askSilence({ service, rule, fingerprint })}
        aria-label={`Silence ${service === null ? "this alert" : plain(service)}: ${plain(words)}`}
      >
        Silence ...
      </button>
    </li>
  );
}

function phaseWords({ phase, startedAt, firingAt }: ListedAlert, now: number): string {
  return phase === "firing"
    ? `firing since ${moment(firingAt ?? startedAt, now)}`
    : `pending since ${moment(startedAt, now)}: not yet long enough to tell`;
}

function Figures({ alert, now }: { readonly alert: ListedAlert; readonly now: number }) {
  const { netPerMinute, open, limit, runway } = alert;
  const left = secondsUntil(runway?.exhaustedAt?.p50 ?? null, now);
  return (
    <span class="figure">
      {open !== null && `, ${count(open)} of ${count(limit)} open`}
      {netPerMinute !== null && `, kept ${rate(netPerMinute, true)} a minute`}
      {left !== null && (left > 0 ? `, ${duration(left)} left` : ", no time left")}
    </span>
  );
}

function Held({ alert: { silence }, now }: { readonly alert: ListedAlert; readonly now: number }) {
  if (silence === null) return null;
  const { until, by, comment } = silence;
  return (
    <p class="held">
      Silenced until {moment(until, now)} by <bdi class="name">{by}</bdi>
      {comment !== "" && (
        <>
          : <bdi class="name">{comment}</bdi>
        </>
      )}
    </p>
  );
}
