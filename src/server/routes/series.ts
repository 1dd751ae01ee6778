import { Refused } from "../refusal.ts";
import { fill, withList } from "../fit.ts";
import type { Static } from "typebox";
import type { HistoryPort, RangesQuery } from "../ports.ts";
import { seriesAnswer } from "../schema/answers.ts";
import { idParams, noParams, seriesQuery } from "../schema/queries.ts";
import { readInstant, readStep } from "../read-query.ts";
import { type Context, jsonForm, jsonReply, type Reply, route } from "./route.ts";
import { serviceNameOf, unknownService } from "./service-name.ts";

/** Buckets of one series in an answer; a finer step is widened to this. */
const MOST_POINTS = 2000;
const USUAL_POINTS = 300;
const MOST_SERIES = 500;
const HOUR = 3_600_000;

export const serviceSeriesRoute = route(
  {
    path: "/api/v1/services/{id}/series",
    name: "serviceSeries",
    summary: "History of one service",
    description: "Also of one that runs no more.",
    params: idParams,
    query: seriesQuery,
    answers: { 200: jsonForm(seriesAnswer, "Its series."), 404: unknownService },
  },
  async ({ context, params: { id }, query }) => {
    const history = historyOf(context);
    const service = await serviceNameOf(id, context);
    return answerSeries(context, history, { id, service }, query);
  },
);

export const hostSeriesRoute = route(
  {
    path: "/api/v1/series",
    name: "hostSeries",
    summary: "History of the host",
    description: "Open files, TIME_WAIT, coverage, and what descry itself takes.",
    params: noParams,
    query: seriesQuery,
    answers: { 200: jsonForm(seriesAnswer, "Its series.") },
  },
  ({ context, query }) => answerSeries(context, historyOf(context), { id: null, service: null }, query),
);

type Query = Static<typeof seriesQuery>;
type Whose = { readonly id: string | null; readonly service: string | null };

async function answerSeries(
  { desk, now }: Context,
  history: HistoryPort,
  { id, service }: Whose,
  query: Query,
): Promise<Reply> {
  const window = windowOf(query, now());
  const measures = query.measure?.split(",");
  const ranges = await history.ranges({
    service,
    ...window,
    ...(measures === undefined ? {} : { measures }),
  });
  const { texts } = fill(ranges, { offset: 0, limit: MOST_SERIES }, ({ series, values, least, most }) =>
    JSON.stringify({ measure: series.measure, label: series.label, values, least, most }),
  );
  // All have the same buckets; where nothing is known there are those that were asked for.
  const { from, to, step } = ranges[0] ?? window;
  const head = {
    ...{ host: desk.host, id, service },
    ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString(), stepSeconds: step / 1000 },
    leftOut: ranges.length - texts.length,
  };
  return jsonReply(withList(JSON.stringify(head), "series", texts));
}

/** Throws a Refused. */
function windowOf(query: Query, now: number): Pick<RangesQuery, "from" | "to" | "step"> {
  const to = readInstant(query.to, "to") ?? now;
  const from = readInstant(query.from, "from") ?? to - HOUR;
  if (from >= to) throw new Refused(400, "from is not before to.", "Ask for a time that has passed.");
  const seconds = (to - from) / 1000;
  const wanted = readStep(query.step) ?? Math.ceil(seconds / USUAL_POINTS);
  return { from, to, step: Math.max(1, wanted, Math.ceil(seconds / MOST_POINTS)) * 1000 };
}

export function historyOf({ desk }: Context): HistoryPort {
  if (desk.history === null)
    throw new Refused(
      503,
      "This agent keeps no history.",
      "Start descry agent with a --state-dir that it can write.",
    );
  return desk.history;
}
