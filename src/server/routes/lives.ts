import type { DescryEvent } from "../../model/events.ts";
import { earlierLives, isLeak } from "../lives.ts";
import type { HistoryPort } from "../ports.ts";
import { livesAnswer } from "../schema/answers.ts";
import { idParams, noQuery } from "../schema/queries.ts";
import { type Context, jsonForm, jsonReply, route } from "./route.ts";
import { historyOf } from "./series.ts";
import { serviceNameOf, unknownService } from "./service-name.ts";

const LOOKS_BACK = 30 * 24 * 3_600_000;
const MOST_LIVES = 50;
/** What a service told in thirty days fits; of more, the latest. */
const MOST_EVENTS = 5000;
const AT_ONCE = 1000;

export const livesRoute = route(
  {
    path: "/api/v1/services/{id}/lives",
    name: "serviceLives",
    summary: "How one service leaked before",
    description:
      "Each time that it leaked until it was restarted, gave everything back or ran full, with its rate and its end, of what the " +
      "history keeps of the last 30 days.",
    params: idParams,
    query: noQuery,
    answers: { 200: jsonForm(livesAnswer, "Its earlier lives."), 404: unknownService },
  },
  async ({ context, params: { id } }) => {
    const history = historyOf(context);
    const service = await serviceNameOf(id, context);
    const leaks = leaksNow(context, service);
    const events = await eventsOf(history, service, context.now() - LOOKS_BACK);
    const lives = earlierLives(events, leaks).slice(0, MOST_LIVES);
    return jsonReply({ host: context.desk.host, id, service, leaks, lives });
  },
);

function leaksNow({ desk }: Context, service: string): boolean {
  return desk.standing().some((event) => event.service === service && isLeak(event));
}

/** Oldest first. */
async function eventsOf(history: HistoryPort, service: string, from: number): Promise<DescryEvent[]> {
  const found: DescryEvent[] = [];
  for (let before: number | null = null; found.length < MOST_EVENTS;) {
    const page = await history.events({
      ...{ from, to: null, types: ["verdict", "forecast"], service, rule: null, fingerprint: null },
      ...{ before, limit: AT_ONCE },
    });
    found.push(...page.map(({ event }) => event));
    before = page.at(-1)?.number ?? null;
    if (page.length < AT_ONCE) break;
  }
  return found.toReversed();
}
