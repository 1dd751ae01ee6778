import assert from "node:assert/strict";
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { until } from "../../../lab/wait.ts";
import { test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { VerdictEvent } from "../../model/events.ts";
import { exampleDesk, forecastOf, GAP, HOST, verdictOf } from "../example-desk.ts";
import { get, serve } from "../example-client.ts";
import type { RunningServer } from "../server.ts";

interface Heard {
  readonly event: string;
  readonly id: string;
  readonly data: unknown;
}

/** Reads events as the standard says; waits until so many are there. */
class Listener {
  readonly heard: Heard[] = [];
  readonly response: IncomingMessage;
  #text = "";
  #wake = () => {};

  constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding("utf8").on("data", (text: string) => this.#read(text));
    // Dropped or closed by the server.
    response.on("error", () => {});
  }

  get last(): Heard {
    return this.heard.at(-1) ?? assert.fail("nothing was heard");
  }

  async until(count: number): Promise<readonly Heard[]> {
    while (this.heard.length < count) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.heard;
  }

  #read(text: string): void {
    this.#text += text;
    const blocks = this.#text.split("\n\n");
    this.#text = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = new Map(
        block
          .split("\n")
          .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
      );
      const [event, id, data] = [fields.get("event"), fields.get("id"), fields.get("data")];
      if (event !== undefined && id !== undefined && data !== undefined)
        this.heard.push({ event, id, data: JSON.parse(data) });
    }
    this.#wake();
  }
}

function listen(
  t: TestContext,
  { address, port }: RunningServer,
  lastEventId: string | null = null,
): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const headers = lastEventId === null ? {} : { "last-event-id": lastEventId };
    const asked = request({ host: address, port, path: "/api/v1/events", agent: false, headers });
    t.after(() => asked.destroy());
    asked.on("error", reject).on("response", (response) => resolve(new Listener(response)));
    asked.end();
  });
}

test("events come as they happen, each with its id, its type and the host", async (t) => {
  const desk = exampleDesk();
  const server = await serve(t, desk);
  const listener = await listen(t, server);
  assert.match(listener.response.headers["content-type"] ?? "", /^text\/event-stream/);
  await listener.until(1);
  const hostile = verdictOf({ service: "a\r\ndata: {}\n\nevent: x\u2028", summary: "\n\nid: 9\n\n" });
  for (const event of [hostile, forecastOf(), GAP]) desk.send(event);
  const heard = await listener.until(4);
  assert.deepEqual(
    heard.map(({ event }) => event),
    ["hello", "verdict", "forecast", "gap"],
  );
  assert.deepEqual(
    heard.map(({ id }) => Number(id.split(".")[1])),
    [0, 1, 2, 3],
  );
  assert.ok(heard.every(({ data }) => (data as { host: string }).host === HOST));
  const { serviceId, ...verdict } = (heard[1] ?? assert.fail()).data as VerdictEvent & {
    serviceId: string;
  };
  assert.deepEqual(verdict, hostile);
  assert.match(serviceId, /^a-data-event-x~/);
});

test("who comes back with the last id gets what it missed, and nothing twice", async (t) => {
  const desk = exampleDesk();
  const server = await serve(t, desk);
  const first = await listen(t, server);
  await first.until(1);
  const { id: before } = first.last;
  for (const id of ["1", "2", "3"]) desk.send(verdictOf({ id }));
  await first.until(4);
  const idsOf = (heard: readonly Heard[]) =>
    heard.filter(({ event }) => event === "verdict").map(({ data }) => (data as VerdictEvent).id);
  for (const [last, missed] of [
    [before, ["1", "2", "3"]],
    [first.heard[2]?.id ?? "", ["3"]],
    [first.last.id, []],
  ] as const) {
    const again = await listen(t, server, last);
    await again.until(1 + missed.length);
    desk.send(GAP);
    const heard = await again.until(2 + missed.length);
    assert.deepEqual(idsOf(heard), missed, last);
    assert.equal(heard.at(-1)?.event, "gap");
  }
});

test("where what was missed is no longer at hand, that is said", async (t) => {
  const desk = exampleDesk();
  const server = await serve(t, desk);
  const first = await listen(t, server);
  const { id } = (await first.until(1))[0] ?? assert.fail();
  const why = async (last: string) => {
    const [, missed] = await (await listen(t, server, last)).until(2);
    assert.equal(missed?.event, "missed", last);
    return (missed.data as { why: string }).why;
  };
  for (const foreign of ["0123456789ab.0", "5", "", "x".repeat(4000), `${id.split(".")[0]}.-1`])
    assert.match(await why(foreign), /started anew/);
  assert.match(await why(`${id.split(".")[0]}.7`), /too many/, "a number that was never sent");
  for (let count = 0; count < 1001; count++) desk.send(GAP);
  assert.match(await why(id), /too many/);
});

test("an event that is too long is told as missed", async (t) => {
  const desk = exampleDesk();
  const server = await serve(t, desk);
  const listener = await listen(t, server);
  desk.send(verdictOf({ summary: "x".repeat(300_000) }));
  desk.send(GAP);
  assert.deepEqual(
    (await listener.until(3)).map(({ event }) => event),
    ["hello", "missed", "gap"],
  );
});

/** Bytes of buffers that something still refers to. */
function buffersInUse(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().arrayBuffers;
}

/** Asks for the events and then reads nothing. */
async function stuckReader(t: TestContext, { address, port }: RunningServer): Promise<Socket> {
  const socket = connect({ host: address, port });
  t.after(() => socket.destroy());
  socket.on("error", () => {});
  socket.write(`GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await once(socket, "readable");
  socket.pause();
  return socket;
}

test("readers that take nothing are dropped and what waits for them is bounded; others hear everything", async (t) => {
  const desk = exampleDesk();
  const server = await serve(t, desk);
  const stuck = 20;
  for (let count = 0; count < stuck; count++) await stuckReader(t, server);
  const listener = await listen(t, server);
  await listener.until(1);
  assert.equal(server.figures().readers, stuck + 1);
  // 100 MB in all, of which the kernel takes some MB for each reader.
  const event = verdictOf({ summary: "x".repeat(100_000) });
  let most = 0;
  let sent = 0;
  const before = buffersInUse();
  while (sent < 1000) {
    desk.send(event);
    sent += 1;
    most = Math.max(most, server.figures().waitingBytes);
    if (sent % 10 === 0) await listener.until(1 + sent);
  }
  const figures = server.figures();
  assert.deepEqual([figures.readers, figures.droppedReaders], [1, stuck]);
  assert.ok(most <= (stuck + 1) * 2.1 * 2 ** 20, `${most} bytes waited at most`);
  assert.equal(figures.waitingBytes < 2 ** 21, true);
  await until(
    "the buffers of those that were dropped to be given back",
    () => buffersInUse() - before < 2 ** 24,
  );
  assert.equal(listener.heard.length, 1 + sent);
});

test("200 readers all hear everything, in order, and leave nothing behind", async (t) => {
  const desk = exampleDesk();
  const server = await serve(t, desk);
  const listeners = await Promise.all(Array.from({ length: 200 }, () => listen(t, server)));
  await Promise.all(listeners.map((listener) => listener.until(1)));
  assert.equal(server.figures().readers, 200);
  for (let count = 0; count < 50; count++) desk.send(verdictOf({ id: String(count) }));
  await Promise.all(listeners.map((listener) => listener.until(51)));
  const wanted = Array.from({ length: 50 }, (_, count) => String(count));
  for (const { heard } of listeners)
    assert.deepEqual(
      heard.slice(1).map(({ data }) => (data as VerdictEvent).id),
      wanted,
    );
  for (const { response } of listeners) response.destroy();
  while (server.figures().readers > 0) await setTimeout(5);
  assert.equal(server.figures().droppedReaders, 0);
});

test("a stream that cannot be had is refused as any other answer", async (t) => {
  const server = await serve(t, exampleDesk(), { token: "x".repeat(32) });
  assert.equal((await get(server, "/api/v1/events")).status, 401);
  const authorization = `Bearer ${"x".repeat(32)}`;
  assert.equal((await get(server, "/api/v1/events?since=1", { authorization })).status, 400);
  assert.equal((await get(server, "/api/v1/events", { authorization }, "HEAD")).status, 405);
  assert.equal(server.figures().readers, 0);
});

test("more readers than allowed are told to come back", async (t) => {
  const server = await serve(t, exampleDesk(), { mostReaders: 2 });
  await listen(t, server);
  await listen(t, server);
  const got = await get(server, "/api/v1/events");
  assert.equal(got.status, 503);
  assert.match(got.text, /Too many read the events/);
});

test("it closes within a second with open streams, stuck readers and idle connections", async (t) => {
  const desk = exampleDesk();
  const server = await serve(t, desk);
  const listeners = await Promise.all(Array.from({ length: 20 }, () => listen(t, server)));
  const stuck = await stuckReader(t, server);
  const silent = connect({ host: server.address, port: server.port });
  const half = connect({ host: server.address, port: server.port });
  half.write("GET /healthz HTTP/1.1\r\nHost: loc");
  for (let sent = 1; server.figures().waitingBytes < 500_000; sent++) {
    desk.send(verdictOf({ summary: "x".repeat(100_000) }));
    await Promise.all(listeners.map((listener) => listener.until(1 + sent)));
  }
  const closed = (socket: Socket | IncomingMessage) =>
    new Promise((resolve) =>
      socket
        .on("error", () => {})
        .on("close", resolve)
        .resume(),
    );
  const gone = [...listeners.map(({ response }) => response), silent, half].map(closed);
  // Against a timer of the same loop, which a busy machine holds up as much.
  const first = await Promise.race([server.close().then(() => "closed"), setTimeout(1000, "a second")]);
  assert.equal(first, "closed");
  await Promise.all(gone);
  assert.ok(
    listeners.every(({ response }) => response.complete),
    "streams are ended, not cut",
  );
  stuck.destroy();
  assert.equal(desk.listeners.size, 0, "nothing is sent to it any more");
  await assert.rejects(get(server, "/healthz"), /ECONNREFUSED/);
});
