import type { Static, TSchema } from "typebox";
import { Drawn } from "../drawn.ts";
import type { Desk } from "../ports.ts";
import { Refused } from "../refusal.ts";

/** What an answer is, for OpenAPI and the tests. */
export interface AnswerForm {
  readonly description: string;
  readonly type: string;
  /** Null: no JSON. */
  readonly schema: TSchema | null;
}

/** Left out: GET. */
export type WritingMethod = "POST" | "DELETE";

export interface RouteForm<P = TSchema, Q = TSchema, B = TSchema> {
  readonly method?: WritingMethod;
  /** As OpenAPI writes it: "/api/v1/services/{id}". */
  readonly path: string;
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly params: P;
  readonly query: Q;
  /** JSON that comes with it; left out: none does. */
  readonly body?: B;
  readonly answers: Readonly<Record<string, AnswerForm>>;
}

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
}

/** A request that has passed its schemas. */
export interface Ask<P = unknown, Q = unknown, B = unknown> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly context: Context;
}

export interface Route extends RouteForm {
  /** May throw a Refused or a DescryError. Null: the events, which stream.ts answers. */
  readonly answer: ((ask: Ask) => Reply | Promise<Reply>) | null;
}

/** A route whose answer is given what its schemas say. */
export function route<P extends TSchema, Q extends TSchema, B extends TSchema = TSchema>(
  form: RouteForm<P, Q, B>,
  answer: (ask: Ask<Static<P>, Static<Q>, Static<B>>) => Reply | Promise<Reply>,
): Route {
  return { ...form, answer: answer as (ask: Ask) => Reply | Promise<Reply> };
}

export const JSON_TYPE = "application/json; charset=utf-8";

export function jsonReply(body: string | Buffer | object, status = 200): Reply {
  const text = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return { status, type: JSON_TYPE, body: text };
}

export function jsonForm(schema: TSchema, description: string): AnswerForm {
  return { description, type: "application/json", schema };
}

/** What answers are made of. */
export class Context {
  readonly desk: Desk;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** The OpenAPI document. */
  readonly document: string;
  #drawn: Drawn | null = null;

  constructor(desk: Desk, now: () => number, document: string) {
    this.desk = desk;
    this.now = now;
    this.document = document;
  }

  /** Now, as answers write it. */
  get at(): string {
    return new Date(this.now()).toISOString();
  }

  /** The newest snapshot. Throws a Refused before the first tick. */
  drawn(): Drawn {
    const drawn = this.newest();
    if (drawn === null) throw new Refused(503, "The host has not been read yet.", "Ask again in a second.");
    return drawn;
  }

  newest(): Drawn | null {
    const snapshot = this.desk.snapshot();
    if (this.#drawn?.snapshot !== snapshot) this.#drawn = snapshot === null ? null : new Drawn(snapshot);
    return this.#drawn;
  }
}
