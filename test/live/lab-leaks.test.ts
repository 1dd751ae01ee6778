import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { until } from "../../lab/wait.ts";
import { needs } from "../needs.ts";
import {
  agreesWithProc,
  linksOf,
  rowsFrom,
  rowsOf,
  rowsTowards,
  TABLES,
  wherePermitted,
  withMkleak,
  type Table,
} from "./lab-mkleak.ts";

const KEEP = join(import.meta.dirname, "../../lab/keep.py");

/** What /proc/PID/fd shows of each kind, and in which table of the network namespace its sockets stand: "none" is in none. */
const SHOWN: Readonly<Record<string, { link: RegExp; table?: Table | "none" }>> = {
  unread: { link: /^socket:/, table: "tcp" },
  accepted: { link: /^socket:/, table: "tcp" },
  heartbeat: { link: /^socket:/, table: "tcp" },
  udp: { link: /^socket:/, table: "udp" },
  "udp-unbound": { link: /^socket:/, table: "none" },
  unix: { link: /^socket:/, table: "unix" },
  "unix-connected": { link: /^socket:/, table: "unix" },
  netlink: { link: /^socket:/, table: "netlink" },
  packet: { link: /^socket:/, table: "packet" },
  raw: { link: /^socket:/, table: "raw" },
  vsock: { link: /^socket:/, table: "none" },
  file: { link: /\/upload-\d+\.part$/ },
  "deleted-file": { link: /\/spool-\d+ \(deleted\)$/ },
  dup: { link: /\/one$/ },
  pipe: { link: /^pipe:\[/ },
  fifo: { link: /\/fifo-\d+$/ },
  memfd: { link: /^\/memfd:leaked \(deleted\)$/ },
  tty: { link: /^\/dev\/(ptmx|pts\/(ptmx|\d+))$/ },
  device: { link: /^\/dev\/(null|zero|urandom)$/ },
  eventfd: { link: /^anon_inode:\[eventfd\]$/ },
  eventpoll: { link: /^anon_inode:\[eventpoll\]$/ },
  timerfd: { link: /^anon_inode:\[timerfd\]$/ },
  signalfd: { link: /^anon_inode:\[signalfd\]$/ },
  fanotify: { link: /^anon_inode:\[fanotify\]$/ },
  pidfd: { link: /^(anon_inode:\[pidfd\]|pidfd:\[\d+\])$/ },
  bpf: { link: /^anon_inode:bpf-map$/ },
  userfaultfd: { link: /^anon_inode:\[userfaultfd\]$/ },
  namespace: { link: /^net:\[\d+\]$/ },
  io_uring: { link: /^anon_inode:\[io_uring\]$/ },
  bundle: { link: /^(socket:\[\d+\]|anon_inode:\[event(fd|poll)\])$/ },
};

describe("mkleak's leaks", { concurrency: 6 }, () => {
  for (const [kind, { link, table }] of Object.entries(SHOWN))
    test(`${kind}: its counts are those of /proc`, (t) =>
      wherePermitted(
        t,
        withMkleak(kind, { rate: 3000 }, async (mkleak) => {
          await agreesWithProc(mkleak, link);
          if (table === undefined) return;
          const { kept } = await mkleak.report();
          // Its standard output and error are unix sockets, made by Node.
          for (const known of TABLES) {
            const rows = await rowsOf(mkleak.pid, known);
            assert.ok(known === table ? rows >= kept : rows <= 2, `${rows} rows of ${kept} in ${known}`);
          }
        }),
      ));

  for (const [kind, state] of [
    ["tcp", "01"],
    ["close-wait", "08"],
    ["syn-sent", "02"],
  ] as const) {
    test(`${kind}: its counts are those of /proc, all in state ${state}`, () =>
      withMkleak(kind, { rate: 3000 }, async (mkleak) => {
        await agreesWithProc(mkleak, /^socket:/);
        const { kept } = await mkleak.report();
        await until(`${kept} rows`, async () => (await rowsTowards(mkleak.peer ?? "", state)) >= kept);
      }));
  }

  for (const manner of ["unconnected", "refused", "reset", "shut"]) {
    test(`ghost ${manner}: descriptors without a row in any table`, () =>
      withMkleak("ghost", { rate: 3000, more: ["--manner", manner] }, async (mkleak) => {
        await agreesWithProc(mkleak, /^socket:/);
        // The one that is being made at this instant may still have its row.
        await until("ghosts only", async () => (await rowsOf(mkleak.pid)) === 0);
      }));
  }

  test("inotify: every attempt is either kept or refused, never lost", () =>
    // EMFILE means either limit: the host's of instances may be high.
    withMkleak("inotify", { rate: 6000, limit: 160 }, async (mkleak) => {
      await until(
        "the host's limit of instances, or its own of descriptors",
        async () => (await mkleak.report()).errors?.["EMFILE"] !== undefined,
      );
      await agreesWithProc(mkleak, /^anon_inode:inotify$/);
    }));

  test("peer-changing: one peer after the other", () =>
    withMkleak("peer-changing", { rate: 3000, more: ["--period", "0.2s"] }, async (mkleak) => {
      assert.equal(mkleak.peers?.length, 5);
      const towards = (): Promise<number[]> =>
        Promise.all((mkleak.peers ?? []).map((peer) => rowsTowards(peer, "01")));
      await until("connections to all of them", async () => (await towards()).every((rows) => rows > 0));
      await agreesWithProc(mkleak, /^socket:/);
    }));

  for (const [manner, left] of [
    ["plain", 20],
    ["closing", 0],
  ] as const)
    test(`server, ${manner}: ${left} of 20 connections stay when their clients are gone`, () =>
      withMkleak("server", { more: ["--manner", manner] }, async (mkleak) => {
        const port = mkleak.peer?.split(":")[1] ?? "";
        await promisify(execFile)("/usr/bin/python3", [KEEP, "0", "0.1", "--port", port]);
        const { kept } = await until("twenty accepted", async () => {
          const report = await mkleak.report();
          return report.opened === 20 && report.kept === left && report;
        });
        const links = await linksOf(`/proc/${mkleak.pid}/fd`);
        assert.equal(links.length, mkleak.descriptors + kept);
        await until("no client left", async () => (await rowsFrom(port, "01")) === 0);
        assert.equal(await rowsFrom(port, "08"), left);
      }));

  test("heartbeat: each connection carries data again and again", { skip: needs("iproute2") }, () =>
    withMkleak("heartbeat", { rate: 600, more: ["--period", "1s"] }, async (mkleak) => {
      await until("three heartbeats on ten of them", async () => {
        const { stdout } = await promisify(execFile)("ss", ["-tinH", "dst", mkleak.peer ?? ""]);
        return (
          [...stdout.matchAll(/data_segs_out:(\d+)/g)].filter(([, sent]) => Number(sent) >= 3).length >= 10
        );
      });
    }),
  );

  test("past: silent once it is full, and tells its rate up to then", () =>
    withMkleak("past", { rate: 2400, limit: 60 }, async (mkleak) => {
      const report = await until("its limit", async () => {
        const now = await mkleak.report();
        assert.equal(typeof now.full === "number", now.errors !== undefined, "told as soon as it is so");
        return typeof now.full === "number" && now;
      });
      assert.deepEqual(report.errors, { EMFILE: 1 });
      const { opens, full = null, pastPerMinute = null, t } = report;
      assert.ok(full !== null && full <= t, JSON.stringify(report));
      // It may have been late, which its own clock tells; never early.
      assert.ok(Math.abs((pastPerMinute ?? 0) - (opens * 60) / full) < 1, JSON.stringify(report));
      assert.ok(opens > 30 && opens <= 40 * full, JSON.stringify(report));
      const numbers = (await readdir(`/proc/${mkleak.pid}/fd`)).map(Number);
      assert.equal(numbers.filter((number) => number < 60).length, 60, numbers.join(" "));
      assert.equal(await rowsTowards(mkleak.peer ?? "", "01"), report.kept);
      // Had it gone on trying, it would have been refused again.
      await until("a second of silence", async () => (await mkleak.report()).t > (report.full ?? 0) + 1);
      assert.deepEqual((await mkleak.report()).errors, { EMFILE: 1 });
    }));

  test("at its limit: goes on, and counts EMFILE", () =>
    withMkleak("file", { rate: 6000, limit: 40 }, async (mkleak) => {
      await until("EMFILE", async () => (await mkleak.report()).errors?.["EMFILE"] !== undefined);
      // Inherited ones may be numbered above the limit; EMFILE is about the numbers below it.
      const numbers = (await readdir(`/proc/${mkleak.pid}/fd`)).map(Number);
      assert.equal(numbers.filter((number) => number < 40).length, 40, numbers.join(" "));
    }));

  test("even spacing does not drift", () =>
    withMkleak("eventfd", { rate: 1200 }, async (mkleak) => {
      // On a busy host one may be late; had it drifted, it would not be back where it should be.
      await until("forty openings and more, in time", async () => {
        const { opens, t } = await mkleak.report();
        return t >= 2 && Math.abs(opens - t * 20) <= 1;
      });
    }));

  test("bundle: as many of each kind", () =>
    withMkleak("bundle", { rate: 3000 }, async (mkleak) => {
      await until("thirty clients", async () => (await mkleak.report()).opens >= 30);
      const { opens } = await mkleak.report();
      const links = await linksOf(`/proc/${mkleak.pid}/fd`);
      for (const kind of [/^socket:/, /eventfd/, /eventpoll/])
        assert.ok(links.filter((link) => kind.test(link)).length >= opens, `${kind} of ${opens}`);
    }));
});
