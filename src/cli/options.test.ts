import assert from "node:assert/strict";
import { test } from "node:test";
import { DescryError } from "../model/error.ts";
import { parseDuration } from "./duration.ts";
import { failureWords } from "./failure.ts";
import { listed, nearest } from "./nearest.ts";
import { readOptions } from "./options.ts";

test("durations have a unit", () => {
  const milliseconds = ["500ms", "10s", "5m", "2h", "1.5s", "1d"].map((text) => parseDuration("--for", text));
  assert.deepEqual(milliseconds, [500, 10_000, 300_000, 7_200_000, 1500, 86_400_000]);
  const several = ["2m30s", "1h 30m", "1d2h3m4s5ms", "1.5m1s"].map((text) => parseDuration("--for", text));
  assert.deepEqual(several, [150_000, 5_400_000, 93_784_005, 91_000]);
});

test("what is no duration is refused by name, with the mend", () => {
  for (const text of [
    "5",
    "5x",
    "",
    "-3s",
    "s",
    "1e3s",
    "10 s",
    "0s",
    "9000000h",
    "30s2m",
    "1m1m",
    "2m30",
    "2m-30s",
    "0m0s",
    "2m  30s",
    "1m s",
  ]) {
    assert.throws(
      () => parseDuration("--for", text),
      (error) => error instanceof DescryError && error.message.startsWith("--for ") && error.mend.length > 0,
      text,
    );
  }
});

test("flags go before the environment, and that before the default", () => {
  assert.equal(readOptions({}, {}).procfs, "/proc");
  assert.equal(readOptions({}, { HOST_PROC: "/host/proc" }).procfs, "/host/proc");
  assert.equal(readOptions({ procfs: "/other" }, { HOST_PROC: "/host/proc" }).procfs, "/other");
  assert.equal(readOptions({}, {}).interval, 1000);
  assert.equal(readOptions({ for: "500ms" }, {}).interval, 500, "two readings at least fit in");
});

test("targets are checked", () => {
  assert.deepEqual(readOptions({ pid: ["812", "813"], service: ["nginx"] }, {}).targets, {
    pids: [812, 813],
    services: ["nginx"],
  });
  for (const pid of ["", "0", "-1", "1.5", "99999999", "nginx", "812,813"]) {
    assert.throws(() => readOptions({ pid: [pid] }, {}), DescryError, pid);
  }
  assert.throws(() => readOptions({ service: [" "] }, {}), DescryError);
  assert.throws(() => readOptions({ interval: "10ms" }, {}), DescryError);
});

test("near names are found, far ones are not offered", () => {
  const services = ["gunicorn.service", "nginx.service", "mariadbd", "node server.js"];
  assert.deepEqual(nearest("gunicron.service", services), ["gunicorn.service"]);
  assert.deepEqual(nearest("nginx", services), ["nginx.service"]);
  assert.deepEqual(nearest("server", services), ["node server.js"]);
  assert.deepEqual(nearest("postgres", services), []);
  assert.equal(listed(["a", "b", "c"]), "a, b or c");
});

test("a failure is one line of whole sentences", () => {
  assert.equal(failureWords(new DescryError("It broke", "Mend it.")), "It broke. Mend it.");
  assert.equal(
    failureWords(new DescryError("A file is torn.", "Copy\nit again")),
    "A file is torn. Copy it again.",
  );
});
