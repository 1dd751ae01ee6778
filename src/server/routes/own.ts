/** What the agent says of itself. */
import { agentAnswer, healthAnswer, readyAnswer } from "../schema/answers.ts";
import type { Desk } from "../ports.ts";
import { noParams, noQuery } from "../schema/queries.ts";
import { Type } from "typebox";
import { type AnswerForm, jsonForm, jsonReply, route } from "./route.ts";

const none = { params: noParams, query: noQuery };
const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
const metricsForm: AnswerForm = { description: "All metrics.", type: "text/plain", schema: null };

export const agentRoute = route(
  {
    path: "/api/v1/agent",
    name: "agent",
    summary: "Who answers",
    description:
      "By this descry knows that an agent watches the same processes of the same host, and attaches to it.",
    ...none,
    answers: { 200: jsonForm(agentAnswer, "The agent.") },
  },
  ({ context: { desk } }) =>
    jsonReply({ host: desk.host, ...desk.agent, watchingSince: watchingSince(desk) }),
);

function watchingSince(desk: Desk): string | null {
  const snapshot = desk.snapshot();
  if (snapshot === null) return null;
  return new Date(Date.parse(snapshot.at) - snapshot.watchedSeconds * 1000).toISOString();
}

export const healthRoute = route(
  {
    path: "/healthz",
    name: "health",
    summary: "Does the agent answer",
    description: "Nothing else is looked at: whoever restarts what does not answer asks here.",
    ...none,
    answers: { 200: jsonForm(healthAnswer, "It does.") },
  },
  ({ context: { desk, now } }) =>
    jsonReply({ host: desk.host, status: "ok", at: new Date(now()).toISOString() }),
);

export const readyRoute = route(
  {
    path: "/readyz",
    name: "ready",
    summary: "Is the host being read, and told what is found",
    description: "With what it rests on, and what to do about what is wrong.",
    ...none,
    answers: { 200: jsonForm(readyAnswer, "It is."), 503: jsonForm(readyAnswer, "It is not.") },
  },
  ({ context: { desk } }) => {
    const { ready, checks } = desk.readiness();
    return jsonReply({ host: desk.host, ready, checks }, ready ? 200 : 503);
  },
);

export const metricsRoute = route(
  {
    path: "/metrics",
    name: "metrics",
    summary: "For Prometheus",
    description: "Text format 0.0.4.",
    ...none,
    // Prometheus can be told to add parameters of its own.
    query: Type.Object({}),
    answers: { 200: metricsForm },
  },
  async ({ context: { desk } }) => ({ status: 200, type: METRICS_TYPE, body: await desk.metrics() }),
);

export const documentRoute = route(
  {
    path: "/api/v1/openapi.json",
    name: "openapi",
    summary: "This API, for programs",
    description: "An OpenAPI 3.1 document.",
    ...none,
    answers: {
      200: jsonForm(Type.Object({ openapi: Type.String() }, { additionalProperties: true }), "The document."),
    },
  },
  ({ context: { document } }) => jsonReply(document),
);
