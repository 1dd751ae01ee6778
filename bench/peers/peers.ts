// Other ways to learn what is open: programs that people use for it, and the least that listing can cost.
import { execFile } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import type { Scratch } from "../../lab/scratch.ts";
import { median } from "../figures.ts";
import type { QuietHost } from "../quiet-host.ts";

const run = promisify(execFile);
const TIMED = join(import.meta.dirname, "timed.py");
const BARE = join(import.meta.dirname, "bare.c");
/** Each after a second of rest, as the pulse has it: by then other work has taken the caches. */
const ROUNDS = 5;
const COUNTING_ROUNDS = 30;

export interface Peer {
  readonly name: string;
  /** Median seconds on the clock. */
  readonly wall: number;
  /** Median CPU seconds; null where it works alone on one thread without waiting, so that both are the same. */
  readonly cpu: number | null;
  /** The target is about this one. */
  readonly judged: boolean;
}

export interface Peers {
  readonly peers: readonly Peer[];
  readonly skipped: readonly string[];
}

export async function measurePeers(host: QuietHost, scratch: Pick<Scratch, "path">): Promise<Peers> {
  const peers: Peer[] = [];
  const skipped: string[] = [];
  if (await isThere("lsof")) {
    peers.push(await program("lsof -nP", ["lsof", "-nP"], host.descriptors, true));
  } else {
    skipped.push("lsof: it is not installed");
  }
  const ls = ["sh", "-c", "ls -l /proc/[0-9]*/fd"];
  peers.push(await program("ls -l /proc/[0-9]*/fd", ls, host.descriptors));
  peers.push(await listingInNode(host.descriptors));
  if (await isThere("gcc")) peers.push(...(await bare(host.descriptors, scratch)));
  else skipped.push("listing and counting in bare C: gcc is not installed");
  return { peers, skipped };
}

async function isThere(command: string): Promise<boolean> {
  return run("sh", ["-c", 'command -v "$1"', "sh", command]).then(
    () => true,
    () => false,
  );
}

async function program(
  name: string,
  command: readonly string[],
  descriptors: number,
  judged = false,
): Promise<Peer> {
  const { stdout } = await run("/usr/bin/python3", [TIMED, String(ROUNDS), ...command]);
  const said = JSON.parse(stdout) as { lines: number; rounds: { wall: number; cpu: number }[] };
  expectAll(name, said.lines, descriptors);
  const [wall, cpu] = [
    median(said.rounds.map((round) => round.wall)),
    median(said.rounds.map((round) => round.cpu)),
  ];
  return { name, wall, cpu, judged };
}

async function listingInNode(descriptors: number): Promise<Peer> {
  const name = "Listing and readlink in Node";
  expectAll(name, listAll(), descriptors);
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await pause(1000);
    const from = performance.now();
    listAll();
    seconds.push((performance.now() - from) / 1000);
  }
  return { name, wall: median(seconds), cpu: null, judged: false };
}

function listAll(): number {
  let met = 0;
  for (const process of readdirSync("/proc")) {
    if (!/^[1-9]/.test(process)) continue;
    const folder = `/proc/${process}/fd`;
    for (const name of ifThere(() => readdirSync(folder)) ?? []) {
      if (ifThere(() => readlinkSync(`${folder}/${name}`)) !== null) met += 1;
    }
  }
  return met;
}

/** Null for what ended between two reads. */
function ifThere<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

async function bare(descriptors: number, scratch: Pick<Scratch, "path">): Promise<Peer[]> {
  const compiled = join(scratch.path, "bare");
  await run("gcc", ["-O2", "-Wall", "-o", compiled, BARE]);
  const measure = async (name: string, what: "count" | "list", rounds: number): Promise<Peer> => {
    const { stdout } = await run(compiled, [what, String(rounds)]);
    const [met = 0, ...seconds] = JSON.parse(stdout) as number[];
    expectAll(name, met, descriptors);
    return { name, wall: median(seconds), cpu: null, judged: false };
  };
  return [
    await measure("Listing and readlink in bare C", "list", ROUNDS),
    await measure("Counting as the pulse does in bare C", "count", COUNTING_ROUNDS),
  ];
}

function expectAll(name: string, met: number, descriptors: number): void {
  if (met < descriptors) throw new Error(`${name} met ${met} descriptors, and there are ${descriptors}`);
}
