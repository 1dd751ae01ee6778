import assert from "node:assert/strict";
import { test } from "node:test";
import { shortService, type Subject, subjectPhrase, subjectWithState } from "./subject.ts";

const BASE: Subject = {
  ...{ kind: "tcp", direction: "outbound", peer: "127.0.0.1:3306", product: "MySQL" },
  ...{ state: "ESTABLISHED", path: null },
};

test("a subject in words for a sentence", () => {
  const cases: readonly (readonly [Partial<Subject>, string])[] = [
    [{}, "connections to MySQL 127.0.0.1:3306"],
    [{ product: null }, "connections to 127.0.0.1:3306"],
    [{ peer: null }, "connections"],
    [{ peer: "*:443", product: null }, "connections to several hosts, port 443"],
    [{ peer: "*:*", product: null }, "connections to several hosts"],
    [{ direction: "inbound", peer: "0.0.0.0:8000", product: null }, "connections accepted on :8000"],
    [
      { direction: "inbound", peer: "[::]:8000", product: null, state: "LISTEN" },
      "listening sockets on :8000",
    ],
    [{ kind: "udp", peer: "10.0.0.1:53", product: null }, "UDP sockets to 10.0.0.1:53"],
    [{ kind: "deleted-file", path: "/var/tmp" }, "deleted files in /var/tmp"],
    [{ kind: "unix", path: "/run/x.sock" }, "unix sockets /run/x.sock"],
    [{ kind: "eventfd" }, "eventfds"],
  ];
  for (const [traits, words] of cases) assert.equal(subjectPhrase({ ...BASE, ...traits }), words);
});

test("a state is named where it gives the leak away", () => {
  assert.equal(subjectWithState(BASE, null), "connections to MySQL 127.0.0.1:3306");
  const closed: Subject = { ...BASE, state: "CLOSE_WAIT" };
  assert.equal(subjectWithState(closed, "close-wait"), "connections to MySQL 127.0.0.1:3306, CLOSE_WAIT");
  assert.match(subjectWithState({ ...BASE, state: null }, "ghost-socket"), /, in no table$/);
});

test("a unit's kind is left out, a name that is nothing else stays", () => {
  assert.deepEqual(["gunicorn.service", ".service", "a.service.b", "a.socket"].map(shortService), [
    "gunicorn",
    ".service",
    "a.service.b",
    "a.socket",
  ]);
});
