// The Node service that asks another one over HTTP, for tests and for the runner.
import { join } from "node:path";
import { asProgram, startServed, type Served, type ServedOptions } from "../served.ts";
import { startUpstream } from "../upstream-start.ts";

/**
 * leak: `new http.Agent({ keepAlive: true })` for each report, whose answer is read: the connection stays idle with an agent that nobody has.
 * unread: one agent, but an error's page is never read. healthy: one agent, and everything is read.
 */
export const NODE_KEEPALIVE_MANNERS = ["leak", "unread", "healthy"] as const;

export function startNodeKeepalive({
  manner,
  rate = 60,
}: ServedOptions<(typeof NODE_KEEPALIVE_MANNERS)[number]>): Promise<Served> {
  return startServed("node-keepalive", async (folder, children) => {
    const upstream = await startUpstream(folder, children);
    const program = await asProgram(
      join(import.meta.dirname, "service.ts"),
      folder,
      `node-keepalive-${manner}`,
    );
    return [process.execPath, program, manner, String(rate), upstream];
  });
}
