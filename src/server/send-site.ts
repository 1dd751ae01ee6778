import type { FastifyReply, FastifyRequest } from "fastify";
import { PAGE_POLICY, type SiteFile } from "./site.ts";

/** A file whose name says what is in it may be kept for ever; the page itself is asked for each time. */
const FOR_EVER = "public, max-age=31536000, immutable";

export function sendSiteFile(file: SiteFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply.headers({
    "content-type": file.type,
    "content-security-policy": PAGE_POLICY,
    "cache-control": file.immutable ? FOR_EVER : "no-cache",
    etag: file.etag,
    vary: "accept, accept-encoding",
  });
  if (request.headers["if-none-match"] === file.etag) return reply.code(304).send();
  const zips = /\bgzip\b/.test(request.headers["accept-encoding"]?.toString() ?? "");
  if (!zips || file.gzipped === null) return reply.send(file.body);
  return reply.header("content-encoding", "gzip").send(file.gzipped);
}
