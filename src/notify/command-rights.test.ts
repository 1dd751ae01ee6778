import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { withoutRights } from "./command-rights.ts";

/** Whoever has one of these as an ambient capability hands it on. */
const HELD = "net_bind_service";
/** Nobody has it. */
const UID = "64233";
const CHANNEL = new URL("command.ts", import.meta.url).href;

/** Delivers one message through a command that says what rights it has; prints those of the deliverer and of the command. */
const DELIVERY = `
  const { readFileSync } = await import("node:fs");
  const { command } = await import(${JSON.stringify(CHANNEL)});
  const rights = ["sh", "-c", "grep -E '^Cap(Prm|Eff|Amb)' /proc/self/status >&2; exit 1"];
  const channel = command(
    { name: "run", kind: "command", from: "ticket", timeout: 20_000, command: rights },
    { env: { PATH: process.env.PATH }, version: "0" },
  );
  const attempt = { now: 0, signal: new AbortController().signal };
  const outcome = await channel.deliver({ id: "1", kind: "test" }, attempt);
  const own = readFileSync("/proc/self/status", "latin1").match(/^CapAmb:.*/m)[0];
  console.log(JSON.stringify({ own, because: outcome.because }));
`;

test("a command gets none of the capabilities that descry has as a service", (context) => {
  if (process.getuid?.() !== 0) return context.skip("only root may become a service of another user");
  const rights = [`--inh-caps=+${HELD}`, `--ambient-caps=+${HELD}`];
  const become = [`--reuid=${UID}`, `--regid=${UID}`, "--clear-groups", ...rights];
  const readable = spawnSync("setpriv", [...become, "test", "-r", fileURLToPath(CHANNEL)]);
  if (readable.status !== 0) return context.skip("needs setpriv(1), and sources that others may read");
  const node = [process.execPath, "--disable-warning=ExperimentalWarning", "--input-type=module"];
  const { stdout, stderr } = spawnSync("setpriv", [...become, ...node, "--eval", DELIVERY], {
    encoding: "utf8",
  });
  assert.equal(stderr, "");
  const { own, because } = JSON.parse(stdout) as { own: string; because: string };
  assert.match(own, /CapAmb:\s+0*400$/, "the one who delivers has it");
  assert.match(because, /CapPrm: 0{16} CapEff: 0{16} CapAmb: 0{16}$/);
});

test("where there is nothing to give up, the command is started by itself", () => {
  assert.deepEqual(withoutRights(["/usr/bin/logger", "-t", "x"]), ["/usr/bin/logger", "-t", "x"]);
});
