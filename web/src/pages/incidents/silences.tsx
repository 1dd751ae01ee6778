import { useRef, useState } from "preact/hooks";
import type { SilencesAnswer } from "../../../../src/server/api.ts";
import { Shown } from "../../parts/states.tsx";
import { usePolled } from "../../reading/polled.ts";
import { duration, moment } from "../../words/times.ts";
import { aboutWords } from "./naming.ts";
import { askSilence, endSilence, silenceSaid } from "./silencing.ts";

type ListedSilence = SilencesAnswer["silences"][number];

/** Who holds back what, until when. */
export function Silences() {
  const heading = useRef<HTMLHeadingElement>(null);
  const reading = usePolled<SilencesAnswer>("/api/v1/silences?limit=1000", 30);
  return (
    <section aria-labelledby="silences">
      <h2 id="silences" ref={heading} tabIndex={-1}>
        Silences
      </h2>
      <p class="quiet">A silence holds back telling, not watching.</p>
      <p class="silence-said" role="status">
        {silenceSaid.value}
      </p>
      <Shown reading={reading.value} what="the silences">
        {({ silences, at, page }) => (
          <Lists
            silences={silences}
            at={at}
            more={page.total - silences.length}
            ended={() => heading.current?.focus()}
          />
        )}
      </Shown>
      <p>
        <button type="button" onClick={() => askSilence({ service: null, rule: null, fingerprint: null })}>
          Silence a service ...
        </button>
      </p>
    </section>
  );
}

interface ListsProps {
  readonly silences: readonly ListedSilence[];
  readonly at: string;
  readonly more: number;
  /** The button that ended one is gone: something else has to have the focus. */
  readonly ended: () => void;
}

function Lists({ silences, at, more, ended: afterEnd }: ListsProps) {
  const active = silences.filter(({ state }) => state === "active");
  const ended = silences.filter(({ state }) => state === "ended");
  return (
    <>
      {active.length === 0 ? (
        <p class="quiet">Nothing is silenced.</p>
      ) : (
        <List silences={active} at={at} ended={afterEnd} />
      )}
      {ended.length > 0 && (
        <details>
          <summary>Ended in the last day: {ended.length}</summary>
          <List silences={ended} at={at} ended={afterEnd} />
        </details>
      )}
      {more > 0 && <p class="quiet">{more} more are not shown: descry alert silences lists all.</p>}
    </>
  );
}

function List({ silences, at, ended }: Omit<ListsProps, "more">) {
  return (
    <ul class="silence-list">
      {silences.map((silence) => (
        <Row key={silence.id} silence={silence} at={at} ended={ended} />
      ))}
    </ul>
  );
}

interface RowProps {
  readonly silence: ListedSilence;
  readonly at: string;
  readonly ended: () => void;
}

function Row({ silence, at, ended }: RowProps) {
  const { id, state, until, endedAt, by, comment } = silence;
  const [failure, setFailure] = useState<string | null>(null);
  const now = Date.parse(at);
  const about = aboutWords(silence);
  const end = async (): Promise<void> => {
    const why = await endSilence(id);
    setFailure(why);
    if (why === null) ended();
  };
  return (
    <li>
      <span class="name silence-about">{about}</span>
      <span class="figure">
        {state === "active"
          ? `until ${moment(until, now)}, ${duration((Date.parse(until) - now) / 1000)} left`
          : `ended ${moment(endedAt ?? until, now)}`}
      </span>
      <span class="quiet">
        by <bdi class="name">{by}</bdi>
        {comment !== "" && (
          <>
            : <bdi class="name">{comment}</bdi>
          </>
        )}
      </span>
      {state === "active" && (
        <button type="button" onClick={() => void end()} aria-label={`End now: the silence of ${about}`}>
          End now
        </button>
      )}
      {failure !== null && (
        <span class="silence-failure" role="alert">
          {failure}
        </span>
      )}
    </li>
  );
}
