import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSnmp } from "./snmp.ts";

test("counters of connections, wherever their columns stand", () => {
  const real =
    "Ip: Forwarding DefaultTTL\nIp: 1 64\n" +
    "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails\nTcp: 1 200 120000 -1 12 34 5\n";
  assert.deepEqual(parseSnmp(real), { activeOpens: 12, passiveOpens: 34 });
  assert.deepEqual(parseSnmp("Tcp: PassiveOpens ActiveOpens\nTcp: 1 2\n"), {
    activeOpens: 2,
    passiveOpens: 1,
  });
});

test("no counters: nothing, and not zero", () => {
  for (const text of [
    "",
    "Tcp: ActiveOpens PassiveOpens\n",
    "Tcp: ActiveOpens PassiveOpens\nTcp: 1\n",
    "Tcp: ActiveOpens PassiveOpens\nTcp: 1 -1\n",
    "Tcp: ActiveOpens PassiveOpens\nTcp: 1 0x2\n",
    "Tcp: RtoMin\nTcp: 200\n",
  ])
    assert.equal(parseSnmp(text), null, text);
});
