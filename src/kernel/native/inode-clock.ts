import type { Fact } from "../../model/facts.ts";
import { loadAddon } from "./addon.ts";

interface ClockAddon {
  /** An inode of each CPU that may be used, made just now; null: this machine has too many, or it was refused. */
  readInodeClock(): Promise<number[] | null>;
}

/** Reads the inode clock through the addon, 40 us for each CPU (Linux 6.18), on another thread. */
export class InodeClockReader {
  #addon: ClockAddon | null;

  constructor() {
    const loaded = loadAddon<ClockAddon>();
    this.#addon = "addon" in loaded ? loaded.addon : null;
  }

  async read(): Promise<readonly Fact[]> {
    const inodes = (await this.#addon?.readInodeClock()) ?? null;
    if (inodes === null) {
      this.#addon = null;
      return [];
    }
    return [{ fact: "inode-clock", inodes }];
  }
}
