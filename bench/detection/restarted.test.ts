import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { VerdictEvent } from "../../src/model/events.ts";
import { runProcesses, type Programs, type Worker } from "./many-processes.ts";
import { DATABASE } from "./workers.ts";

const RESTARTED = "restarted, not fixed";

function verdicts(programs: Programs, seconds: number): VerdictEvent[] {
  return runProcesses(programs, seconds).told.flatMap(({ event }) =>
    event.type === "verdict" ? [event] : [],
  );
}

/** "app" leaks until it ends at 200 s; another program of its service, which leads elsewhere, or "app" again is started then. */
function succeededBy(...commands: readonly string[]): Programs {
  let leaking: Worker | null = null;
  return (host) => {
    if (host.second === 0) leaking = host.start({ command: "/usr/bin/app" });
    if (host.second === 200 && leaking !== null) {
      host.end(leaking);
      leaking = null;
    }
    if (host.second === 202) for (const command of commands) host.start({ command }).connect("10.0.0.9:80");
    leaking?.connect(DATABASE);
  };
}

describe("a process that ended with what it leaked", () => {
  it("is answered for by the one that was started in its place", () => {
    const again = verdicts(succeededBy("/usr/bin/app"), 240).filter(({ reason }) => reason === RESTARTED);
    assert.deepEqual(
      again.map(({ process, subjectOpen }) => [process?.pid, subjectOpen]),
      [[4001, 0]],
    );
  });

  it("is not answered for by another program of its service, nor by one of several", () => {
    for (const commands of [["/usr/bin/load"], ["/usr/bin/app", "/usr/bin/app"]]) {
      const told = verdicts(succeededBy(...commands), 240);
      assert.deepEqual(new Set(told.map(({ process }) => process?.pid)), new Set([4000]), commands.join());
      const again = told.filter(({ reason }) => reason === RESTARTED);
      assert.deepEqual(
        again.map(({ subjectOpen, netPerMinute, runway }) => [subjectOpen, netPerMinute, runway]),
        commands.length === 1 ? [] : [[0, null, null]],
      );
    }
  });
});

describe("a process that still runs", () => {
  it("was not restarted when another of its service ended and took most of them along", () => {
    const told = verdicts((host) => {
      if (host.second === 0) for (let count = 0; count < 2; count++) host.start();
      const [first, second] = host.workers;
      first?.connect(DATABASE);
      const many = host.second < 100 ? 0 : 4;
      for (let count = 0; count < many && second !== undefined; count++) second.connect(DATABASE);
      if (host.second === 200 && second !== undefined) host.end(second);
    }, 300);
    assert.ok(told.some(({ standing }) => standing === "confirmed"));
    assert.deepEqual(
      told.filter(({ reason }) => reason === RESTARTED),
      [],
    );
  });

  it("was not restarted when it goes by another name", () => {
    const told = verdicts((host) => {
      const [worker = host.start({ command: "/usr/bin/app" })] = host.workers;
      worker.connect(DATABASE);
      if (host.second === 201) host.start({ command: "/usr/bin/load" }).connect("10.0.0.9:80");
      if (host.second === 200) worker.move("/system.slice/renamed.service");
    }, 260);
    assert.ok(told.some(({ standing }) => standing === "confirmed"));
    assert.deepEqual(
      told.filter(({ reason }) => reason === RESTARTED),
      [],
    );
  });
});
