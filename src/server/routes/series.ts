import { Refused } from "../refusal.ts";
import { fill, withList } from "../fit.ts";
import type { HistoryPort, SeriesAsk } from "../ports.ts";
import { seriesAnswer } from "../schema/answers.ts";
import { idParams, noParams, seriesQuery } from "../schema/queries.ts";
import { readInstant, readStep } from "../read-query.ts";
import { type Context, jsonForm, jsonReply, type Reply, route } from "./route.ts";
import { serviceNameOf, unknownService } from "./service-name.ts";

/** Points of one series in an answer; a finer step is widened to this. */
const MOST_POINTS = 2000;
const USUAL_POINTS = 300;
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
    description: "Open files, TIME_WAIT, coverage, and what descry itself costs.",
    params: noParams,
    query: seriesQuery,
    answers: { 200: jsonForm(seriesAnswer, "Its series.") },
  },
  ({ context, query }) => answerSeries(context, historyOf(context), { id: null, service: null }, query),
);

type Window = { readonly from?: string; readonly to?: string; readonly step?: string };
type Whose = { readonly id: string | null; readonly service: string | null };

async function answerSeries(
  { desk, now }: Context,
  history: HistoryPort,
  { id, service }: Whose,
  query: Window,
): Promise<Reply> {
  const ask = windowOf(query, now());
  const range = await history.series({ service, ...ask });
  const { texts, next } = fill(range.series, { offset: 0, limit: 1000 }, (series) =>
    JSON.stringify({ name: series.name, labels: series.labels, points: series.points }),
  );
  const points = Math.max(0, ...range.series.map((series) => series.points.length));
  const last = range.from + Math.max(0, points - 1) * range.stepSeconds * 1000;
  const head = {
    host: desk.host,
    id,
    service,
    from: new Date(range.from).toISOString(),
    to: new Date(last).toISOString(),
    stepSeconds: range.stepSeconds,
    leftOut: next === null ? 0 : range.series.length - texts.length,
  };
  return jsonReply(withList(JSON.stringify(head), "series", texts));
}

/** Throws a Refused. */
function windowOf(query: Window, now: number): Omit<SeriesAsk, "service"> {
  const to = readInstant(query.to, "to") ?? now;
  const from = readInstant(query.from, "from") ?? to - HOUR;
  if (from >= to) throw new Refused(400, "from is not before to.", "Ask for a time that has passed.");
  const seconds = (to - from) / 1000;
  const wanted = readStep(query.step) ?? Math.ceil(seconds / USUAL_POINTS);
  return { from, to, stepSeconds: Math.max(1, wanted, Math.ceil(seconds / MOST_POINTS)) };
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
