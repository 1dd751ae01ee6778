import { FIGURES, type ListedFolders, type ListingAddon, REASONS } from "./addon.ts";
import type { Changes, MissedSockets } from "./descriptors.ts";
import type { OwnFolder } from "./file-lister.ts";
import { mayHold } from "./fdinfo/holders.ts";
import { SEED } from "./link.ts";
import type { Listed, Lister } from "./lister.ts";
import { PackedOpenings, PackedTexts } from "./packed-openings.ts";
import type { WatchedProcess } from "./process.ts";
import type { Slices } from "./slices.ts";

/** One piece of work has so many descriptors or processes, whichever comes first ... */
const BATCH_DESCRIPTORS = 2000;
const BATCH_PROCESSES = 64;
/** ... and so many are under way at a time, so that one is read while the one before it becomes facts. */
const UNDER_WAY = 2;

interface Batch {
  readonly processes: readonly WatchedProcess[];
  readonly listed: Promise<ListedFolders>;
}

/**
 * Lists in the C addon, off the main thread. What changed stays packed until the census takes it. 100,000
 * descriptors in 200 processes, every link of them: 0.22 s on the clock and 0.35 s of CPU, beside 0.25 s of
 * bench/peers/bare.c (Linux 6.18, two cores).
 */
export class AddonLister implements Lister {
  private readonly addon: ListingAddon;
  private readonly own: OwnFolder;

  constructor(addon: ListingAddon, own: OwnFolder) {
    this.addon = addon;
    this.own = own;
  }

  async *list(
    due: Iterable<WatchedProcess>,
    now: number,
    missed: MissedSockets,
    slices: Slices,
  ): AsyncGenerator<Listed> {
    const next = due[Symbol.iterator]();
    const pairs = pairsOf(missed);
    const underWay: Batch[] = [];
    for (;;) {
      while (underWay.length < UNDER_WAY) {
        const processes = takeBatch(next);
        if (processes.length === 0) break;
        underWay.push({ processes, listed: this.start(processes, now, pairs) });
      }
      const batch = underWay.shift();
      if (batch === undefined) return;
      const listed = await batch.listed;
      if (slices.over()) await slices.rest();
      yield* new Unpacking(batch.processes, listed).all();
    }
  }

  private start(
    processes: readonly WatchedProcess[],
    now: number,
    missed: Float64Array,
  ): Promise<ListedFolders> {
    return this.addon.listFolders(
      processes.map((process) => process.folder),
      processes.map((process) => process.descriptors),
      processes.findIndex((process) => process.pid === this.own.pid),
      this.own.hidden,
      now,
      missedSince(missed, Math.min(...processes.map((process) => process.listedAt))),
      SEED,
    );
  }
}

function pairsOf(missed: MissedSockets): Float64Array {
  const pairs = new Float64Array(2 * missed.size);
  let length = 0;
  for (const [inode, at] of missed) {
    pairs[length++] = inode;
    pairs[length++] = at;
  }
  return pairs;
}

/** What was missed before the last listing was looked at in that. */
function missedSince(pairs: Float64Array, since: number): Float64Array {
  let kept = 0;
  const later = new Float64Array(pairs.length);
  for (let at = 0; at < pairs.length; at += 2) {
    if ((pairs[at + 1] ?? 0) < since) continue;
    later[kept++] = pairs[at] ?? 0;
    later[kept++] = pairs[at + 1] ?? 0;
  }
  return later.subarray(0, kept);
}

function takeBatch(next: Iterator<WatchedProcess>): WatchedProcess[] {
  const batch: WatchedProcess[] = [];
  let descriptors = 0;
  while (descriptors < BATCH_DESCRIPTORS && batch.length < BATCH_PROCESSES) {
    const { value, done } = next.next();
    if (done === true) break;
    batch.push(value);
    descriptors += Math.max(0, value.open);
  }
  return batch;
}

/** What the addon packed, process by process. */
class Unpacking {
  private readonly processes: readonly WatchedProcess[];
  private readonly listed: ListedFolders;
  private readonly texts: PackedTexts;
  private openedAt = 0;
  private closedAt = 0;
  private renamedAt = 0;

  constructor(processes: readonly WatchedProcess[], listed: ListedFolders) {
    this.processes = processes;
    this.listed = listed;
    this.texts = new PackedTexts(listed);
  }

  *all(): Generator<Listed> {
    for (const [at, process] of this.processes.entries()) {
      const [reason = 0, opened = 0, closed = 0, renamed = 0, length = 0, seconds = 0] =
        this.listed.figures.subarray(at * FIGURES, (at + 1) * FIGURES);
      process.descriptors.length = length;
      const refused = REASONS[reason] ?? null;
      const outcome = refused === null ? this.changes(opened, closed, renamed) : { reason: refused };
      yield { process, outcome, seconds };
    }
  }

  private changes(openings: number, closings: number, renamings: number): Changes {
    const { openedAt, closedAt, renamedAt, listed, texts } = this;
    this.openedAt += openings;
    this.closedAt += closings;
    this.renamedAt += renamings;
    const opened = new PackedOpenings(listed.opened, listed.openedTexts, texts);
    const renamed = new PackedOpenings(listed.renamed, listed.renamedTexts, texts);
    const own = opened.slice(openedAt, this.openedAt);
    return {
      opened: own,
      closed: [...listed.closed.subarray(closedAt, this.closedAt)],
      renamed: [...renamed.slice(renamedAt, this.renamedAt)],
      holding: own.anonymous(mayHold),
    };
  }
}
