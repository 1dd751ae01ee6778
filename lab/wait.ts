// Labs and tests wait for conditions, never for times.
import { readFileSync } from "node:fs";
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

/**
 * A loopback port that was free a moment ago, below those that the kernel gives to connections: there nobody takes it before the
 * program that is to listen on it does.
 */
export async function freePort(): Promise<number> {
  const lowest = Number(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split("\t")[0]);
  for (let attempt = 0; attempt < 50 && lowest > FIRST_PORT; attempt++) {
    const port = await listenable(FIRST_PORT + Math.floor(Math.random() * (lowest - FIRST_PORT)));
    if (port !== null) return port;
  }
  const port = await listenable(0);
  if (port === null) throw new Error("no port of the loopback address is free");
  return port;
}

/** Above those of well-known servers. */
const FIRST_PORT = 12_000;

/** The port, which the kernel chooses for 0; null when it is taken. */
function listenable(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : null));
    });
  });
}
