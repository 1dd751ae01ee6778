import { useMemo } from "preact/hooks";
import type {
  ListedVerdict,
  SeriesAnswer,
  ServiceAnswer,
  VerdictsAnswer,
} from "../../../../src/server/api.ts";
import { AgeLadder } from "../../charts/age-ladder.tsx";
import { axisEnd, stepFor } from "../../charts/axis.ts";
import { CompositionChart } from "../../charts/composition-chart.tsx";
import { CountChart } from "../../charts/count-chart.tsx";
import { MirrorChart } from "../../charts/mirror-chart.tsx";
import { momentsOf, type Range, rangeKey, rangeOf, refreshSeconds } from "../../parts/ranges.ts";
import { Shown } from "../../parts/states.tsx";
import { TimeRange } from "../../parts/time-range.tsx";
import { usePolled } from "../../reading/polled.ts";
import { parameter } from "../../routing.ts";

interface HistoryProps {
  readonly id: string;
  /** As it is now; null: it does not run. */
  readonly service: ServiceAnswer | null;
}

/** How the service went in the time that the address names. */
export function History({ id, service }: HistoryProps) {
  const [from, to, span] = [parameter("from"), parameter("to"), parameter("range")];
  const range = useMemo(() => rangeOf(from, to, span, Date.now()), [from, to, span]);
  const every = refreshSeconds(range, Date.now());
  const key = `${id}?${rangeKey(range)}`;
  const path = `/api/v1/services/${encodeURIComponent(id)}/series`;
  const series = usePolled<SeriesAnswer>(
    `series ${key}`,
    every,
    () => `${path}?${between(range)}&step=${stepOf(range)}`,
  ).value;
  const told = usePolled<VerdictsAnswer>(
    `verdicts ${key}`,
    every,
    () => `/api/v1/verdicts?service=${encodeURIComponent(id)}&limit=100&${between(range)}`,
  ).value.answer;
  return (
    <section class="history" aria-labelledby="history">
      <h2 id="history">How it went</h2>
      <TimeRange range={range} />
      <Shown reading={series} what="its history">
        {(answer) => <Charts answer={answer} told={told} service={service} range={range} />}
      </Shown>
    </section>
  );
}

function between(range: Range): string {
  return new URLSearchParams(momentsOf(range, Date.now())).toString();
}

function stepOf(range: Range): number {
  return stepFor(range.span === null ? (range.to - range.from) / 1000 : range.span.seconds);
}

interface ChartsProps {
  readonly answer: SeriesAnswer;
  readonly told: VerdictsAnswer | null;
  readonly service: ServiceAnswer | null;
  readonly range: Range;
}

const NONE: ServiceAnswer["processes"] = [];

function Charts({ answer, told, service, range }: ChartsProps) {
  // Drawn anew with each answer of the history, not with each reading of the service: those come every two seconds.
  const drawn = useMemo(() => {
    const now = Date.now();
    const isPast = range.span === null && range.to < now;
    const forecast = isPast ? null : service;
    const until = axisEnd(answer, forecast?.runway ?? null, now);
    return { now, forecast, until, processes: service?.processes ?? NONE };
  }, [answer, range, service === null]);
  const verdicts = useMemo(
    () => (told?.verdicts ?? []).filter((one): one is ListedVerdict => one.type === "verdict"),
    [told],
  );
  const ages = useMemo(() => answer.series.filter(({ measure }) => measure === "ages"), [answer]);
  if (answer.series.length === 0) {
    return (
      <p class="aside">
        Nothing is kept of this time: it was not watched, or is longer ago than the history goes.
      </p>
    );
  }
  const all = { ...answer, now: drawn.now, until: drawn.until };
  const hasPeers = answer.series.some(({ measure }) => measure === "connections");
  return (
    <>
      <CountChart {...all} forecast={drawn.forecast} verdicts={verdicts} processes={drawn.processes} />
      {ages.length > 0 && <AgeLadder {...all} series={ages} />}
      <MirrorChart {...all} />
      <CompositionChart {...all} by="kind" />
      {hasPeers && <CompositionChart {...all} by="peer" />}
    </>
  );
}
