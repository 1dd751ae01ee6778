import assert from "node:assert/strict";
import { it } from "node:test";
import { runProcesses } from "./many-processes.ts";
import { DATABASE } from "./workers.ts";

/** What is said of a service that leaks one a second, while five a second come and go there between two looks. */
function evidenceBeside(others: readonly string[]): string {
  const { told } = runProcesses((host) => {
    if (host.second === 0) {
      host.start({ command: "/usr/bin/orders", cgroup: "/system.slice/orders.service" });
      for (const other of others) host.start({ command: other, cgroup: `/system.slice/${other}.service` });
      for (const worker of host.workers) worker.connect(DATABASE);
    }
    host.workers[0]?.connect(DATABASE);
    host.passed("outbound", DATABASE, 5);
  }, 200);
  const last = told.findLast(({ event }) => event.type === "verdict");
  return last?.event.type === "verdict" ? last.event.evidence.join("\n") : "";
}

it("of connections that came and went between two looks it is said whose they were only where that is known", () => {
  assert.match(evidenceBeside([]), /it opened 3\d\d a minute and closed (29|30)\d; the other 6\d stay open/);
  const shared = evidenceBeside(["invoices"]);
  assert.match(
    shared,
    /6\d a minute of those that it opened stay open; others connect there as well, so whose those were/,
  );
  assert.doesNotMatch(shared, /closed none/);
});
