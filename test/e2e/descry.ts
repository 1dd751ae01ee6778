import { spawn } from "node:child_process";
import type { DescryEvent } from "../../src/model/events.ts";
import { DESCRY } from "../program.ts";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** How long it ran. */
  readonly seconds: number;
}

/** Runs the program as a person would, and waits for its end. */
export async function descry(...args: string[]): Promise<Ended> {
  const began = performance.now();
  const child = spawn(DESCRY, args, { stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once("close", resolve).once("error", reject),
  );
  return { code, stdout, stderr, seconds: (performance.now() - began) / 1000 };
}

export function eventsOf({ stdout }: Ended): DescryEvent[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as DescryEvent);
}
