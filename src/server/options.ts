import type { ServerSettings } from "../model/agent-settings.ts";
import { DescryError } from "../model/error.ts";
import { checkToken, parseListen } from "./listen.ts";
import { parseHost } from "./guard/host-header.ts";

export interface ServerOptions extends Omit<ServerSettings, "token"> {
  /** What requests have to bring, itself; null: nothing, which is refused off the loopback address. */
  readonly token: string | null;
}

/** Without a token. */
export const DEFAULT_SERVER_OPTIONS: ServerSettings & { readonly token: null } = {
  listen: "127.0.0.1:8321",
  token: null,
  hostNames: [],
  origins: [],
  requestsPerSecond: 3000,
  mostReaders: 500,
};

/** Where it may listen when it asks for a token or does not. Throws a DescryError. */
export function checkListen(listen: string, asksForToken: boolean): void {
  const address = parseListen(listen);
  if (!asksForToken) checkToken(address, null);
}

/** A name or an origin that no request can have would let nobody in, and nobody would know why. Throws a DescryError. */
export function checkNames({ hostNames, origins }: Pick<ServerOptions, "hostNames" | "origins">): void {
  for (const name of hostNames) {
    const parsed = parseHost(name);
    if (parsed === null || parsed.port !== null)
      throw new DescryError(
        `${JSON.stringify(name)} is no name of a host.`,
        "Write it without scheme and port: web-12.example.",
      );
  }
  for (const origin of origins)
    if (!/^https?:/.test(origin) || URL.parse(origin)?.origin !== origin)
      throw new DescryError(
        `${JSON.stringify(origin)} is no origin.`,
        "Write scheme, host and port as a browser sends them, without a slash at the end: https://overview.example.",
      );
}
