import { readlinkSync } from "node:fs";
import type { GapReason } from "../../model/facts.ts";
import { parseNamespace } from "../procfs/status.ts";
import { reasonOfErrno } from "./errno.ts";
import type { SockDiagHandle, SocketsAddon } from "./native.ts";
import { PackedDump, PackedRows, ROW_BYTES } from "./packed.ts";

/** Room for 95,000 rows; grows with what a dump needs. What is not written takes no memory. */
const FIRST_BYTES = 8 * 1024 * 1024;
/** Closings that are taken at once: 2 ms (Linux 6.18, one core). */
const CLOSINGS_AT_ONCE = 1024;
/** A dump that found its buffer too small is made again: sockets may be made faster than it grows. */
const TRIES = 4;

/** Used by all namespaces in turn. */
interface Buffers {
  /** How large the next one for a dump is made. */
  dumpBytes: number;
  readonly closings: ArrayBuffer;
}

/** sock_diag(7) through the addon: enters network namespaces. */
export class SockDiag {
  private readonly addon: SocketsAddon;
  private readonly buffers: Buffers = {
    dumpBytes: FIRST_BYTES,
    closings: new ArrayBuffer(CLOSINGS_AT_ONCE * ROW_BYTES),
  };
  /** This program's own namespace, which nobody has to enter. */
  private readonly own: number | null;

  constructor(addon: SocketsAddon) {
    this.addon = addon;
    this.own = ownNamespace();
  }

  /** The sockets of a namespace, entered through the folder of a process in it; or why it cannot be entered. */
  async enter(netns: number, folder: string): Promise<NamespaceDiag | GapReason> {
    const path = netns === this.own ? null : `${folder}/ns/net`;
    const handle = await this.addon.openSockDiag(path, netns);
    if (typeof handle === "number") return reasonOfErrno(-handle);
    return new NamespaceDiag(this.addon, handle, this.buffers);
  }

  /** Files of /proc/sys/net as a process in the namespace reads them, null where one is not there; or why none can be. */
  async settings(
    netns: number,
    folder: string,
    paths: readonly string[],
  ): Promise<readonly (string | null)[] | GapReason> {
    const texts = await this.addon.readNetSettings(`${folder}/ns/net`, netns, paths);
    if (typeof texts === "number") return reasonOfErrno(-texts);
    return texts.map((text) => (typeof text === "number" ? null : text));
  }
}

/** Closings: valid until the next ones of any namespace. */
export interface DrainedClosings {
  readonly rows: PackedRows;
  readonly count: number;
  /** There may be more. */
  readonly more: boolean;
}

/** The sock_diag sockets of one namespace, kept open. */
export class NamespaceDiag {
  private readonly addon: SocketsAddon;
  private readonly handle: SockDiagHandle;
  private readonly buffers: Buffers;
  private closed = false;

  constructor(addon: SocketsAddon, handle: SockDiagHandle, buffers: Buffers) {
    this.addon = addon;
    this.handle = handle;
    this.buffers = buffers;
  }

  /** The tables in `mask`, read off the main thread, to be released. null: there are too many rows, or it is closed. */
  async dump(mask: number): Promise<PackedDump | null> {
    for (let times = 0; times < TRIES && !this.closed; times++) {
      const buffer = new ArrayBuffer(this.buffers.dumpBytes);
      await this.addon.dumpSockDiag(this.handle, mask, buffer);
      const dump = new PackedDump(buffer);
      if (dump.needed <= buffer.byteLength) return dump;
      this.buffers.dumpBytes = Math.ceil((dump.needed * 1.5) / 8) * 8;
      dump.release();
    }
    return null;
  }

  /** Begins or ends the feed of closings: null, or why not. */
  hear(whether: boolean): GapReason | null {
    const error = this.addon.hearClosings(this.handle, whether);
    return error === 0 ? null : reasonOfErrno(-error);
  }

  /** The next closings, a thousand at most; or why there are none: `overflow` when the kernel had to drop some. */
  drain(): DrainedClosings | GapReason {
    const buffer = this.buffers.closings;
    const count = this.addon.drainClosings(this.handle, buffer);
    if (count < 0) return reasonOfErrno(-count);
    return { rows: new PackedRows(buffer, 0, count, "tcp"), count, more: count === CLOSINGS_AT_ONCE };
  }

  close(): void {
    this.closed = true;
    this.addon.closeSockDiag(this.handle);
  }
}

function ownNamespace(): number | null {
  try {
    return parseNamespace(readlinkSync("/proc/self/ns/net"));
  } catch {
    return null;
  }
}
