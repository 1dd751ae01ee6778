// What a real process has open, as the agent tells it to whoever asks.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { makeScratch, type Scratch } from "../../lab/scratch.ts";
import { until } from "../../lab/wait.ts";
import type { DescriptorsAnswer } from "../../src/server/api.ts";
import { AgentProgram } from "./agent-program.ts";

/**
 * Holds a file, a listener, and a connection to it with both ends, one with bytes that nobody reads; opens 20 pipes, which
 * are 40 descriptors, when it is told to.
 */
const HOLDER = `import os, socket, sys, time
file = open(sys.argv[1], "w")
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
accepted, _ = server.accept()
client.sendall(b"nobody reads this")
print(server.getsockname()[1], client.getsockname()[1], flush=True)
sys.stdin.readline()
pipes = [os.pipe() for _ in range(20)]
print("opened", flush=True)
time.sleep(600)
`;

describe("descry agent: the descriptors of a process", () => {
  let scratch: Scratch;
  let agent: AgentProgram;
  let holder: ChildProcess;
  let held: string;
  let [port, other] = ["", ""];

  async function ask(query = ""): Promise<DescriptorsAnswer | null> {
    const { status, body } = await agent.get(`/api/v1/processes/${holder.pid}/descriptors${query}`);
    return status === 200 ? (JSON.parse(body) as DescriptorsAnswer) : null;
  }

  before(async () => {
    scratch = await makeScratch("descriptors");
    held = join(scratch.path, "held file");
    const program = join(scratch.path, "holder.py");
    writeFileSync(program, HOLDER);
    holder = spawn("python3", [program, held], { stdio: ["pipe", "pipe", "inherit"] });
    assert.ok(holder.stdout !== null);
    const [line] = (await once(holder.stdout, "data")) as [Buffer];
    [port = "", other = ""] = line.toString().trim().split(" ");
    agent = new AgentProgram(["--state-dir", join(scratch.path, "state")]);
  });

  after(async () => {
    holder.kill("SIGKILL");
    await agent.end();
    await scratch.remove();
  });

  test("are those that it has, with what each of them is", async () => {
    const answer = await until("a listing with what the tables say of its sockets", async () => {
      const found = await ask();
      return ["LISTEN 1", "ESTABLISHED 2"].every((wanted) =>
        found?.states.some(({ name, open }) => `${name} ${open}` === wanted),
      )
        ? found
        : null;
    });
    assert.deepEqual([answer.pid, answer.leftOut, answer.page.next], [holder.pid, 0, null]);
    assert.equal(answer.descriptors.length, answer.open);
    const file = answer.descriptors.find(({ path }) => path === held);
    assert.deepEqual([file?.kind, file?.openedAt], ["file", null]);
    const tcp = answer.descriptors.filter(({ kind }) => kind === "tcp");
    const ends = (local: string, peer: string | null, state: string): (typeof tcp)[number] | undefined =>
      tcp.find((one) => one.local === `127.0.0.1:${local}` && one.peer === peer && one.state === state);
    assert.ok(ends(port, null, "LISTEN") !== undefined);
    assert.equal(ends(other, `127.0.0.1:${port}`, "ESTABLISHED")?.unread, false);
    const accepted = ends(port, `127.0.0.1:${other}`, "ESTABLISHED");
    assert.deepEqual([accepted?.unread, accepted?.direction], [true, "inbound"]);
  });

  test("are chosen and put in order, and what it opens is dated", async () => {
    assert.ok(holder.stdout !== null && holder.stdin !== null);
    const opening = Date.now();
    holder.stdin.write("go\n");
    await once(holder.stdout, "data");
    const opened = Date.now();
    const answer = await until("the pipes", async () => {
      const found = await ask("?kind=pipe&sort=age&limit=25");
      return (found?.page.total ?? 0) >= 40 ? found : null;
    });
    assert.deepEqual([answer.descriptors.length, answer.page.next], [25, 25]);
    for (const { kind, openedAt } of answer.descriptors) {
      assert.equal(kind, "pipe");
      const at = Date.parse(openedAt ?? assert.fail("it was opened while it was watched"));
      assert.ok(at > opening - 5000 && at < opened + 5000, `${openedAt}`);
    }
    const none = await ask("?kind=pipe&olderThan=86400");
    assert.deepEqual(none?.descriptors, []);
  });

  test("are refused in words where there is none", async () => {
    holder.kill("SIGKILL");
    await until("it to be gone", async () => {
      const { status, body } = await agent.get(`/api/v1/processes/${holder.pid}/descriptors?limit=1`);
      return status === 404 && /There is no such process/.test(body);
    });
  });
});
