import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runProcesses, type WorkerTraits } from "./many-processes.ts";
import { DATABASE } from "./workers.ts";

const JOINS_AT = 100;

/** After how many seconds of its life one that joins a service, and leaks 60 a minute from its start, is confirmed. */
function confirmedAfter(traits: WorkerTraits): number {
  const { told } = runProcesses((host) => {
    if (host.second === 0) host.start({ command: "manage.py runserver" }).openFile("/var/log/app.log");
    if (host.second === JOINS_AT) host.start(traits);
    host.workers[1]?.connect(DATABASE);
  }, JOINS_AT + 300);
  const first = told.find(({ event }) => event.type === "verdict" && event.standing === "confirmed");
  return first === undefined ? Infinity : first.second - JOINS_AT;
}

describe("a process that joins others of its service and leaks from its start", () => {
  it("is told as soon as any other where it was called in another way than they", () => {
    const after = confirmedAfter({ command: "manage.py worker" });
    assert.ok(after <= 120, `${after} s`);
  });

  it("is given its first minute to set itself up where it was called like one of them, or one of them started it", () => {
    for (const traits of [
      { command: "manage.py runserver" },
      { command: "manage.py worker", parent: 4000 },
    ]) {
      const after = confirmedAfter(traits);
      assert.ok(after > 120 && after <= 180, `${after} s`);
    }
  });
});
