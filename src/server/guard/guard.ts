/** Who is let in: the right Host, the right Origin, not too often, and with the token if there is one; in this order. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sharingHeaders } from "../headers.ts";
import { Refused } from "../refusal.ts";
import { type Allowed, isHostAllowed, isOriginAllowed } from "./host-header.ts";
import { CHALLENGES, tokenCheck } from "./token.ts";
import { checkWriter } from "./writing.ts";

export interface GuardOptions extends Allowed {
  readonly token: string | null;
  /** From one address (IPv6: from one /64). */
  readonly requestsPerSecond: number;
}

/** Requests that pass are marked, so that refusals of others do not name the host. */
export const letIn = new WeakSet<FastifyRequest>();

export type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** Throws a Refused. The rate limit's plugin has to be registered. */
export function guardOf(app: FastifyInstance, options: GuardOptions): Guard {
  const isRight = options.token === null ? null : tokenCheck(options.token);
  const countRequest = app.createRateLimit({
    max: options.requestsPerSecond,
    timeWindow: 1000,
    ipv6Subnet: 64,
  });
  return async (request, reply) => {
    const shared = checkSource(request, options);
    if (shared !== null) reply.headers(sharingHeaders(shared));
    const counted = await countRequest(request);
    if (!counted.isAllowed && counted.isExceeded) {
      reply.header("retry-after", String(counted.ttlInSeconds));
      throw new Refused(
        429,
        "Too many requests.",
        `At most ${options.requestsPerSecond} a second; ask again later.`,
      );
    }
    // A browser asks whether it may ask, without credentials (Fetch standard, CORS-preflight).
    if (shared !== null && request.method === "OPTIONS") return void (await reply.code(204).send());
    if (isRight !== null && !isRight(request.headers.authorization)) {
      reply.header("www-authenticate", CHALLENGES);
      throw new Refused(
        401,
        "The token is missing or wrong.",
        "Send it as `Authorization: Bearer TOKEN`, or as the password of Basic authentication.",
      );
    }
    letIn.add(request);
  };
}

/** The Origin of a page elsewhere that may read the answer; null: nothing has to be shared. */
function checkSource(request: FastifyRequest, allowed: Allowed): string | null {
  const { raw, headers } = request;
  // "GET http://other.example/": what a proxy is asked, and its host would count before the Host (RFC 9112, 3.2.2).
  if (raw.url?.startsWith("/") !== true)
    throw new Refused(400, "This is no proxy.", "Ask for a path that begins with a slash.");
  const host = onlyHost(raw.rawHeaders);
  if (host === null && raw.httpVersion !== "1.0")
    throw new Refused(
      400,
      "The request names no Host, or several.",
      "Send one: the address that it listens on.",
    );
  if (host === null || !isHostAllowed(host, allowed))
    throw new Refused(
      403,
      "This Host is none of this agent's.",
      "Use the address that it listens on, or add the name to those it answers to.",
    );
  checkWriter(request, host);
  const { origin, "sec-fetch-site": site, "sec-fetch-mode": mode } = headers;
  if (origin === undefined) {
    // Pictures, scripts and frames of other sites are asked for without an Origin, but say so; a followed link may pass.
    const isForeign = site === "cross-site" || site === "same-site";
    if (isForeign && mode !== "navigate") throw foreignPage();
    return null;
  }
  if (!isOriginAllowed(origin, host, allowed)) throw foreignPage();
  return allowed.origins.includes(origin) ? origin : null;
}

/** Node keeps the first of several; a proxy in front may have looked at another. */
function onlyHost(rawHeaders: readonly string[]): string | null {
  const places = rawHeaders.flatMap((name, at) =>
    at % 2 === 0 && name.toLowerCase() === "host" ? [at + 1] : [],
  );
  return places.length === 1 ? (rawHeaders[places[0] ?? 0] ?? null) : null;
}

function foreignPage(): Refused {
  return new Refused(
    403,
    "A page of another origin may not read this.",
    "Open this agent's own address, or add that origin to those it shares with.",
  );
}
