import { signal } from "@preact/signals";
import type { SilenceAnswer, SilenceRequest } from "../../../../src/server/api.ts";
import { NotAnswered, tell } from "../../reading/client.ts";
import { changes } from "../../reading/live.ts";
import { moment } from "../../words/times.ts";
import { aboutWords } from "./naming.ts";

/** What somebody wants to be silent about; null: that is still to be said. */
export interface SilenceTarget {
  readonly service: string | null;
  readonly rule: NonNullable<SilenceRequest["rule"]> | null;
  readonly fingerprint: string | null;
}

/** What the form is open for; null: it is closed. */
export const silenceAsked = signal<SilenceTarget | null>(null);
/** What was done last, for everybody to see and hear. */
export const silenceSaid = signal("");

/** Opens the form. */
export function askSilence(target: SilenceTarget): void {
  silenceAsked.value = target;
}

export const SILENCE_DURATIONS = [
  { words: "30 minutes", seconds: 1800 },
  { words: "2 hours", seconds: 7200 },
  { words: "8 hours", seconds: 28_800 },
  { words: "1 day", seconds: 86_400 },
  { words: "7 days", seconds: 604_800 },
  { words: "30 days", seconds: 2_592_000 },
] as const;

/** Control and line separators, and turns of the direction of writing: the agent takes none. */
const NOT_OF_ONE_LINE = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u;

/** Makes it. Answers why it could not be made; null: it was. */
export async function makeSilence(request: SilenceRequest): Promise<string | null> {
  if (NOT_OF_ONE_LINE.test(request.by + (request.comment ?? "")))
    return "By and Why are one line each, without signs that cannot be seen. Write them anew.";
  return done(tell<SilenceAnswer>("POST", "/api/v1/silences", request), ({ silence, alerts, durable }) => {
    const held = alerts === 0 ? "No such alert lives now: it holds those to come." : holdsWords(alerts);
    return `Silenced until ${moment(silence.until, Date.now())}: ${aboutWords(silence)}. ${held}${forgotten(durable)}`;
  });
}

/** Ends one. Answers why it could not be ended; null: it was. */
export async function endSilence(id: string): Promise<string | null> {
  const path = `/api/v1/silences/${encodeURIComponent(id)}`;
  return done(tell<SilenceAnswer>("DELETE", path), ({ silence, alerts, durable }) => {
    const then = alerts === 0 ? "" : " What still fires is told, unless another silence holds it.";
    return `The silence of ${aboutWords(silence)} has ended.${then}${forgotten(durable)}`;
  });
}

async function done(
  asked: Promise<SilenceAnswer>,
  words: (answer: SilenceAnswer) => string,
): Promise<string | null> {
  try {
    silenceSaid.value = words(await asked);
    changes.value++;
    return null;
  } catch (error) {
    return error instanceof NotAnswered ? `${error.message} ${error.mend}` : String(error);
  }
}

function holdsWords(alerts: number): string {
  return alerts === 1 ? "It holds 1 alert now." : `It holds ${alerts} alerts now.`;
}

function forgotten(durable: boolean): string {
  return durable ? "" : " The history cannot be written: this is forgotten if the agent ends before it can.";
}
