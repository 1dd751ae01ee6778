import { useMemo } from "preact/hooks";
import type { ServiceSummary } from "../../../../src/server/api.ts";
import { Link } from "../../parts/link.tsx";
import { Sparkline } from "../../parts/sparkline.tsx";
import { markOf } from "../../parts/standing.ts";
import { StandingMark } from "../../parts/standing.tsx";
import { timeLeftOf, toneOf } from "../../parts/time-left.ts";
import { TimeLeftBar } from "../../parts/time-left.tsx";
import { serviceAddress } from "../../routing.ts";
import { count, rate, UNKNOWN } from "../../words/figures.ts";
import { shortService } from "../../words/subject.ts";
import { isOtherEnd, openOf, whatWords } from "./rows.ts";

const NO_LIMIT = Number.MAX_SAFE_INTEGER;

interface RowProps {
  readonly row: ServiceSummary;
  /** Place in the whole list, from 0. */
  readonly place: number;
  readonly now: number;
}

/** One service, drawn anew only where its figures are: a scroll passes over many rows that stay as they are. */
export function ServiceRow({ row, place, now }: RowProps) {
  return useMemo(() => <Cells row={row} place={place} now={now} />, [row, place, now]);
}

/** All rows have one height, which the window over many of them rests on. */
function Cells({ row, place, now }: RowProps) {
  const { rates, standing, readable } = row;
  const left = timeLeftOf(row, now);
  const mark = markOf(standing, readable);
  const what = whatWords(row);
  return (
    <div role="row" class={`overview-row ${mark.tone}`} aria-rowindex={place + 2}>
      <span role="cell" class="cell-mark">
        <StandingMark mark={mark} />
      </span>
      <span role="cell" class="cell-name">
        <Link to={serviceAddress(row.id)} class="service-name">
          <bdi title={row.service}>{shortService(row.service) || "(no name)"}</bdi>
        </Link>
        <bdi class="what quiet" title={what}>
          {what}
        </bdi>
      </span>
      <span role="cell" class="cell-spark">
        <Sparkline history={row.history} />
      </span>
      <span role="cell" class="cell-open figure">
        {count(openOf(row))}
        <small class="quiet"> of {limitWords(row)}</small>
      </span>
      <span role="cell" class="cell-rate figure">
        {rate(rates.bornPerMinute)}
      </span>
      <span role="cell" class="cell-rate figure">
        {rate(rates.diedPerMinute)}
      </span>
      <span role="cell" class="cell-rate kept figure">
        {isOtherEnd(row) ? "-" : rate(rates.netPerMinute, true)}
      </span>
      <span role="cell" class="cell-left">
        <TimeLeftBar left={left} tone={toneOf(left, standing)} />
      </span>
    </div>
  );
}

function limitWords({ fullest }: ServiceSummary): string {
  const limit = fullest?.softLimit ?? null;
  if (limit === null) return UNKNOWN;
  return limit >= NO_LIMIT ? "no limit" : count(limit);
}
