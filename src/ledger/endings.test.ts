import assert from "node:assert/strict";
import { it } from "node:test";
import type { Fact } from "../model/facts.ts";
import { EVERYTHING } from "../model/targets.ts";
import { Ledger } from "./ledger.ts";

it("how long processes lived is forgotten with their service, also where nothing of it was ever listed", () => {
  const ledger = new Ledger(EVERYTHING);
  const [service, uptime] = ["/opt/command", 1000];
  const tick = (second: number, ...facts: readonly Fact[]): void =>
    ledger.apply({ at: second * 1000, uptime: uptime + second, facts });
  const forget = (): void =>
    ledger.forgetQuiet(
      () => false,
      () => {},
    );
  for (const listed of [false, true]) {
    for (let run = 0; run < 3; run++) {
      const [second, pid] = [(listed ? 1000 : 0) + run * 100, 10 + run];
      const startTicks = (uptime + second) * 100;
      const head = { fact: "process", pid, startTicks, parent: 1, name: "command" } as const;
      const owner = { cgroup: "/", uid: 0, netns: 1, softLimit: 99, hardLimit: 99 } as const;
      tick(second, { ...head, command: [service], ...owner });
      if (listed) tick(second, { fact: "listing", pid, first: true, opened: [[3, "/srv/a"]], closed: [] });
      tick(second + 30, { fact: "exit", pid, startTicks });
    }
    const [named] = [...ledger.services()].map(([name]) => name);
    assert.equal(ledger.endings.lifetimeOf(named ?? "command"), 30, `listed: ${listed}`);
    forget();
    assert.equal(ledger.endings.lifetimeOf(named ?? "command") === null, !listed, "while it has an account");
    if (!listed) continue;
    tick(3000);
    forget();
    assert.equal(ledger.endings.lifetimeOf(named ?? "command"), null);
  }
});
