import type { FastifyReply, FastifyRequest } from "fastify";
import { PAGE_POLICY, type SiteFile } from "./site.ts";

/** A file whose name says what is in it may be kept for ever; the page itself is asked for each time. */
const FOR_EVER = "public, max-age=31536000, immutable";

/** Answers with a file of the dashboard, or that the browser has it already. */
export function sendSiteFile(file: SiteFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply.headers({
    "content-type": file.type,
    "content-security-policy": PAGE_POLICY,
    "cache-control": file.immutable ? FOR_EVER : "no-cache",
    etag: file.etag,
    vary: "accept, accept-encoding, origin",
  });
  if (hasIt(request.headers["if-none-match"], file.etag)) return reply.code(304).send();
  if (file.gzipped === null || !takesGzip(request.headers["accept-encoding"])) return reply.send(file.body);
  return reply.header("content-encoding", "gzip").send(file.gzipped);
}

/** If-None-Match is a list, compared weakly: RFC 9110, 13.1.2. */
function hasIt(has: string | undefined, etag: string): boolean {
  const opaque = (text: string): string => text.trim().replace(/^W\//, "");
  return has !== undefined && has.split(",").some((one) => opaque(one) === opaque(etag));
}

/** "gzip;q=0" says that it does not: RFC 9110, 12.5.3. */
function takesGzip(encodings: string | string[] | undefined): boolean {
  return /(?:^|[\s,])gzip\s*(?:,|$|;\s*q=(?!0(?:\.0*)?\s*(?:,|$)))/i.test(encodings?.toString() ?? "");
}
