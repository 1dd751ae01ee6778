// What the tests of mkleak share: running a kind, and reading in /proc what it really holds.
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { readdir, readFile, readlink } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { startMkleak, type Mkleak, type MkleakOptions } from "../../lab/mkleak/start.ts";
import { until } from "../../lab/wait.ts";

export const asRoot = process.getuid?.() === 0 ? false : "needs root";

/** As `withMkleak`; a kind that this host refuses skips the test, in mkleak's own words. */
export async function wherePermitted(test: TestContext, running: Promise<void>): Promise<void> {
  try {
    await running;
  } catch (error) {
    const refused = /refused: .*/.exec(error instanceof Error ? error.message : "");
    if (refused === null) throw error;
    test.skip(refused[0]);
  }
}

export async function withMkleak(
  kind: string,
  options: MkleakOptions,
  look: (mkleak: Mkleak) => Promise<void>,
): Promise<void> {
  const mkleak = await startMkleak(kind, { forSeconds: 60, ...options });
  try {
    await look(mkleak);
  } finally {
    await mkleak.stop();
  }
  await allGone([mkleak.pid, ...mkleak.children]);
}

/** The descriptors listed lie between its counts before and after; a handful must be there first. `matching` of the links are as many. */
export async function agreesWithProc(mkleak: Mkleak, matching = /^/): Promise<void> {
  await until("thirty openings", async () => (await mkleak.report()).opens >= 30);
  const before = await mkleak.report();
  const links = await linksOf(`/proc/${mkleak.pid}/fd`);
  const after = await mkleak.report();
  const listed = links.length - mkleak.descriptors;
  // One opening may be under way: a pair, or a socket that is not counted before it is connected.
  assert.ok(
    before.kept <= listed && listed <= after.kept + 3,
    `${before.kept} <= ${listed} <= ${after.kept} + 3`,
  );
  const alike = links.filter((link) => matching.test(link)).length;
  assert.ok(alike >= before.kept, `${alike} of ${before.kept} are ${matching}: ${links.join(" ")}`);
}

/** What each descriptor of a folder such as /proc/PID/fd is; "" for one that has just gone. */
export async function linksOf(folder: string): Promise<string[]> {
  const numbers = await readdir(folder);
  return Promise.all(numbers.map((number) => readlink(`${folder}/${number}`).catch(() => "")));
}

export function socketInodes(links: readonly string[]): Set<string> {
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

/** Where the inode stands in a row of /proc/PID/net/TABLE. */
const INODE_COLUMN = { tcp: 9, udp: 9, raw: 9, packet: 8, netlink: 9, unix: 6 } as const;
export type Table = keyof typeof INODE_COLUMN;
export const TABLES = Object.keys(INODE_COLUMN) as readonly Table[];

/** How many sockets of the process have a row in the table of its network namespace. */
export async function rowsOf(pid: number, table: Table = "tcp"): Promise<number> {
  const inodes = socketInodes(await linksOf(`/proc/${pid}/fd`));
  const rows = (await readFile(`/proc/${pid}/net/${table}`, "utf8")).split("\n").slice(1);
  return rows.filter((row) => inodes.has(row.trim().split(/\s+/)[INODE_COLUMN[table]] ?? "none")).length;
}

/** Rows of the TCP tables with this remote address ("127.0.0.1:3306") and state, as the kernel writes it; Java's sockets are IPv6 ones. */
export function rowsTowards(address: string, state: string, folder = "/proc/net"): Promise<number> {
  return rowsAt(2, address.split(":")[1] ?? "", state, folder);
}

/** Rows with this local port: the server's end. */
export function rowsFrom(port: string, state: string): Promise<number> {
  return rowsAt(1, port, state, "/proc/net");
}

async function rowsAt(column: 1 | 2, port: string, state: string, folder: string): Promise<number> {
  const hexadecimal = Number(port).toString(16).toUpperCase().padStart(4, "0");
  const addresses = new Set([`0100007F:${hexadecimal}`, `0000000000000000FFFF00000100007F:${hexadecimal}`]);
  const tables = await Promise.all(["tcp", "tcp6"].map((name) => readFile(`${folder}/${name}`, "utf8")));
  const rows = tables.flatMap((table) => table.split("\n").map((row) => row.trim().split(/\s+/)));
  return rows.filter((row) => addresses.has(row[column] ?? "") && row[3] === state).length;
}

/** What a program says first; throws when it ends before. */
export function firstLineOf(program: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    program.once("exit", (code) => reject(new Error(`it ended with ${code} and said nothing`)));
    if (program.stdout !== null) createInterface(program.stdout).once("line", resolve);
  });
}

export async function allGone(pids: readonly number[]): Promise<void> {
  await until(`the end of ${pids.join(", ")}`, () => pids.every(hasEnded));
}

/** Also one that nobody has waited for: the first process of a container need not wait for those it is left with. */
function hasEnded(pid: number): boolean {
  try {
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return true;
  }
}
