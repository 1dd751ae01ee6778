import type { Static } from "typebox";
import { fill, withList } from "../fit.ts";
import { readInstant } from "../read-query.ts";
import { Refused } from "../refusal.ts";
import { LONGEST_SILENCE_SECONDS, silenceAnswer, silenceRequest, silencesAnswer } from "../schema/alerts.ts";
import { refusal } from "../schema/answers.ts";
import {
  noParams,
  noQuery,
  pageOf,
  silenceParams,
  silencesQuery,
  USUAL_SILENCES,
} from "../schema/queries.ts";
import { jsonForm, jsonReply, route } from "./route.ts";

const PATH = "/api/v1/silences";

export const silencesRoute = route(
  {
    path: PATH,
    name: "silences",
    summary: "Silences",
    description: "Those that hold, and those that ended within a day.",
    params: noParams,
    query: silencesQuery,
    answers: { 200: jsonForm(silencesAnswer, "A page of silences.") },
  },
  ({ context, query }) => {
    const { desk, at } = context;
    const ask = pageOf(query, USUAL_SILENCES);
    const silences = desk.silences.list();
    const { texts, next } = fill(silences, ask, (silence) => {
      const hasEnded = silence.endedAt !== null || Date.parse(silence.until) <= Date.parse(at);
      return JSON.stringify({ ...silence, state: hasEnded ? "ended" : "active" });
    });
    const page = { total: silences.length, offset: ask.offset, next };
    return jsonReply(withList(JSON.stringify({ host: desk.host, at, page }), "silences", texts));
  },
);

export const makeSilenceRoute = route(
  {
    method: "POST",
    path: PATH,
    name: "makeSilence",
    summary: "Make a silence",
    description:
      "Nothing is told of the alerts that it is about until it ends, but that one is over that was told before. They are seen all the " +
      "same. An alert that still fires at its end is told then.",
    params: noParams,
    query: noQuery,
    body: silenceRequest,
    answers: {
      201: jsonForm(silenceAnswer, "It holds, and is on disk unless `durable` says otherwise."),
      409: jsonForm(refusal, "There are too many."),
      413: jsonForm(refusal, "The body is longer than 16 KiB."),
      415: jsonForm(refusal, "The body does not come as application/json."),
    },
  },
  ({ context: { desk, now }, body }) => {
    const { service = null, rule = null, fingerprint = null, by, comment = "" } = body;
    if (service === null && rule === null && fingerprint === null)
      throw new Refused(
        400,
        "A silence of everything is none that anybody can answer for.",
        "Name a service, a rule or a fingerprint.",
      );
    const until = new Date(endOf(body, now())).toISOString();
    const kept = desk.silences.add({ service, rule, fingerprint, until, by, comment });
    if (kept === null)
      throw new Refused(409, "There are too many silences.", "End some that are not needed any more.");
    return jsonReply({ host: desk.host, ...kept }, 201);
  },
);

export const endSilenceRoute = route(
  {
    method: "DELETE",
    path: `${PATH}/{id}`,
    name: "endSilence",
    summary: "End a silence",
    description: "Now, and not before its time; one that has ended stays as it is.",
    params: silenceParams,
    query: noQuery,
    answers: {
      200: jsonForm(silenceAnswer, "It has ended."),
      404: jsonForm(refusal, "No silence has this id."),
    },
  },
  ({ context: { desk }, params: { id } }) => {
    const kept = desk.silences.end(id);
    if (kept === null)
      throw new Refused(404, "No silence has this id.", `GET ${PATH} lists them, and descry alert silences.`);
    return jsonReply({ host: desk.host, ...kept });
  },
);

/** Unix milliseconds. Throws a Refused. */
function endOf({ forSeconds, until }: Static<typeof silenceRequest>, now: number): number {
  if ((forSeconds === undefined) === (until === undefined))
    throw new Refused(400, "It is not said when it ends, or twice.", "Give either forSeconds or until.");
  const end = forSeconds === undefined ? readInstant(until, "until") : now + forSeconds * 1000;
  if (end === null || end <= now)
    throw new Refused(400, "until has passed.", "Give a time that is to come, or forSeconds.");
  if (end - now > LONGEST_SILENCE_SECONDS * 1000)
    throw new Refused(400, "It would hold for more than 30 days.", "Give a time that is nearer.");
  return end;
}
