import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import type { ServiceAnswer, ServicesAnswer, SnapshotAnswer } from "./api.ts";
import {
  exampleDesk,
  holdingOf,
  processOf,
  serviceOf,
  snapshotOf,
  SUBJECT,
  verdictOf,
} from "./example-desk.ts";
import { get, getJson, serve } from "./example-client.ts";
import { fitted, MOST_PAGE_BYTES, MOST_PART_BYTES } from "./fit.ts";
import { Outgoing } from "./outgoing.ts";

/** Paths as long as the kernel lets them be, of characters that JSON writes six times as long. */
const LONG = "\u0001".repeat(4096);

const MANY = Array.from({ length: 5000 }, (_, place) =>
  serviceOf({
    service: `service number ${place}`,
    processes: [processOf({ pid: place + 1 })],
    holdings: Array.from({ length: 12 }, () => holdingOf()),
    verdicts: place < 50 ? [verdictOf({ service: `service number ${place}` })] : [],
  }),
);

test("5,000 services: a snapshot is paged, each service is on one page, and no answer is long", async (t) => {
  const server = await serve(t, exampleDesk(MANY));
  const seen: string[] = [];
  let longest = 0;
  for (let offset: number | null = 0; offset !== null;) {
    const { text } = await get(server, `/api/v1/snapshot?limit=500&offset=${offset}`);
    longest = Math.max(longest, Buffer.byteLength(text));
    const answer = JSON.parse(text) as SnapshotAnswer;
    assert.deepEqual([answer.page.total, answer.page.offset], [5000, offset]);
    assert.ok(answer.services.length > 0 && answer.services.length <= 500);
    seen.push(...answer.services.map(({ service }) => service));
    offset = answer.page.next;
  }
  assert.deepEqual(
    seen,
    MANY.map(({ service }) => service),
  );
  assert.ok(longest <= MOST_PAGE_BYTES + MOST_PART_BYTES, `${longest} bytes`);
});

test("5,000 services: the list comes in pages too, and says where the next one begins", async (t) => {
  const server = await serve(t, exampleDesk(MANY));
  const first = (await getJson(server, "/api/v1/services")) as ServicesAnswer;
  assert.deepEqual([first.services.length, first.page], [500, { total: 5000, offset: 0, next: 500 }]);
  const last = (await getJson(server, "/api/v1/services?limit=1000&offset=4500")) as ServicesAnswer;
  assert.deepEqual([last.services.length, last.page.next], [500, null]);
  const beyond = (await getJson(server, "/api/v1/services?offset=5000")) as ServicesAnswer;
  assert.deepEqual([beyond.services, beyond.page.next], [[], null]);
});

test("one huge service is cut, says by how much, and takes no others off their page for ever", async (t) => {
  const huge = serviceOf({
    service: "huge",
    processes: Array.from({ length: 20_000 }, (_, pid) => processOf({ pid, command: LONG })),
    holdings: Array.from({ length: 3000 }, () => holdingOf({ subject: { ...SUBJECT, path: LONG } })),
    verdicts: [verdictOf()],
  });
  const server = await serve(t, exampleDesk([huge, ...MANY.slice(0, 20)]));
  const { text } = await get(server, "/api/v1/services/huge");
  assert.ok(Buffer.byteLength(text) <= MOST_PART_BYTES + 200, `${text.length} bytes`);
  const { processes, holdings, verdicts, leftOut, open } = JSON.parse(text) as ServiceAnswer;
  assert.ok(processes.length > 0 && holdings.length > 0);
  assert.deepEqual(
    [processes.length + leftOut.processes, holdings.length + leftOut.holdings],
    [20_000, 3000],
  );
  assert.deepEqual([processes[0]?.pid, verdicts.length, leftOut.verdicts, open], [0, 1, 0, 611]);
  const snapshot = (await getJson(server, "/api/v1/snapshot")) as SnapshotAnswer;
  assert.deepEqual([snapshot.services.length, snapshot.page.next], [21, null]);
});

test("services that are all huge come one or more a page, until the last", async (t) => {
  const holdings = Array.from({ length: 500 }, () => holdingOf({ subject: { ...SUBJECT, path: LONG } }));
  const services = Array.from({ length: 30 }, (_, place) =>
    serviceOf({ service: `huge-${place}`, holdings }),
  );
  const server = await serve(t, exampleDesk(services));
  let pages = 0;
  let seen = 0;
  for (let offset: number | null = 0; offset !== null; pages++) {
    const answer = (await getJson(server, `/api/v1/snapshot?offset=${offset}`)) as SnapshotAnswer;
    seen += answer.services.length;
    offset = answer.page.next;
  }
  assert.equal(seen, 30);
  assert.ok(pages > 1);
});

test("many addresses and destinations are cut as well", async (t) => {
  const desk = exampleDesk();
  const snapshot = snapshotOf([]);
  const [address] = snapshot.timeWaitBy;
  assert.ok(address !== undefined);
  desk.current = { ...snapshot, timeWaitBy: Array.from({ length: 40_000 }, () => address) };
  const server = await serve(t, desk);
  const answer = (await getJson(server, "/api/v1/snapshot")) as SnapshotAnswer;
  assert.deepEqual([answer.timeWaitBy.length, answer.leftOut], [500, { timeWaitBy: 39_500, ports: 0 }]);
});

test("what cannot be cut any more is answered without its lists", () => {
  const text = fitted({ name: "x".repeat(200), list: ["y".repeat(200)] }, ["list"], 100);
  assert.deepEqual((JSON.parse(text) as { list: unknown[]; leftOut: unknown }).leftOut, { list: 1 });
});

test("answers on their way are bounded: one buffer counts once, and what is not taken is given up", () => {
  const outgoing = new Outgoing(1000, 30_000);
  const outlets = Array.from({ length: 4 }, () => {
    const listeners: (() => void)[] = [];
    const close = () => listeners.forEach((listener) => listener());
    return { once: (_: "close", listener: () => void) => listeners.push(listener), destroy: close };
  });
  const [first, second, third, fourth] = outlets;
  assert.ok(first !== undefined && second !== undefined && third !== undefined && fourth !== undefined);
  const page = Buffer.alloc(600);
  assert.deepEqual([outgoing.add(page, first, 0), outgoing.add(page, second, 20_000)], [true, true]);
  assert.equal(outgoing.bytes, 600);
  assert.equal(outgoing.add(Buffer.alloc(600), third, 20_000), false);
  outgoing.look(30_000);
  assert.equal(outgoing.bytes, 600, "the second still reads it");
  outgoing.look(50_000);
  assert.equal(outgoing.bytes, 0);
  assert.equal(outgoing.add(Buffer.alloc(5000), fourth, 50_000), true, "a long answer alone is let through");
});

test("an answer that nobody reads does not keep the next from being sent", async (t) => {
  const server = await serve(t, exampleDesk(MANY));
  const sockets = Array.from({ length: 10 }, () => connect({ host: server.address, port: server.port }));
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  for (const socket of sockets) {
    socket.on("error", () => {}).pause();
    for (let count = 0; count < 20; count++)
      socket.write(`GET /api/v1/snapshot?limit=500 HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  }
  for (let count = 0; count < 20; count++) {
    const got = await get(server, "/api/v1/services?limit=1");
    assert.equal(got.status, 200);
    assert.ok(server.figures().outgoingBytes <= 64 * 2 ** 20);
  }
});
