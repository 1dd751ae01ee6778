import { isAscii } from "node:buffer";
import type { Opening } from "../../model/facts.ts";
import { FIGURES, type ListedFolders, type ListingAddon, REASONS } from "./addon.ts";
import type { Changes, MissedSockets } from "./descriptors.ts";
import type { OwnFolder } from "./file-lister.ts";
import { linkText, SEED } from "./link.ts";
import type { Listed, Lister } from "./lister.ts";
import type { WatchedProcess } from "./process.ts";
import type { Slices } from "./slices.ts";

/** One piece of work has so many descriptors or processes, whichever comes first ... */
const BATCH_DESCRIPTORS = 2000;
const BATCH_PROCESSES = 64;
/** ... and so many are under way at a time, so that one is read while the one before it becomes facts. */
const UNDER_WAY = 2;
/** Openings between two looks at the clock. */
const STEP = 256;

interface Batch {
  readonly processes: readonly WatchedProcess[];
  readonly listed: Promise<ListedFolders>;
}

/**
 * Lists in the C addon, off the main thread, which only makes facts of what changed. 106,000 descriptors in 260
 * processes, every link of them: 0.25 to 0.32 s of CPU in C, as much as bench/peers/bare.c beside it (0.27 to 0.31 s),
 * and 0.1 s on the main thread in slices, half of it collecting garbage (Linux 6.18, two cores).
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
      yield* new Unpacking(batch.processes, listed, slices).all();
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

/** Facts from what the addon packed. */
class Unpacking {
  private readonly processes: readonly WatchedProcess[];
  private readonly listed: ListedFolders;
  private readonly slices: Slices;
  private readonly bytes: Buffer;
  private readonly ascii: boolean;
  /** Texts that were asked for: many descriptors share one. */
  private readonly texts: (string | undefined)[] = [];
  private openedAt = 0;
  private closedAt = 0;
  private renamedAt = 0;

  constructor(processes: readonly WatchedProcess[], listed: ListedFolders, slices: Slices) {
    this.processes = processes;
    this.listed = listed;
    this.slices = slices;
    this.bytes = Buffer.from(listed.texts.buffer, listed.texts.byteOffset, listed.texts.length);
    this.ascii = isAscii(this.bytes);
  }

  async *all(): AsyncGenerator<Listed> {
    for (const [at, process] of this.processes.entries()) {
      const [reason = 0, opened = 0, closed = 0, renamed = 0, length = 0, seconds = 0] =
        this.listed.figures.subarray(at * FIGURES, (at + 1) * FIGURES);
      process.descriptors.length = length;
      const refused = REASONS[reason] ?? null;
      const outcome = refused === null ? await this.changes(opened, closed, renamed) : { reason: refused };
      yield { process, outcome, seconds };
    }
  }

  private async changes(opened: number, closed: number, renamed: number): Promise<Changes> {
    const { listed } = this;
    const changes: Changes = {
      opened: await this.openings(listed.opened, listed.openedTexts, this.openedAt, opened),
      closed: [...listed.closed.subarray(this.closedAt, this.closedAt + closed)],
      renamed: await this.openings(listed.renamed, listed.renamedTexts, this.renamedAt, renamed),
    };
    this.openedAt += opened;
    this.closedAt += closed;
    this.renamedAt += renamed;
    return changes;
  }

  private async openings(
    numbers: Int32Array,
    texts: Int32Array,
    from: number,
    count: number,
  ): Promise<Opening[]> {
    const openings: Opening[] = [];
    for (let at = from; at < from + count; at++) {
      if (at % STEP === 0 && this.slices.over()) await this.slices.rest();
      openings.push([numbers[at] ?? 0, this.text(texts[at] ?? 0)]);
    }
    return openings;
  }

  private text(index: number): string {
    const known = this.texts[index];
    if (known !== undefined) return known;
    const from = index === 0 ? 0 : (this.listed.textEnds[index - 1] ?? 0);
    const raw = this.bytes.toString("latin1", from, this.listed.textEnds[index] ?? from);
    const text = this.ascii ? raw : linkText(raw);
    this.texts[index] = text;
    return text;
  }
}
