import { type Baselines, NOTHING_LEARNED } from "../model/baselines.ts";
import type { GapEvent } from "../model/events.ts";
import type { BaselineFile } from "../store/baselines.ts";
import type { Notice } from "../store/read-baselines.ts";
import type { Tick } from "./observe.ts";

/** Seconds of the host's clock between two writings: so much learning a kill may cost. */
const SAVE_EVERY = 300;

export interface MemoryOrder {
  readonly folder: string;
  /** The user named it, so it is made when it is to be written to. */
  readonly named: boolean;
  readonly writes: boolean;
  /** The program with its version. */
  readonly writtenBy: string;
}

/** What outlives this program: what was learned before, and where what is learned now is kept. */
export interface Memory {
  readonly learned: Baselines;
  /** Another process keeps the folder: what is learned here is not kept while it does. */
  readonly keptElsewhere: boolean;
  /** Takes note of a tick, keeps what was learned now and then, and gives what is to be said meanwhile. Never waits. */
  note(tick: Tick): readonly GapEvent[];
  /** Keeps what was learned up to the last tick; gives what is still to be said. */
  end(): Promise<readonly GapEvent[]>;
}

/**
 * Opens the state folder. A folder that nobody named and that is not there means no memory. Rejects with a DescryError
 * when the one that was named cannot be made.
 */
export async function openMemory({ folder, named, writes, writtenBy }: MemoryOrder): Promise<Memory> {
  const { makeStateFolder, stateFolderFault } = await import("../store/folder.ts");
  if (named && writes) await makeStateFolder(folder);
  const fault = await stateFolderFault(folder);
  if (fault !== null)
    return new OpenMemory(NOTHING_LEARNED, fault.notice === null ? [] : [fault.notice], null);
  if (!writes) {
    const { readBaselines } = await import("../store/read-baselines.ts");
    const { baselines, notices } = await readBaselines(folder);
    return new OpenMemory(baselines, notices, null);
  }
  const { BaselineFile: File } = await import("../store/baselines.ts");
  const file = new File(folder, writtenBy);
  const { baselines, notices } = await file.open(Date.now());
  return new OpenMemory(baselines, notices, file);
}

class OpenMemory implements Memory {
  readonly learned: Baselines;
  readonly keptElsewhere: boolean;
  #untold: Notice[];
  readonly #file: BaselineFile | null;
  #last: Tick | null = null;
  /** Uptime of the last writing, or of the first tick. */
  #savedAt: number | null = null;
  #saving: Promise<void> | null = null;

  constructor(learned: Baselines, notices: readonly Notice[], file: BaselineFile | null) {
    this.learned = learned;
    this.#untold = [...notices];
    this.#file = file;
    this.keptElsewhere = file?.keptElsewhere ?? false;
  }

  note(tick: Tick): readonly GapEvent[] {
    this.#last = tick;
    const { uptime } = tick.facts;
    this.#savedAt ??= uptime;
    if (this.#saving === null && uptime - this.#savedAt >= SAVE_EVERY) {
      this.#savedAt = uptime;
      this.#saving = this.#save(tick).finally(() => (this.#saving = null));
    }
    return this.#tell(tick);
  }

  async end(): Promise<readonly GapEvent[]> {
    await this.#saving;
    const last = this.#last;
    if (last !== null) await this.#save(last);
    this.#file?.close();
    return last === null ? [] : this.#tell(last);
  }

  async #save(tick: Tick): Promise<void> {
    if (this.#file === null) return;
    this.#untold.push(...(await this.#file.save(tick.learned(), tick.facts.at)));
  }

  #tell(tick: Tick): GapEvent[] {
    const notices = this.#untold;
    this.#untold = [];
    const at = new Date(tick.facts.at).toISOString();
    return notices.map((notice) => ({ type: "gap", at, host: tick.host, ...notice, processes: null }));
  }
}
