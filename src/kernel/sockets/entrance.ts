import type { Fact } from "../../model/facts.ts";
import type { ToldGaps } from "../procfs/gaps.ts";
import type { NamespaceDiag, SockDiag } from "../sockdiag/sockdiag.ts";
import { ClosingsFeed } from "./feed.ts";
import type { Effort } from "./effort.ts";
import { IDLE_TIMES } from "./tablesource.ts";

/** A namespace that may not be entered is tried again after these seconds; without descriptors left, after fewer. */
const REFUSED_SECONDS = 600;
const OVERFLOW_SECONDS = 30;

/** The way into one network namespace: its sock_diag sockets, opened with the first reading and kept. */
export class Entrance {
  diag: NamespaceDiag | null = null;
  feed: ClosingsFeed | null = null;
  private readonly netns: number;
  private readonly sockDiag: SockDiag;
  private readonly gaps: ToldGaps;
  private readonly owner: string;
  private closed = false;
  private nextTryAt = -Infinity;

  constructor(netns: number, sockDiag: SockDiag, gaps: ToldGaps) {
    this.netns = netns;
    this.sockDiag = sockDiag;
    this.gaps = gaps;
    this.owner = `entrance ${netns}`;
  }

  /** Opens them, if they are not, through the folder of a process in the namespace. */
  async open(facts: Fact[], folder: string, uptime: number, effort: Effort): Promise<void> {
    if (this.diag !== null || uptime < this.nextTryAt) return;
    const diag = await effort.wait(this.sockDiag.enter(this.netns, folder));
    // That process has gone: the next reading has another.
    if (diag === "exited") return;
    if (typeof diag === "string") {
      this.gaps.tell(facts, this.owner, null, IDLE_TIMES, diag);
      this.nextTryAt = uptime + (diag === "overflow" ? OVERFLOW_SECONDS : REFUSED_SECONDS);
      return;
    }
    if (this.closed) {
      diag.close();
      return;
    }
    this.diag = diag;
    this.feed = new ClosingsFeed(this.netns, diag, this.gaps);
  }

  close(): void {
    this.closed = true;
    this.diag?.close();
    this.feed?.end();
    this.gaps.forget(this.owner);
    this.diag = null;
    this.feed = null;
  }
}
