// Labs and tests wait for conditions, never for times.
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Child } from "./child.ts";

export interface WaitOptions {
  readonly timeoutSeconds?: number;
  readonly everyMs?: number;
  /** Children without which waiting is in vain. */
  readonly needs?: readonly Child[];
}

/** Ask until the answer is neither null nor false; throws a sentence when the time is over or a needed child is gone. */
export async function until<T>(
  what: string,
  ask: () => T | null | false | Promise<T | null | false>,
  options: WaitOptions = {},
): Promise<T> {
  const { timeoutSeconds = 30, everyMs = 50, needs = [] } = options;
  const end = performance.now() + timeoutSeconds * 1000;
  while (performance.now() < end) {
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
    for (const child of needs) {
      const gone = child.gone();
      if (gone !== null) throw new Error(`waited for ${what}, but ${gone}`);
    }
    await pause(everyMs);
  }
  throw new Error(`waited ${timeoutSeconds} s in vain for ${what}`);
}

/** A loopback port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address !== null
          ? resolve(address.port)
          : reject(new Error("no port")),
      );
    });
  });
}
