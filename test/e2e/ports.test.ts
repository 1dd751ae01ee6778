import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { makeNamespace } from "../../lab/namespace.ts";
import type { VerdictEvent } from "../../src/model/events.ts";
import { needs } from "../needs.ts";
import { descry, eventsOf } from "./descry.ts";

const BURNER = fileURLToPath(new URL("port-burner.py", import.meta.url));
const PORTS = 600;
/** Half of the ports are taken after 15 s, all after 30. */
const PER_SECOND = 20;
/** tcp_tw_reuse=2, the default, has no effect on the first and all of it on the second. */
const ELSEWHERE = "10.77.0.1";
const LOOPBACK = "127.0.0.1";

const skip = process.getuid?.() === 0 ? needs("iproute2", "procps", "python3") : "needs root";

test(
  "a run that burns ports to one destination is told at half of them, with when connect() will fail",
  { skip, timeout: 120_000 },
  async (context) => {
    const namespace = await makeNamespace();
    context.after(() => namespace.remove());
    const [ip = "ip", ...inside] = namespace.prefix;
    const run = promisify(execFile);
    await run("ip", ["-n", namespace.name, "address", "add", `${ELSEWHERE}/32`, "dev", "lo"]);
    await run(ip, [...inside, "sysctl", "-qw", `net.ipv4.ip_local_port_range=40000 ${40_000 + PORTS - 1}`]);
    await run(ip, [...inside, "sysctl", "-qw", "net.ipv4.tcp_tw_reuse=2"]);
    const burner = spawn(ip, [...inside, "python3", BURNER, String(PER_SECOND), ELSEWHERE, LOOPBACK], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    context.after(() => burner.kill("SIGKILL"));
    const failure = once(createInterface({ input: burner.stdout }), "line");
    const watch = descry("watch", "--json", "--pid", String(burner.pid), "--for", "40s");
    const [line] = (await failure) as [string];
    const failed = JSON.parse(line) as { address: string; failed: string; at: number };
    assert.deepEqual([failed.address, failed.failed], [ELSEWHERE, "EADDRNOTAVAIL"]);

    const verdicts = eventsOf(await watch).filter(
      (event): event is VerdictEvent => event.type === "verdict" && event.rule === "port-exhaustion",
    );
    assert.deepEqual(
      [...new Set(verdicts.map(({ subject }) => subject.peer))],
      [`${ELSEWHERE}:9000`],
      "of the other nothing is said: its ports in TIME_WAIT are used again",
    );
    const first = verdicts[0];
    assert.ok(first !== undefined && first.runway !== null);
    assert.equal(first.process?.pid, burner.pid);
    const used = (PORTS - first.runway.headroom) / PORTS;
    assert.ok(used >= 0.5 && used <= 0.65, `${Math.round(used * 100)} % were taken`);
    const told = Date.parse(first.at);
    const truth = failed.at * 1000 - told;
    const forecast = Date.parse(first.runway.exhaustedAt?.p50 ?? "") - told;
    assert.ok(Math.abs(forecast - truth) <= 0.2 * truth, `${forecast} ms were forecast, ${truth} ms it took`);
    assert.ok(verdicts.some(({ standing }) => standing === "confirmed"));
    burner.stdin.end();
    await once(burner, "exit");
  },
);
