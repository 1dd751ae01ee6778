import { serviceAnswer, servicesAnswer, snapshotAnswer } from "../schema/answers.ts";
import {
  idParams,
  noParams,
  noQuery,
  pageOf,
  servicesQuery,
  snapshotQuery,
  USUAL_SERVICES,
  USUAL_SUMMARIES,
} from "../schema/queries.ts";
import { jsonForm, jsonReply, route } from "./route.ts";
import { noSuchService, unknownService } from "./service-name.ts";

export const snapshotRoute = route(
  {
    path: "/api/v1/snapshot",
    name: "snapshot",
    summary: "All that is known at the newest tick",
    description:
      "From which every screen is drawn. Services come in pages; a second later the order may be another one.",
    params: noParams,
    query: snapshotQuery,
    answers: { 200: jsonForm(snapshotAnswer, "The host, and a page of its services.") },
  },
  ({ context, query }) => jsonReply(context.drawn().snapshotAnswer(pageOf(query, USUAL_SERVICES))),
);

export const servicesRoute = route(
  {
    path: "/api/v1/services",
    name: "services",
    summary: "The services, most at risk first",
    description: "One short entry each.",
    params: noParams,
    query: servicesQuery,
    answers: { 200: jsonForm(servicesAnswer, "A page of services.") },
  },
  ({ context, query }) => jsonReply(context.drawn().servicesAnswer(pageOf(query, USUAL_SUMMARIES))),
);

export const serviceRoute = route(
  {
    path: "/api/v1/services/{id}",
    name: "service",
    summary: "One service, with all that it holds",
    description: "What stands about it comes with evidence and actions.",
    params: idParams,
    query: noQuery,
    answers: { 200: jsonForm(serviceAnswer, "The service."), 404: unknownService },
  },
  ({ context, params: { id } }) => {
    const drawn = context.drawn();
    const view = drawn.service(id);
    if (view === undefined) throw noSuchService();
    return jsonReply(drawn.serviceAnswer(id, view));
  },
);
