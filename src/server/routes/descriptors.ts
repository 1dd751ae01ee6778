import type { Static } from "typebox";
import { fill, withList } from "../fit.ts";
import type { DescriptorListing, NoListing } from "../../model/open-descriptor.ts";
import { chosen, inOrder, sharesOf, type Sort } from "../open-descriptors.ts";
import { Refused } from "../refusal.ts";
import { refusal } from "../schema/answers.ts";
import {
  descriptorsAnswer,
  descriptorsQuery,
  PID_PATTERN,
  processParams,
  USUAL_DESCRIPTORS,
} from "../schema/descriptors.ts";
import { pageOf } from "../schema/queries.ts";
import { serviceIdOf } from "../service-id.ts";
import { jsonForm, jsonReply, route } from "./route.ts";

const PID = new RegExp(PID_PATTERN);

export const descriptorsRoute = route(
  {
    path: "/api/v1/processes/{pid}/descriptors",
    name: "descriptors",
    summary: "What one process has open now",
    description:
      "Services list their processes. It is looked at after the next tick, a second at most, and serves for some seconds: the pages of " +
      "one answer are of one moment. Of a process with more than 20,000, those with the lowest numbers.",
    params: processParams,
    query: descriptorsQuery,
    answers: {
      200: jsonForm(descriptorsAnswer, "A page of them."),
      404: jsonForm(refusal, "There is no such process."),
    },
  },
  async ({ context: { desk }, params: { pid }, query }) => {
    if (!PID.test(pid)) throw refusalOf("gone");
    const answer = await desk.listing(Number(pid));
    if ("none" in answer) throw refusalOf(answer.none);
    return jsonReply(answerText(desk.host, answer.listing, query));
  },
);

function answerText(
  host: string,
  listing: DescriptorListing,
  query: Static<typeof descriptorsQuery>,
): string {
  const { descriptors, ...head } = listing;
  const { sort = "number" } = query;
  const falling = sort.startsWith("-");
  const ordered = inOrder(chosen(listing, query), (falling ? sort.slice(1) : sort) as Sort, falling);
  const asked = pageOf(query, USUAL_DESCRIPTORS);
  const { texts, next } = fill(ordered, asked, (one) => JSON.stringify(one));
  const answer = {
    ...{ host, ...head, serviceId: serviceIdOf(listing.service) },
    kinds: sharesOf(descriptors, ({ kind }) => kind),
    states: sharesOf(descriptors, ({ state }) => state),
    page: { total: ordered.length, offset: asked.offset, next },
  };
  return withList(JSON.stringify(answer), "descriptors", texts);
}

const REFUSALS: Readonly<Record<NoListing, readonly [status: number, error: string, mend: string]>> = {
  gone: [
    404,
    "There is no such process.",
    "It may have ended. GET /api/v1/services lists the services, and each of them its processes.",
  ],
  denied: [
    403,
    "Its open files may not be listed: the kernel does not permit it to the agent.",
    "Run the agent as root if it is not; descry doctor says what else may be missing.",
  ],
  unlisted: [503, "Its open files have not been listed yet.", "Ask again in a second."],
  busy: [503, "Too many ask what processes have open.", "Ask again in some seconds."],
  late: [503, "The agent did not come to look at the process in time.", "Ask again in some seconds."],
};

function refusalOf(none: NoListing): Refused {
  const [status, error, mend] = REFUSALS[none];
  return new Refused(status, error, mend);
}
