// The Node service for tests and for the runner.
import { join } from "node:path";
import { startReporting, type Counts, type FirstLine, type Reporting } from "../reporting.ts";

/**
 * workers-leak: a worker thread for each piece of work, never terminated: an eventpoll, an eventfd, the two ends of a pipe, and where libuv
 * uses it an io_uring each. sockets-leak: a connection for each, asked once and never destroyed. workers, sockets: their healthy twins.
 */
export const NODE_MANNERS = ["workers-leak", "workers", "sockets-leak", "sockets"] as const;

export interface NodeServiceOptions {
  readonly manner: (typeof NODE_MANNERS)[number];
  /** Pieces of work a minute. */
  readonly rate?: number;
}

export function startNodeService(options: NodeServiceOptions): Promise<Reporting<FirstLine, Counts>> {
  const program = join(import.meta.dirname, "service.ts");
  return startReporting({
    name: `node ${options.manner}`,
    command: [process.execPath, program, options.manner, String(options.rate ?? 60)],
    asked: "line",
  });
}
