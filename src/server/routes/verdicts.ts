import type { DescryEvent, ForecastEvent, VerdictEvent } from "../../model/events.ts";
import { fill, withList } from "../fit.ts";
import { readInstant } from "../read-query.ts";
import { Refused } from "../refusal.ts";
import { verdictsAnswer } from "../schema/answers.ts";
import { noParams, USUAL_VERDICTS, verdictsQuery } from "../schema/queries.ts";
import { serviceIdOf } from "../service-id.ts";
import type { Static } from "typebox";
import { type Context, jsonForm, jsonReply, type Reply, route } from "./route.ts";
import { historyOf } from "./series.ts";
import { serviceNameOf, unknownService } from "./service-name.ts";

type Query = Static<typeof verdictsQuery>;
type Told = VerdictEvent | ForecastEvent;

export const verdictsRoute = route(
  {
    path: "/api/v1/verdicts",
    name: "verdicts",
    summary: "What stands now, or what was told",
    description:
      "Without from and to: verdicts and forecasts that stand, most at risk first. With either: the history, newest first; " +
      "go on with the same query and the cursor that `next` gives.",
    params: noParams,
    query: verdictsQuery,
    answers: { 200: jsonForm(verdictsAnswer, "A page of verdicts and forecasts."), 404: unknownService },
  },
  ({ context, query }) =>
    query.from === undefined && query.to === undefined
      ? standingNow(context, query)
      : history(context, query),
);

async function standingNow(context: Context, query: Query): Promise<Reply> {
  const { desk } = context;
  const at = desk.snapshot()?.at ?? null;
  const { rule = null, fingerprint = null, limit = USUAL_VERDICTS, cursor = "0" } = query;
  const service = query.service ?? null;
  const wanted = desk
    .standing()
    .filter(
      (event) =>
        (service === null || idOf(event) === service) &&
        (rule === null || (event.type === "verdict" && event.rule === rule)) &&
        (fingerprint === null || event.fingerprint === fingerprint),
    );
  const { texts, next } = fill(wanted, { offset: Number(cursor), limit }, textOf);
  return reply({ host: desk.host, at, view: "standing", next: next === null ? null : String(next) }, texts);
}

async function history(context: Context, query: Query): Promise<Reply> {
  const { desk } = context;
  const port = historyOf(context);
  const { limit = USUAL_VERDICTS } = query;
  const from = readInstant(query.from, "from");
  const to = readInstant(query.to, "to");
  if (from !== null && to !== null && from >= to)
    throw new Refused(400, "from is not before to.", "Ask for a time that has passed.");
  const stored = await port.events({
    ...{ from, to, types: ["verdict", "forecast"] },
    service: query.service === undefined ? null : await serviceNameOf(query.service, context),
    rule: query.rule ?? null,
    fingerprint: query.fingerprint ?? null,
    before: query.cursor === undefined ? null : Number(query.cursor),
    // One more than asked tells whether there is another page.
    limit: limit + 1,
  });
  const told = stored.flatMap(({ number, event }) => (isTold(event) ? [{ number, event }] : []));
  const { texts, next } = fill(told, { offset: 0, limit }, ({ event }) => textOf(event));
  const cursor = next === null ? null : String(told[next - 1]?.number);
  return reply({ host: desk.host, at: desk.snapshot()?.at ?? null, view: "history", next: cursor }, texts);
}

function reply(head: object, texts: readonly string[]): Reply {
  return jsonReply(withList(JSON.stringify(head), "verdicts", texts));
}

/** An event as this API shows it, streams included. */
export function textOf(event: Told): string {
  return JSON.stringify({ ...event, serviceId: idOf(event) });
}

function idOf({ service }: Told): string | null {
  return service === null ? null : serviceIdOf(service);
}

export function isTold(event: DescryEvent): event is Told {
  return event.type === "verdict" || event.type === "forecast";
}
