import type { Fact, HostFact } from "../../model/facts.ts";
import type { ToldGaps } from "./gaps.ts";
import type { ProcFiles } from "./reading.ts";

/** Seconds between looks at the open files of the host. */
const LOOK_SECONDS = 10;
/** Seconds between looks at the host's boot time, which is only worked out from the wall clock. */
const BOOT_LOOK_SECONDS = 300;
/** Milliseconds by which the boot time may wander before it is said again. */
const BOOT_WANDERS = 2000;

/** "btime 1700000000" of /proc/stat in Unix milliseconds, proc_stat(5); null when there is none. */
export function parseBootTime(text: string): number | null {
  const seconds = /^btime (\d{1,12})$/m.exec(text)?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}

/** First and third figure of /proc/sys/fs/file-nr; null when they are not there. proc_sys_fs(5). */
export function parseFileNumbers(text: string): { open: number; most: number } | null {
  const figures = /^(\d{1,20})\s+\d{1,20}\s+(\d{1,20})\s*$/.exec(text);
  if (figures?.[1] === undefined || figures[2] === undefined) return null;
  return { open: Number(figures[1]), most: Math.min(Number(figures[2]), Number.MAX_SAFE_INTEGER) };
}

/** The one figure of a file such as /proc/sys/fs/inotify/max_user_watches, inotify(7); null when it has another shape. */
export function parseFigure(text: string): number | null {
  const figure = /^(\d{1,15})\s*$/.exec(text)?.[1];
  return figure === undefined ? null : Number(figure);
}

/** Says the host on the first tick, and again when its figures have changed. */
export class Host {
  private fact: HostFact | null = null;
  private nextLookAt = -Infinity;
  private nextBootLookAt = -Infinity;
  private readonly procfs: string;
  private readonly files: ProcFiles;
  private readonly gaps: ToldGaps;

  constructor(procfs: string, files: ProcFiles, gaps: ToldGaps) {
    this.procfs = procfs;
    this.files = files;
    this.gaps = gaps;
  }

  look(facts: Fact[], uptime: number): void {
    if (uptime < this.nextLookAt) return;
    this.nextLookAt = uptime + LOOK_SECONDS;
    const before = this.fact;
    const files = this.parsed(facts, "sys/fs/file-nr", "open files of the host", parseFileNumbers);
    const fact: HostFact = {
      fact: "host",
      host: this.word(facts, "sys/kernel/hostname", "host name"),
      bootId: before?.bootId ?? this.word(facts, "sys/kernel/random/boot_id", "boot id"),
      kernel: before?.kernel ?? this.word(facts, "sys/kernel/osrelease", "kernel release"),
      bootedAt: this.bootedAt(facts, uptime),
      openFiles: files?.open ?? null,
      fileMax: files?.most ?? null,
      ...this.inotify(facts),
    };
    if (before !== null && same(before, fact)) return;
    this.fact = fact;
    facts.push(fact);
  }

  /** A kernel without inotify has no such files, which is no gap. */
  private inotify(facts: Fact[]): Pick<HostFact, "inotify"> | null {
    const folder = "sys/fs/inotify";
    if (this.files.stat(`${this.procfs}/${folder}`) === null) return null;
    const what = "inotify limits";
    const instances = this.parsed(facts, `${folder}/max_user_instances`, what, parseFigure);
    const watches = this.parsed(facts, `${folder}/max_user_watches`, what, parseFigure);
    return instances === null || watches === null ? null : { inotify: { instances, watches } };
  }

  private bootedAt(facts: Fact[], uptime: number): number {
    const before = this.fact?.bootedAt;
    if (before !== undefined && uptime < this.nextBootLookAt) return before;
    this.nextBootLookAt = uptime + BOOT_LOOK_SECONDS;
    const bootedAt = this.parsed(facts, "stat", "boot time", parseBootTime);
    if (bootedAt === null) return before ?? 0;
    return before !== undefined && Math.abs(bootedAt - before) <= BOOT_WANDERS ? before : bootedAt;
  }

  private parsed<T>(facts: Fact[], path: string, what: string, parse: (text: string) => T | null): T | null {
    const bytes = this.files.read(`${this.procfs}/${path}`);
    if (typeof bytes === "string") {
      this.gaps.tell(facts, "host", null, what, bytes === "exited" ? "unsupported" : bytes);
      return null;
    }
    const text = bytes.toString("latin1");
    const value = parse(text);
    if (value === null) this.gaps.tell(facts, "host", null, what, "malformed", text);
    return value;
  }

  private word(facts: Fact[], path: string, what: string): string {
    return this.parsed(facts, path, what, (text) => text.trim()) ?? "";
  }
}

function same(one: HostFact, other: HostFact): boolean {
  return (
    one.host === other.host &&
    one.bootedAt === other.bootedAt &&
    one.openFiles === other.openFiles &&
    one.fileMax === other.fileMax &&
    one.inotify?.instances === other.inotify?.instances &&
    one.inotify?.watches === other.inotify?.watches
  );
}
