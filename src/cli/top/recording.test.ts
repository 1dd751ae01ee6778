import assert from "node:assert/strict";
import { test } from "node:test";
import { DescryError } from "../../model/error.ts";
import * as example from "../example/host.ts";
import { surroundingsOf } from "../example/surroundings.ts";
import { fileNameFor, startRecording } from "./recording.ts";

const AT = Date.parse(example.AT);

function order(agent: ReturnType<typeof surroundingsOf>["surroundings"]["agent"]) {
  const pids = () => new Set([812]);
  return { agent, procfs: "/proc", interval: 1, host: "web-12", service: "gunicorn.service", pids, at: AT };
}

test("a recording reads by itself from its first reading on, and is closed when it is stopped", async () => {
  const { surroundings, recorded } = surroundingsOf({ ticks: [], readings: Number.POSITIVE_INFINITY });
  const recording = startRecording(order(surroundings.agent));
  assert.equal(recording.words(), "recording to gunicorn-20261112-020451.descry, 0 s (r stops)");
  while (recorded.written.length < 3) await new Promise((resolve) => void setImmediate(resolve));
  await recording.stop();
  assert.equal(recording.ended, true);
  assert.match(
    recording.words(),
    /^Recorded \d+ s, \d+ readings to gunicorn-20261112-020451\.descry; descry replay /,
  );
  assert.equal(recorded.closed, 2, "the file and the source");
  assert.deepEqual(recorded.written.slice(0, 3), [5000, 5001, 5002]);
});

test("a file that exists is not touched, and that is said", async () => {
  const { surroundings } = surroundingsOf({ ticks: [] });
  const createRecording = () => Promise.reject(new DescryError("x.descry exists already.", "Name another."));
  const recording = startRecording(order({ ...surroundings.agent, createRecording }));
  await recording.stop();
  assert.equal(recording.words(), "not recorded: x.descry exists already. Name another.");
});

test("no name of a service leaves the folder or needs quotes", () => {
  assert.equal(fileNameFor("java -jar x.jar", AT), "java-jar-x.jar-20261112-020451.descry");
  assert.equal(fileNameFor("../../etc/$(rm)", AT), "etc-rm-20261112-020451.descry");
  assert.equal(fileNameFor("宽", AT), "service-20261112-020451.descry");
  for (const name of ["..", "/", "-rf", "a".repeat(500), "\x1b[2J"]) {
    assert.match(fileNameFor(name, AT), /^\w[\w.-]{0,80}\.descry$/);
  }
});
