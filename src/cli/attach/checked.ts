/** What an answer has to be before anything is drawn of it. */
import type { DescryEvent } from "../../model/events.ts";
import { type Static, type TSchema, Type } from "typebox";
import { Compile } from "typebox/compile";
import { alertsAnswer, silenceAnswer, silencesAnswer } from "../../server/schema/alerts.ts";
import {
  agentAnswer,
  listedForecast,
  listedVerdict,
  livesAnswer,
  refusal,
  snapshotAnswer,
  verdictsAnswer,
} from "../../server/schema/answers.ts";
import { gap } from "../../server/schema/events.ts";
import { Unanswered } from "./unanswered.ts";

/** Deeper, or with longer lists, than anything that an agent answers, whatever fields a later version adds. */
const MOST_LEVELS = 24;
const MOST_ENTRIES = 10_000;

function checker<S extends TSchema>(schema: S): (value: unknown) => Static<S> {
  let check: { Check(value: unknown): boolean } | null = null;
  return (value) => {
    check ??= Compile(schema);
    if (isBounded(value, 0) && check.Check(value)) return value as Static<S>;
    throw new Unanswered("strange", "its answer is not understood: no agent, or one of another version");
  };
}

export const asAgent = checker(agentAnswer);
export const asSnapshot = checker(snapshotAnswer);
export const asVerdicts = checker(verdictsAnswer);
const asTold = checker(Type.Union([listedVerdict, listedForecast, gap]));
export const asLives = checker(livesAnswer);
export const asAlerts = checker(alertsAnswer);
export const asSilences = checker(silencesAnswer);
export const asSilence = checker(silenceAnswer);
export const asRefusal = checker(refusal);

/** An event of the stream as it was told, without what paths call its service. */
export function asEvent(value: unknown): DescryEvent {
  const told = asTold(value);
  if (told.type === "gap") return told;
  const { serviceId: _serviceId, ...event } = told;
  return event;
}

function isBounded(value: unknown, level: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (level >= MOST_LEVELS) return false;
  const inner: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return inner.length <= MOST_ENTRIES && inner.every((one) => isBounded(one, level + 1));
}
