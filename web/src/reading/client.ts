import type { Refusal } from "../../../src/server/api.ts";

/** Why a question has no answer, in words that a person can act on. */
export class NotAnswered extends Error {
  /** Status of HTTP; null: nothing came back. */
  readonly status: number | null;
  readonly mend: string;

  constructor(status: number | null, message: string, mend: string) {
    super(message);
    this.status = status;
    this.mend = mend;
  }
}

const PATIENCE_MILLISECONDS = 15_000;

/** Asks the agent. Rejects with a NotAnswered; with an AbortError where `signal` says so. */
export async function ask<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return send<Answer>(path, { signal: within(signal) });
}

/** The same with a body of JSON, or with DELETE and none. */
export async function tell<Answer>(method: "POST" | "DELETE", path: string, body?: object): Promise<Answer> {
  return send<Answer>(path, {
    method,
    signal: within(),
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
}

function within(signal?: AbortSignal): AbortSignal {
  const patience = AbortSignal.timeout(PATIENCE_MILLISECONDS);
  return signal === undefined ? patience : AbortSignal.any([signal, patience]);
}

async function send<Answer>(path: string, options: RequestInit): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new NotAnswered(null, "The agent does not answer.", "Is it running? sudo descry agent starts it.");
  }
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as Answer;
  throw refusalOf(response.status, text);
}

function refusalOf(status: number, text: string): NotAnswered {
  try {
    const { error, mend } = JSON.parse(text) as Refusal;
    return new NotAnswered(status, error, mend);
  } catch {
    return new NotAnswered(status, `The agent answered with status ${status}.`, "Its log may say more.");
  }
}
