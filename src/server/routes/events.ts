import { noParams, noQuery } from "../schema/queries.ts";
import type { Route } from "./route.ts";

export const EVENTS_PATH = "/api/v1/events";

export const eventsRoute: Route = {
  path: EVENTS_PATH,
  name: "events",
  summary: "Events as they happen",
  description:
    "Server-sent events: `hello` first (Greeting), then `verdict` (ListedVerdict), `forecast` (ListedForecast), `gap` (GapEvent) " +
    "and `summary` (SummaryEvent), each with its JSON in one data line. A reader that comes back with the Last-Event-ID it saw last gets " +
    "what it missed; where that is no longer at hand, `missed` (Missed) says so. A quiet stream has a comment every 15 seconds. " +
    "A reader that does not keep up is dropped.",
  params: noParams,
  query: noQuery,
  answers: { 200: { description: "The stream; it does not end.", type: "text/event-stream", schema: null } },
  answer: null,
};
