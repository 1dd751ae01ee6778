// How much memory a very crowded host takes, and how long it takes to learn of it.
import type { Scratch } from "../lab/scratch.ts";
import { runAsDescry } from "./as-descry.ts";
import type { LedgerCosts } from "./children/ledger.ts";
import type { Measurement } from "./figures.ts";
import { startLoadMeter } from "./machine.ts";

const PROCESSES = 200;
const DESCRIPTORS_EACH = 5000;
const QUIET_SECONDS = 10;

export async function measureLedger(scratch: Pick<Scratch, "path">): Promise<Measurement> {
  const load = startLoadMeter();
  const take = (...args: readonly number[]) =>
    runAsDescry<LedgerCosts>(scratch, { script: "ledger", args: args.map(String) });
  // Compiles it.
  await take(1, 1, 0);
  const { taking, descriptors, before, full, after } = await take(PROCESSES, DESCRIPTORS_EACH, QUIET_SECONDS);
  const grown = after.resident - before.resident;
  return {
    title: `${descriptors.toLocaleString("en")} descriptors in the ledger`,
    how: [
      `Facts of ${PROCESSES} processes with ${DESCRIPTORS_EACH.toLocaleString("en")} descriptors each, made in the same process one tick a process: 20 % TCP connections with a row and an address of their own, 12 % unix sockets with a row, 18 % files with a path of their own each, 16 % pipes, the rest without an inode.`,
      `Memory is VmRSS and VmHWM of the whole process, Node with its flags and precompiled code as bin/descry runs it, after ${QUIET_SECONDS} s of ticks in which nothing moved; at once: without those. Taking them: into census and ledger, and judged.`,
    ],
    commands: [],
    ratios: [],
    ratiosOf: "",
    figures: [
      {
        name: "Resident memory of the whole process",
        value: after.resident / 1e6,
        unit: "MB",
        goal: { atMost: 150 },
      },
      { name: "of it before the first descriptor", value: before.resident / 1e6, unit: "MB" },
      { name: "what the descriptors added", value: grown / 1e6, unit: "MB" },
      { name: "Resident memory at once", value: full.resident / 1e6, unit: "MB" },
      { name: "Resident memory, peak", value: after.peak / 1e6, unit: "MB" },
      { name: "Taking them, on the clock", value: taking.wall, unit: "s" },
      { name: "Taking them, CPU", value: taking.cpu, unit: "s" },
    ],
    skipped: [],
    load: load.words(),
  };
}
