import assert from "node:assert/strict";
import { test } from "node:test";
import { type Filter, filterOf, fits, historyPath } from "./filter.ts";
import { withTold } from "./incident.ts";
import { aboutWords, plain, recordCommand, whatWords } from "./naming.ts";
import { at, forecast, incidentOf, NONE, verdict } from "./told.example.ts";

const reads = (query: string): Filter => {
  const parameters = new URLSearchParams(query);
  return filterOf((name) => parameters.get(name));
};
const ALL = reads("");

test("a filter is read from an address, and what is unknown in it is passed over", () => {
  assert.deepEqual(ALL, { service: null, rule: null, standing: null, range: "7d" });
  assert.deepEqual(reads("service=a~1&rule=close-wait&standing=stands&range=1y"), {
    ...{ service: "a~1", rule: "close-wait", standing: "stands", range: "1y" },
  });
  assert.deepEqual(reads("standing=toString&range=constructor"), ALL);
});

test("the agent is asked for services and rules; forecasts are of no rule", () => {
  const path = (query: string) => historyPath(reads(query), at(0), 200);
  const base = "/api/v1/verdicts?from=2026-11-12T03%3A00%3A00.000Z&limit=200";
  assert.equal(path(""), base);
  assert.equal(path("service=a~1&rule=close-wait"), `${base}&service=a%7E1&rule=close-wait`);
  assert.equal(path("rule=forecast"), base);
});

test("the rest is chosen here", () => {
  const told = withTold(NONE, [
    verdict({ at: at(2), standing: "suspect" }),
    verdict({ at: at(3), standing: "cleared" }),
    verdict({ id: "b", at: at(2), standing: "confirmed" }),
    forecast({ id: "f", at: at(2), standing: "confirmed" }),
  ]);
  const chosen = (query: string) =>
    ["a", "b", "f"].filter((id) => fits(reads(query), incidentOf(told, id), id === "b" ? "stands" : "over"));
  assert.deepEqual(chosen(""), ["a", "b", "f"]);
  assert.deepEqual(chosen("standing=stands"), ["b"]);
  assert.deepEqual(chosen("standing=over"), ["a"]);
  assert.deepEqual(chosen("standing=confirmed"), ["b", "f"]);
  assert.deepEqual(chosen("standing=suspect"), ["a"]);
  assert.deepEqual(chosen("rule=forecast"), ["f"]);
});

test("a service is recorded by its name, quoted; by its processes where its name would not survive being pasted", () => {
  assert.equal(recordCommand("a.service", [], "x"), "sudo descry record --service a.service --for 5m -o x");
  assert.equal(
    recordCommand("it's $(rm)", [], "x"),
    String.raw`sudo descry record --service 'it'\''s $(rm)' --for 5m -o x`,
  );
  for (const hostile of ["a\nrm -rf", "-o", "\u202Egnp", "a\uFFFDb", "a\u001b[2J"])
    assert.equal(
      recordCommand(hostile, [7, 8], "x"),
      "sudo descry record --pid 7 --pid 8 --for 5m -o x",
      hostile,
    );
  assert.equal(recordCommand(null, [], "x"), null);
});

test("what is wrong is named with where it is, but what is full with nothing", () => {
  const { subject } = verdict({});
  const words = (rule: Parameters<typeof whatWords>[0], change: Partial<typeof subject> = {}) =>
    whatWords(rule, { ...subject, ...change });
  assert.equal(words("unclosed-connection"), "connections to 127.0.0.1:3306 that stay open");
  assert.equal(
    words("close-wait", { peer: "*:443" }),
    "connections to several hosts, port 443 that the other side has closed",
  );
  assert.equal(
    words("accepted-pileup", { direction: "inbound", peer: "0.0.0.0:80" }),
    "connections accepted on :80 that stay open",
  );
  assert.equal(words("descriptor-leak", { kind: "pipe", peer: null }), "pipes that are not closed");
  assert.equal(
    words("descriptor-leak", { kind: "file", path: "/var/log" }),
    "files in /var/log that are not closed",
  );
  assert.equal(words("port-exhaustion"), "local ports that run out towards 127.0.0.1:3306");
  assert.equal(words("at-limit"), "no open file is left");
  assert.equal(whatWords("forecast", null), "open files will run out");
});

test("a name within a sentence turns nothing around, and is not longer than a line", () => {
  assert.equal(plain("a\u202Egnp\nb\u2069"), "a\uFFFDgnp\uFFFDb\uFFFD");
  assert.equal(plain("x".repeat(65_536)), `${"x".repeat(80)}...`);
  const about = { service: "a.service", rule: "close-wait", fingerprint: "0ace" };
  assert.equal(aboutWords(about), "service a.service, rule close-wait, leak 0ace");
  assert.equal(aboutWords({ ...about, service: null, rule: null }), "leak 0ace");
});
