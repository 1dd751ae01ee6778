/** The HTTP side: fastify with the routes of the table behind the guard. */
import type { Socket } from "node:net";
import fastifyRateLimit from "@fastify/rate-limit";
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import { DescryError } from "../model/error.ts";
import { type GuardOptions, guardOf, letIn } from "./guard/guard.ts";
import { checkJson } from "./guard/writing.ts";
import { SECURITY_HEADERS, sharingHeaders } from "./headers.ts";
import { sendSiteFile } from "./send-site.ts";
import { type Site, siteFileAt, VIEW_PATHS } from "./site.ts";
import type { Outgoing } from "./outgoing.ts";
import { bodyReader } from "./read-body.ts";
import { queryReader } from "./read-query.ts";
import { Refused } from "./refusal.ts";
import type { Context, Reply, Route } from "./routes/route.ts";
import { JSON_TYPE } from "./routes/route.ts";
import { ROUTES } from "./routes/table.ts";
import type { EventStream } from "./stream/event-stream.ts";

/** What a request that may say more than others may say, in bytes of its body. */
const MOST_BODY_BYTES = 16 * 1024;

export interface Parts {
  readonly context: Context;
  readonly stream: EventStream;
  readonly outgoing: Outgoing;
  readonly guard: GuardOptions;
  /** The dashboard; null: it was not built. */
  readonly site: Site | null;
  /** Told of what should never happen: a request that failed here. */
  readonly onFault: (error: unknown) => void;
}

export async function makeApp(parts: Parts): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: 1024,
    clientErrorHandler: refuseMalformed,
    exposeHeadRoutes: false,
    forceCloseConnections: "idle",
    frameworkErrors: (error, request, reply) => refuse(parts, error, request, reply),
    http: {
      maxHeaderSize: 8192,
      // The guard wants one, and refuses in words; Node does without any.
      requireHostHeader: false,
      headersTimeout: 5000,
      requestTimeout: 10_000,
      connectionsCheckingInterval: 2000,
    },
    keepAliveTimeout: 10_000,
    logger: false,
    requestTimeout: 10_000,
    routerOptions: { maxParamLength: 256 },
  });
  app.server.maxConnections = 1024;
  // An expectation that nobody knows is passed over (RFC 9110, 10.1.1); Node would refuse it without a word.
  app.server.on("checkExpectation", (request, response) => app.server.emit("request", request, response));
  await app.register(fastifyRateLimit, { global: false });
  const guard = guardOf(app, parts.guard);
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    await guard(request, reply);
  });
  app.setErrorHandler<FastifyError>((error, request, reply) => refuse(parts, error, request, reply));
  app.setNotFoundHandler((request) => {
    const methods = methodsOf(request);
    throw methods.length > 0
      ? new Refused(405, `This path takes ${methods.join(" and ")} alone.`, `Use ${methods.join(" or ")}.`)
      : new Refused(404, "There is no such path.", "GET /api/v1/openapi.json lists those that there are.");
  });
  // JSON is all that is ever read; what a form can send is not even parsed.
  app.removeContentTypeParser("text/plain");
  for (const route of ROUTES) addRoute(app, route, parts);
  addSite(app, parts);
  return app;
}

/** The dashboard for browsers; for other programs that ask for "/" a list of what there is. */
function addSite(app: FastifyInstance, { site, context }: Parts): void {
  const home = (reply: FastifyReply): FastifyReply =>
    reply.type("text/plain; charset=utf-8").send(homeText(context));
  const paths = site === null ? ["/"] : [...VIEW_PATHS, ...site.keys()];
  for (const url of paths)
    app.route({
      method: ["GET", "HEAD"],
      url,
      handler: async (request, reply) => {
        const path = request.url.split("?", 1)[0] ?? "/";
        const file = site === null ? undefined : siteFileAt(site, path);
        const isBrowser = request.headers.accept?.includes("text/html") === true;
        if (file === undefined || (path === "/" && !isBrowser)) return home(reply);
        return sendSiteFile(file, request, reply);
      },
    });
}

/** For whoever opens the address: what there is. */
function homeText({ desk }: Context): string {
  const widest = Math.max(...ROUTES.map(({ path }) => path.length));
  const lines = ROUTES.map(
    ({ method = "GET", path, summary }) => `${method.padEnd(6)}  ${path.padEnd(widest)}  ${summary}`,
  );
  return [`descry on ${desk.host}`, "", ...lines, ""].join("\n");
}

function addRoute(app: FastifyInstance, route: Route, parts: Parts): void {
  const url = route.path.replaceAll(/\{(\w+)\}/g, ":$1");
  const readQuery = queryReader(route.query);
  const { answer, method, body } = route;
  const readBody = body === undefined ? () => undefined : bodyReader(body);
  if (answer === null) {
    app.get(url, (request, reply) => {
      readQuery(request.query);
      streamEvents(parts, request, reply);
    });
    return;
  }
  app.route({
    method: method ?? ["GET", "HEAD"],
    url,
    ...(body === undefined
      ? {}
      : { bodyLimit: MOST_BODY_BYTES, onRequest: async (request) => checkJson(request) }),
    handler: async (request, reply) => {
      const { params } = request;
      const ask = { params, query: readQuery(request.query), body: readBody(request.body) };
      return sendBody(parts, reply, await answer({ ...ask, context: parts.context }));
    },
  });
}

function sendBody(
  { outgoing, context }: Parts,
  reply: FastifyReply,
  { status, type, body }: Reply,
): FastifyReply {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body);
  if (!outgoing.add(bytes, reply.raw, context.now()))
    throw new Refused(
      503,
      "Too many answers wait to be read.",
      "Read those first, or ask again in a second.",
    );
  return reply.code(status).type(type).send(bytes);
}

function streamEvents({ stream, guard }: Parts, request: FastifyRequest, reply: FastifyReply): void {
  if (stream.isFull)
    throw new Refused(503, "Too many read the events already.", "Come back later, or ask for the verdicts.");
  const { origin, "last-event-id": last } = request.headers;
  reply.hijack();
  reply.raw.writeHead(200, {
    ...SECURITY_HEADERS,
    ...(origin !== undefined && guard.origins.includes(origin) ? sharingHeaders(origin) : {}),
    "content-type": "text/event-stream; charset=utf-8",
    // nginx would gather events otherwise.
    "x-accel-buffering": "no",
  });
  const leave = stream.open(reply.raw, typeof last === "string" ? last : null);
  reply.raw.once("close", leave);
}

/** That the path of a request takes; none: there is no such path. */
function methodsOf({ url }: FastifyRequest): string[] {
  const path = url.split("?", 1)[0] ?? "";
  return ROUTES.filter((route) =>
    new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path),
  ).map(({ method = "GET" }) => method);
}

function refuse(
  { context, onFault }: Parts,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const refused = refusalOf(error);
  if (refused.status === 500) onFault(error);
  const host = letIn.has(request) ? context.desk.host : null;
  const { status, message, mend } = refused;
  reply.headers(SECURITY_HEADERS);
  void reply
    .code(status)
    .type(JSON_TYPE)
    .send(JSON.stringify({ host, status, error: message, mend }));
}

function refusalOf(error: unknown): Refused {
  if (error instanceof Refused) return error;
  if (error instanceof DescryError) return new Refused(503, error.message, error.mend);
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 500;
  if (status >= 400 && status < 500)
    return new Refused(
      status,
      "The request cannot be read.",
      "GET /api/v1/openapi.json says what is possible.",
    );
  return new Refused(500, "The agent failed to answer.", "Its log says why.");
}

const MALFORMED: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
};

/** What was no HTTP: answered on the socket, since there is no request to reply to. */
function refuseMalformed(error: Error & { readonly code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") return void socket.destroy();
  const status = MALFORMED[error.code ?? ""] ?? "400 Bad Request";
  const body = JSON.stringify({
    host: null,
    status: Number.parseInt(status, 10),
    error: "This is no HTTP request that can be read.",
    mend: "GET /api/v1/openapi.json says what is possible.",
  });
  const headers = { ...SECURITY_HEADERS, "content-type": JSON_TYPE, "content-length": String(body.length) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n${lines.join("")}\r\n${body}`);
  // Whoever goes on sending is not read any more.
  socket.destroySoon();
}
