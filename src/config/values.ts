/** What the texts of settings mean. They were judged before, so there is none that means nothing. */
import type { Secret } from "../model/channels.ts";
import { durationOf } from "../model/duration.ts";
import { NONE } from "./schema/texts.ts";
import { secretOf, shareOf, sizeOf } from "./writings.ts";

export function milliseconds(text: string): number {
  return Math.round(known(durationOf(text)));
}

export function bytes(text: string): number {
  return known(sizeOf(text));
}

/** 0.01 of "1%" */
export function share(text: string): number {
  return known(shareOf(text));
}

export function secret(text: string): Secret {
  return known(secretOf(text));
}

export function optionalSecret(text: string): Secret | null {
  return text === NONE ? null : secret(text);
}

function known<Value>(value: Value | null): Value {
  if (value === null) throw new TypeError("a setting was taken that its own schema refuses");
  return value;
}
