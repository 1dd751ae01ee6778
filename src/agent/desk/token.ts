import type { Secret } from "../../model/channels.ts";
import { DescryError } from "../../model/error.ts";
import type { Surroundings } from "../../notify/channel.ts";
import { readSecret } from "../../notify/secrets.ts";

/** What requests have to bring; null: nothing. Throws a DescryError when it is to be read somewhere and is not there. */
export function readToken(token: Secret | null, surroundings: Surroundings): string | null {
  if (token === null) return null;
  try {
    return readSecret(token, surroundings);
  } catch (error) {
    if (!(error instanceof DescryError)) throw error;
    throw new DescryError(`The token of the HTTP side cannot be read: ${error.message}.`, error.mend);
  }
}
