// upstream: the HTTP server that other services ask, as an internal API is: it keeps idle connections open for as long as they like.
// Prints its port. /ok: a short answer · /missing: a short error · /broken: an error with a page of 256 KiB.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const ANSWERS: Readonly<Record<string, readonly [number, string]>> = {
  "/ok": [200, JSON.stringify({ items: Array.from({ length: 20 }, (_, id) => ({ id, price: 7 * id })) })],
  "/missing": [404, JSON.stringify({ error: "no such report" })],
  "/broken": [500, "at com.example.Reports.render(Reports.java:101)\n".repeat((256 << 10) / 48)],
};

// As Go's server is by default: no connection is closed for being idle.
const server = createServer(
  { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 },
  (request, response) => {
    const [status, body] = ANSWERS[request.url ?? ""] ?? [404, ""];
    response.writeHead(status, { "content-type": "text/plain", "content-length": Buffer.byteLength(body) });
    response.end(body);
  },
);
server.listen(0, "127.0.0.1", 1024, () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
