// The Python worker on Redis, for tests and for the runner.
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { startChild, type Child } from "../child.ts";
import { asProgram, startServed, type Served, type ServedOptions } from "../served.ts";
import { freePort, until } from "../wait.ts";

/** Both have healthy cycles. leak: the connection of a job that fails is never closed. healthy: as many fail, and it is. */
export const PYTHON_QUEUE_MANNERS = ["leak", "healthy"] as const;

export const PYTHON_QUEUE_PACKAGES = ["redis-server", "python3-redis"];

export function startPythonQueue({
  manner,
  rate = 60,
}: ServedOptions<(typeof PYTHON_QUEUE_MANNERS)[number]>): Promise<Served> {
  return startServed("python-queue", async (folder, children) => {
    const port = await startRedis(folder, children);
    children.push(
      startChild(
        "the producer",
        "/usr/bin/python3",
        [join(import.meta.dirname, "producer.py"), String(port), String(rate)],
        { log: join(folder, "producer.log") },
      ),
    );
    const batches = join(folder, "batches");
    await mkdir(batches);
    const program = await asProgram(join(import.meta.dirname, "worker.py"), folder, `python-queue-${manner}`);
    return ["/usr/bin/python3", program, manner, String(port), batches];
  });
}

/** A Redis of its own: free port, loopback only, nothing on disk, none of the host's configuration. */
async function startRedis(folder: string, children: Child[]): Promise<number> {
  const program = "/usr/bin/redis-server";
  if (!existsSync(program))
    throw new Error(`${program} is missing: apt-get install ${PYTHON_QUEUE_PACKAGES.join(" ")}`);
  const port = await freePort();
  const settings = ["--bind", "127.0.0.1", "--port", String(port), "--dir", folder, "--save", ""];
  const redis = startChild("redis-server", program, [...settings, "--appendonly", "no"], {
    log: join(folder, "redis.log"),
  });
  children.push(redis);
  await until("Redis to answer", () => answers(port), { needs: [redis] });
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("PING\r\n"));
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => end(false));
    socket.once("data", (answer) => end(answer.toString().startsWith("+PONG")));
    socket.once("error", () => end(false));
  });
}
