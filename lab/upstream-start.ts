// The HTTP server of the labs, for tests and for the runner.
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startChild, type Child } from "./child.ts";

/** Starts it, puts it among the children, waits until it listens; returns its address. */
export async function startUpstream(folder: string, children: Child[]): Promise<string> {
  const child = startChild("the HTTP server", process.execPath, [join(import.meta.dirname, "upstream.ts")], {
    log: join(folder, "upstream.log"),
    readable: true,
  });
  children.push(child);
  if (child.process.stdout === null) throw new Error("the HTTP server has no output");
  const ended = once(child.process, "exit").then(() => {
    throw new Error(child.gone() ?? "the HTTP server has ended");
  });
  const [port] = (await Promise.race([once(createInterface(child.process.stdout), "line"), ended])) as [
    string,
  ];
  return `127.0.0.1:${port}`;
}
