import assert from "node:assert/strict";
import { unpacked } from "../fixtures/proc/unpacked.ts";
import { type ChildProcess, spawn } from "node:child_process";
import readline from "node:readline";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { SYSTEM_CLOCK } from "../../src/kernel/procfs/clock.ts";
import { openProcfs, type ProcfsOptions } from "../../src/kernel/procfs/source.ts";
import type { ExitFact, Fact, FactSource, PulseFact, ProcessFact } from "../../src/model/facts.ts";
import type { SocketFact } from "../../src/model/socket-facts.ts";

/** Real processes, started here, seen through the real kernel. Every wait is for a condition. */
const PATIENCE_MS = 30_000;

/** A process that does as it is told: one JSON array a line, the answer on one line. */
const ACTOR = `
const fs = require("node:fs"), net = require("node:net");
const kept = new Map();
const ready = (name, it, event) => new Promise((yes, no) => { kept.set(name, it); it.once(event, yes).once("error", no); });
const acts = {
  open: (path) => fs.openSync(path, "a"),
  close: (fd) => fs.closeSync(fd),
  unlink: (path) => fs.unlinkSync(path),
  reopen: (fd, path) => { fs.closeSync(fd); const got = fs.openSync(path, "a"); return got; },
  async listen(name, at) {
    const server = net.createServer({ allowHalfOpen: true }, (s) => kept.set(name + " accepted", s.on("error", () => {})));
    const listening = ready(name, server, "listening");
    server.listen(at);
    await listening;
    return server.address();
  },
  async connect(name, at) { const s = net.connect({ ...at, allowHalfOpen: true }); await ready(name, s, "connect"); s.on("error", () => {}); s.pause(); return s.address(); },
  end: (name) => { kept.get(name).end(); },
  destroy: (name) => { kept.get(name).destroy?.(); kept.get(name).close?.(); },
  has: (name) => kept.has(name),
  exec: (file, args) => { process.removeAllListeners("warning"); process.execve(file, args, process.env); },
};
require("node:readline").createInterface({ input: process.stdin }).on("line", async (line) => {
  const [act, ...args] = JSON.parse(line);
  try { console.log(JSON.stringify({ value: await acts[act](...args) ?? null })); }
  catch (error) { console.log(JSON.stringify({ error: String(error) })); }
}).on("close", () => process.exit());
`;

export class Actor {
  readonly pid: number;
  private readonly child: ChildProcess;
  private readonly answers: AsyncIterator<string>;

  constructor(context: TestContext) {
    const child = spawn(process.execPath, ["--no-warnings", "-e", ACTOR], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    assert.ok(child.pid !== undefined && child.stdout !== null);
    this.pid = child.pid;
    this.child = child;
    this.answers = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    context.after(() => void child.kill("SIGKILL"));
  }

  async do<T = null>(...act: unknown[]): Promise<T> {
    this.tell(...act);
    const line = await this.answers.next();
    assert.ok(line.done !== true, "the actor has gone");
    const answer: { value: T; error?: string } = JSON.parse(line.value);
    assert.equal(answer.error, undefined);
    return answer.value;
  }

  tell(...act: unknown[]): void {
    this.child.stdin?.write(`${JSON.stringify(act)}\n`);
  }

  async kill(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGKILL");
    await gone;
  }
}

/** A stopwatch that stands still: readings cost nothing, so that none is put off. */
const UNTIMED = { ...SYSTEM_CLOCK, stopwatch: () => 0 };

/** Reads the kernel and keeps what the facts say. */
export class Eyes {
  readonly facts: Fact[] = [];
  private source: FactSource = openProcfs({ clock: UNTIMED });
  private readonly pids: Set<number>;

  constructor(...pids: number[]) {
    this.pids = new Set(pids);
  }

  /** Reads with these options. */
  static by(options: ProcfsOptions, ...pids: number[]): Eyes {
    const eyes = new Eyes(...pids);
    eyes.source = openProcfs({ clock: UNTIMED, ...options });
    return eyes;
  }

  async look(): Promise<readonly Fact[]> {
    const facts = await this.source.read({ pids: this.pids });
    assert.ok(facts !== null);
    const said = unpacked(facts.facts);
    this.facts.push(...said);
    return said;
  }

  /** Looks until `seen` gives something. */
  async until<T>(
    what: string,
    seen: () => T | undefined | false | Promise<T | undefined | false>,
  ): Promise<T> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      await this.look();
      const value = await seen();
      if (value !== undefined && value !== false) return value;
      assert.ok(Date.now() < end, `not seen: ${what}`);
      await sleep(20);
    }
  }

  of<K extends Fact["fact"]>(kind: K): Extract<Fact, { fact: K }>[] {
    return this.facts.filter((fact): fact is Extract<Fact, { fact: K }> => fact.fact === kind);
  }

  /** Number and link of what a process has open, by the listings so far. */
  open(pid: number): Map<number, string> {
    const open = new Map<number, string>();
    for (const listing of this.of("listing")) {
      if (listing.pid !== pid) continue;
      for (const number of listing.closed) assert.ok(open.delete(number), `${number} closed and not open`);
      for (const [number, link] of [...listing.opened, ...(listing.renamed ?? [])]) open.set(number, link);
    }
    return open;
  }

  process(pid: number): ProcessFact | undefined {
    return this.of("process").findLast((fact) => fact.pid === pid);
  }

  pulse(pid: number): PulseFact | undefined {
    return this.of("pulse").findLast((fact) => fact.pid === pid);
  }

  exit(pid: number): ExitFact | undefined {
    return this.of("exit").find((fact) => fact.pid === pid);
  }

  /** The sockets that are in a table, newest word first. */
  sockets(): SocketFact[] {
    const now = new Map<number, SocketFact>();
    for (const fact of this.facts) {
      if (fact.fact === "socket") now.set(fact.inode, fact);
      else if (fact.fact === "socket-gone") now.delete(fact.inode);
    }
    return [...now.values()];
  }

  /** The socket of a process with this local address. */
  socket(pid: number, local: string, remote?: string): SocketFact | undefined {
    const links = new Set(this.open(pid).values());
    return this.sockets().find(
      (one) =>
        one.local === local &&
        (remote === undefined || one.remote === remote) &&
        links.has(`socket:[${one.inode}]`),
    );
  }
}
