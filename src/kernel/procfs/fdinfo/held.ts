import type { HeldFact } from "../../../model/facts.ts";

/** As much of a line as is looked at; the rest may be as long as a path. */
const HEAD = 64;
const LINE_END = 0x0a;

/**
 * Counts in a text of /proc/PID/fdinfo/NUMBER, proc_pid_fdinfo(5), that comes in pieces of any length, in bounded
 * memory: an inotify descriptor with 100,000 watches has 10 MB of it.
 *
 *   inotify-watches      lines "inotify wd:1 ino:4d2 sdev:1 ..."
 *   passed-descriptors   "scm_fds: 3": sent through the socket and not received yet
 *   fixed-files          lines "    3: /path" after "UserFiles:\t4", a slot each; "    4: <none>" is an empty one
 *
 * native/held.c counts the same off the main thread.
 */
export class HeldCount {
  private readonly of: HeldFact["of"];
  private count: number | null;
  private slots = 0;
  private slotLines = 0;
  private inSlots = false;
  private head = "";

  constructor(of: HeldFact["of"]) {
    this.of = of;
    this.count = of === "inotify-watches" ? 0 : null;
  }

  take(bytes: Buffer): void {
    for (let from = 0; from < bytes.length;) {
      const end = bytes.indexOf(LINE_END, from);
      const to = end < 0 ? bytes.length : end;
      this.head += bytes.toString("latin1", from, Math.min(to, from + HEAD - this.head.length));
      if (end >= 0) this.endLine();
      from = to + 1;
    }
  }

  /** How many things there are; null when the text does not say. */
  end(): number | null {
    if (this.head !== "") this.endLine();
    // A ring whose lock was taken says how many slots its table has, and nothing of them.
    return this.slots > 0 && this.slotLines === 0 ? null : this.count;
  }

  private endLine(): void {
    const line = this.head;
    this.head = "";
    switch (this.of) {
      case "inotify-watches":
        if (line.startsWith("inotify wd:")) this.add();
        break;
      case "passed-descriptors":
        this.count = figureAfter(line, "scm_fds:") ?? this.count;
        break;
      case "fixed-files":
        this.takeSlot(line);
    }
  }

  private takeSlot(line: string): void {
    const slot = this.inSlots ? /^ *\d+:( <none>)?/.exec(line) : null;
    this.inSlots = slot !== null;
    if (slot !== null) this.slotLines++;
    if (slot !== null && slot[1] === undefined) this.add();
    const slots = figureAfter(line, "UserFiles:");
    if (slots === null) return;
    this.slots = slots;
    this.count = 0;
    this.inSlots = true;
  }

  private add(): void {
    this.count = (this.count ?? 0) + 1;
  }
}

function figureAfter(line: string, word: string): number | null {
  if (!line.startsWith(word)) return null;
  const digits = /^[ \t]*(\d+)/.exec(line.slice(word.length))?.[1];
  return digits === undefined || digits.length > 10 ? null : Number(digits);
}
