import { fill, withList } from "../fit.ts";
import { alertsAnswer } from "../schema/alerts.ts";
import { alertsQuery, noParams, pageOf, USUAL_ALERTS } from "../schema/queries.ts";
import { jsonForm, jsonReply, route } from "./route.ts";

export const alertsRoute = route(
  {
    path: "/api/v1/alerts",
    name: "alerts",
    summary: "Alerts that live now",
    description: "Pending and firing ones, with the silence that holds them back, if one does.",
    params: noParams,
    query: alertsQuery,
    answers: { 200: jsonForm(alertsAnswer, "A page of alerts.") },
  },
  ({ context, query }) => {
    const { desk, at } = context;
    const ask = pageOf(query, USUAL_ALERTS);
    const alerts = desk.alerts();
    const { texts, next } = fill(alerts, ask, (alert) => JSON.stringify(alert));
    const page = { total: alerts.length, offset: ask.offset, next };
    return jsonReply(withList(JSON.stringify({ host: desk.host, at, page }), "alerts", texts));
  },
);
