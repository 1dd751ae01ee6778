import { useEffect, useState } from "preact/hooks";
import { CopyButton } from "../../parts/copy-button.tsx";
import { Link } from "../../parts/link.tsx";
import { incidentAddress, Permalink } from "../../parts/permalink.tsx";
import { Shown } from "../../parts/states.tsx";
import { ask, NotAnswered } from "../../reading/client.ts";
import type { Reading } from "../../reading/polled.ts";
import { serviceAddress } from "../../routing.ts";
import { count, rate } from "../../words/figures.ts";
import { duration, moment } from "../../words/times.ts";
import { Download } from "./download.tsx";
import { aroundOf, fileName } from "./evidence.ts";
import { toldOf } from "./gather.ts";
import { type Incident, lastOf, type Moment, type State, type Told, withTold } from "./incident.ts";
import { recordCommand } from "./naming.ts";
import { askSilence } from "./silencing.ts";

/** All that was told of an incident, as the history has it. Read again when `version` changes. */
export function useTold(id: string, at: string, version: string): Reading<readonly Told[]> {
  const [reading, setReading] = useState<Reading<readonly Told[]>>({ answer: null, failure: null });
  useEffect(() => {
    const ending = new AbortController();
    const read = async (): Promise<void> => {
      try {
        const answer = await toldOf(id, at, (path) => ask(path, ending.signal));
        if (!ending.signal.aborted) setReading({ answer, failure: null });
      } catch (error) {
        if (ending.signal.aborted) return;
        const failure = error instanceof NotAnswered ? error : new NotAnswered(null, String(error), "");
        setReading((before) => ({ ...before, failure }));
      }
    };
    void read();
    return () => ending.abort();
  }, [id, at, version]);
  return reading;
}

interface DetailsProps {
  readonly incident: Incident;
  readonly state: State;
  readonly now: number;
}

/** What an incident was, when it is opened: its story, what was told when, and what can be taken along. */
export function Details({ incident, state, now }: DetailsProps) {
  const { id, moments } = incident;
  const reading = useTold(id, moments[0].at, lastOf(incident).at);
  return (
    <div class="incident-details">
      <Shown reading={reading} what="the incident">
        {(told) =>
          told.length === 0 ? (
            <p class="state">The history has it no more.</p>
          ) : (
            <Story told={told} incident={withTold(new Map(), told).get(id) ?? incident} now={now} />
          )
        }
      </Shown>
      <TakeAlong incident={incident} state={state} now={now} pids={pidsOf(reading.answer)} />
    </div>
  );
}

function pidsOf(told: readonly Told[] | null): number[] {
  return told?.at(-1)?.processes.map(({ pid }) => pid) ?? [];
}

interface StoryProps {
  readonly told: readonly Told[];
  readonly incident: Incident;
  readonly now: number;
}

function Story({ told, incident, now }: StoryProps) {
  // What was said last while it stood says most; what withdraws it is among what was told.
  const fullest = told.findLast(({ standing }) => standing !== "cleared") ?? told.at(-1);
  return (
    <>
      {fullest !== undefined && (
        <>
          <p class="name">{fullest.summary}</p>
          <ul class="incident-evidence">
            {fullest.evidence.map((line) => (
              <li class="name" key={line}>
                {line}
              </li>
            ))}
          </ul>
        </>
      )}
      <h4>What was told</h4>
      <ol class="incident-moments">
        {incident.began !== null && (
          <li>
            <time dateTime={incident.began}>{moment(incident.began, now)}</time> began to pile up
          </li>
        )}
        {incident.moments.map((one) => (
          <MomentRow key={`${one.at} ${one.standing}`} one={one} now={now} />
        ))}
      </ol>
    </>
  );
}

const MOMENT_WORDS = { suspect: "? suspected", confirmed: "x confirmed", cleared: "- withdrawn" } as const;

function MomentRow({ one, now }: { readonly one: Moment; readonly now: number }) {
  const { at, standing, reason, open, limit, netPerMinute, runwaySeconds } = one;
  const stands = standing !== "cleared";
  return (
    <li class={`told-${standing}`}>
      <time dateTime={at}>{moment(at, now)}</time> <b>{MOMENT_WORDS[standing]}</b>
      {reason !== null && <span class="name">: {reason}</span>}
      {open !== null && (
        <span class="figure">
          , {count(open)} of {count(limit)} open
        </span>
      )}
      {stands && netPerMinute !== null && (
        <span class="figure">, kept {rate(netPerMinute, true)} a minute</span>
      )}
      {stands && runwaySeconds !== null && <span class="figure">, {duration(runwaySeconds)} left then</span>}
    </li>
  );
}

interface TakeAlongProps extends DetailsProps {
  readonly pids: readonly number[];
}

function TakeAlong({ incident, state, now, pids }: TakeAlongProps) {
  const { id, moments, service, serviceId, rule, fingerprint } = incident;
  const at = moments[0].at;
  const around = aroundOf(incident, now);
  const address = serviceId === null ? null : `${serviceAddress(serviceId)}?${new URLSearchParams(around)}`;
  const file = fileName(incident.host, serviceId, at, "descry");
  const command = state === "over" ? null : recordCommand(service, pids, file);
  return (
    <>
      <p class="incident-ways">
        {address !== null && <Link to={address}>The service at that time</Link>}
        <Permalink to={incidentAddress(id, at)} what="this incident" />
        {state !== "over" && (
          <button type="button" onClick={() => askSilence({ service, rule, fingerprint })}>
            Silence ...
          </button>
        )}
        <Download incident={incident} />
      </p>
      {command !== null && (
        <div class="incident-record">
          <p>
            The agent keeps figures, not what the kernel says of each open file. While this goes on, a
            recording keeps that too:
          </p>
          <p class="incident-command">
            <code class="name">{command}</code> <CopyButton text={command} what="the command that records" />
          </p>
        </div>
      )}
    </>
  );
}
