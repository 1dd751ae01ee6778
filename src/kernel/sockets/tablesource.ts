import type { Fact } from "../../model/facts.ts";
import type { SocketProtocol } from "../../model/socket-facts.ts";
import type { ToldGaps } from "../procfs/gaps.ts";
import type { ProcFiles } from "../procfs/reading.ts";
import type { TextTable } from "../procfs/sockets/tables.ts";
import { reasonOfErrno } from "../sockdiag/errno.ts";
import type { PackedDump } from "../sockdiag/packed.ts";
import type { NamespaceDiag } from "../sockdiag/sockdiag.ts";
import type { TableRows } from "./row.ts";
import type { Effort } from "./effort.ts";
import { SOCKET_TABLES, type SocketTable } from "./tables.ts";

/** A table that the kernel was built without is looked for again after this many readings. */
const ABSENT_READINGS = 60;

/** Rows of one table that are to be gone through before the next part is asked for. */
export interface TablePart {
  readonly protocol: SocketProtocol;
  readonly rows: TableRows;
}

/**
 * Where the tables of one namespace come from: each through sock_diag where that can be asked and has it, else out of
 * /proc/PID/net.
 */
export class TableSource {
  /** After all parts: false when something is missing, so that nothing can be said to have left. */
  complete = true;
  /** The process has ended. */
  exited = false;
  /** Seconds of processor time that a dump took in another thread. */
  cost = 0;
  private readonly owner: string;
  private readonly gaps: ToldGaps;
  private readonly files: ProcFiles;
  private readonly absent = new Map<string | number, number>();

  constructor(owner: string, gaps: ToldGaps, files: ProcFiles) {
    this.owner = owner;
    this.gaps = gaps;
    this.files = files;
  }

  /** Every part of a reading, `folder` being the /proc/PID/net of a process in this namespace. */
  async *parts(
    facts: Fact[],
    folder: string,
    diag: NamespaceDiag | null,
    effort: Effort,
  ): AsyncGenerator<TablePart> {
    this.complete = true;
    this.exited = false;
    this.cost = 0;
    const asked = diag === null ? 0 : this.mask();
    const dump = diag === null ? null : await effort.wait(diag.dump(asked));
    if (dump !== null) this.cost = dump.cost;
    try {
      for (const table of SOCKET_TABLES) {
        const packed = dump === null ? null : this.packed(facts, dump, asked, table);
        if (packed !== null) {
          yield { protocol: table.protocol, rows: packed };
          continue;
        }
        for (const text of table.texts) {
          const rows = this.text(facts, folder, text);
          if (this.exited) return;
          if (rows !== null) yield { protocol: table.protocol, rows };
        }
      }
    } finally {
      dump?.release();
    }
  }

  /** The tables that sock_diag is asked for: asking for one that it does not have may load modules. */
  private mask(): number {
    let mask = 0;
    for (const { diag } of SOCKET_TABLES) if (diag !== null && !this.isAbsent(diag)) mask |= 1 << diag;
    return mask;
  }

  private packed(facts: Fact[], dump: PackedDump, asked: number, table: SocketTable): TableRows | null {
    if (table.diag === null || ((asked >> table.diag) & 1) === 0) return null;
    const packed = dump.table(table.diag, table.protocol);
    if (typeof packed !== "number") {
      if (packed.torn) this.complete = false;
      return packed.rows;
    }
    const reason = reasonOfErrno(packed);
    if (reason !== "overflow") this.absent.set(table.diag, ABSENT_READINGS);
    if (table.protocol === "tcp")
      this.gaps.tell(facts, this.owner, null, IDLE_TIMES, reason === "exited" ? "unsupported" : reason);
    return null;
  }

  private text(facts: Fact[], folder: string, table: TextTable): TableRows | null {
    if (this.isAbsent(table.file)) return null;
    const bytes = this.files.read(`${folder}/${table.file}`);
    if (typeof bytes !== "string")
      return table.rows(bytes, (text) =>
        this.gaps.tell(facts, this.owner, null, `rows of ${table.file}`, "malformed", text),
      );
    if (bytes !== "exited") {
      this.gaps.tell(facts, this.owner, null, "socket tables", bytes);
      this.complete = false;
    } else if (isNetFolder(this.files, folder)) {
      this.absent.set(table.file, ABSENT_READINGS);
    } else {
      this.exited = true;
    }
    return null;
  }

  private isAbsent(table: string | number): boolean {
    const readings = this.absent.get(table) ?? 0;
    if (readings > 0) this.absent.set(table, readings - 1);
    return readings > 0;
  }
}

/** What only sock_diag tells. */
export const IDLE_TIMES = "idle times and closings of connections";

/** A process that has ended has no namespace: its folder is empty or gone. */
export function isNetFolder(files: ProcFiles, folder: string): boolean {
  return files.stat(`${folder}/unix`) !== null;
}
