import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { calmSentences, calmTitle, fullestWords, loadSentence } from "./calm-words.ts";
import { exampleService, exampleSubject } from "./example-service.ts";
import { lifeCourse, lifeMoments, lifeSpan, livesTitle } from "./lives.ts";
import { peerWords, subjectWords } from "./subject.ts";

const NO_RATES = { windowSeconds: 0, bornPerMinute: null, diedPerMinute: null, netPerMinute: null };
const LIFE = {
  ...{
    from: "2026-11-12T00:20:00.000Z",
    to: "2026-11-12T03:05:00.000Z",
    perMinute: 121,
    open: 2914,
    limit: 4096,
  },
  ...{ subject: null, exhaustedAt: null, end: "restarted" as const },
};
const NOW = Date.parse("2026-11-12T04:00:00Z");

describe("a service about which nothing stands", () => {
  it("is said to open and close, with what is known of its shape and load", () => {
    const rates = { windowSeconds: 600, bornPerMinute: 840, diedPerMinute: 840, netPerMinute: 0 };
    const shape = { shape: "cyclic" as const, declared: false, cycleSeconds: 40 };
    assert.deepEqual(
      calmSentences(exampleService({ rates, shape, load: { perMinute: 840, change: null } })),
      [
        "It opens 840 files and connections a minute and closes 840 (over the last 10 min).",
        "Its open files rise and fall every 40 s (learned).",
        "840 requests a minute come in.",
      ],
    );
  });

  it("is learned about where figures are not known, and never said to do nothing", () => {
    const service = exampleService({ rates: NO_RATES });
    assert.equal(calmTitle(service), "Nothing found, still learning");
    assert.match(calmSentences(service)[0] ?? "", /^Learning: /);
    const processes = service.processes.map((process) => ({ ...process, readable: false }));
    assert.match(calmSentences({ ...service, processes })[0] ?? "", /not permitted/);
  });

  it("is said to keep nothing only where that was seen", () => {
    const rates = { windowSeconds: 60, bornPerMinute: 840, diedPerMinute: 830, netPerMinute: 10 };
    assert.equal(calmTitle(exampleService({ rates })), "Nothing is kept");
    assert.equal(calmTitle(exampleService()), "Nothing found; it keeps 125 a minute for now");
    assert.match(calmTitle(exampleService({ otherEndOf: ["gunicorn"] })), /^Affected by /);
  });

  it("holds the other end of a leak without being its cause", () => {
    assert.match(
      calmSentences(exampleService({ otherEndOf: ["gunicorn"] })).join(" "),
      /what gunicorn does not close/,
    );
  });

  it("says how load went", () => {
    const change = {
      trend: "rose" as const,
      fromPerMinute: 10,
      perMinute: 20,
      since: "2026-11-12T03:00:00Z",
    };
    const { at } = exampleService();
    assert.match(
      loadSentence({ at, load: { perMinute: 20, change } }),
      /^Requests rose from 10\.0 to 20\.0 a minute about \d\d:\d\d\.$/,
    );
    assert.equal(loadSentence({ at, load: null }), "");
  });
});

it("says how full the fullest process is", () => {
  assert.equal(fullestWords(exampleService()), "2,914 of 4,096 open files");
  const [process] = exampleService().processes;
  assert.ok(process);
  const processes = [{ ...process, softLimit: null }, process];
  assert.equal(fullestWords({ processes }), "2,914 open files in the fullest of 2 processes");
});

describe("earlier lives", () => {
  it("are counted without the one that goes on", () => {
    assert.equal(livesTitle({ lives: [LIFE, LIFE, LIFE, LIFE], leaks: false }), "Leaked 4 times in 30 days");
    assert.equal(livesTitle({ lives: [LIFE], leaks: true }), "Leaked once before in 30 days");
  });

  it("say when, how fast, and how they ended", () => {
    assert.match(lifeSpan(LIFE, NOW), /^(\w+ \d+ |\d+ \w+ )?\d\d:\d\d, for 2 h 45 min$/);
    assert.equal(lifeCourse(LIFE, NOW), "+121 a minute; restarted, told last at 2,914 of 4,096 open files");
    assert.match(
      lifeCourse({ ...LIFE, exhaustedAt: LIFE.to, end: "ended" }, NOW),
      /; full at .*\d\d:\d\d, its process ended$/,
    );
    assert.equal(
      lifeCourse({ ...LIFE, perMinute: null, open: null, end: "unknown" }, NOW),
      "pace not known; end not seen",
    );
  });

  it("are shown with a little of what came before and after", () => {
    const { from, to } = lifeMoments(LIFE);
    assert.equal(Date.parse(LIFE.from) - from, 990_000);
    assert.equal(to - Date.parse(LIFE.to), 990_000);
  });
});

describe("what is held, in words", () => {
  it("names peers and products", () => {
    assert.equal(subjectWords(exampleSubject()), "connections to MySQL 127.0.0.1:3306");
    assert.equal(subjectWords(exampleSubject({ peer: null })), "connections without a peer");
    assert.equal(peerWords({ peer: "*:443", product: null }), "several hosts, port 443");
    assert.equal(peerWords({ peer: "*:*", product: null }), "several hosts");
  });

  it("names where connections are accepted", () => {
    const inbound = exampleSubject({ direction: "inbound", peer: "[::]:8000", product: null });
    assert.equal(subjectWords(inbound), "connections accepted on :8000");
    assert.equal(subjectWords({ ...inbound, state: "LISTEN" }), "listening sockets on :8000");
  });

  it("names files by folder, and the rest by kind", () => {
    const plain = { direction: null, peer: null, product: null, state: null };
    assert.equal(
      subjectWords(exampleSubject({ ...plain, kind: "file", path: "/var/log" })),
      "files in /var/log",
    );
    assert.equal(subjectWords(exampleSubject({ ...plain, kind: "eventfd", path: null })), "eventfds");
  });
});
