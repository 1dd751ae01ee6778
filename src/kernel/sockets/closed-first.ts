import type { Fact } from "../../model/facts.ts";

/** Inodes in one fact at most. */
const MOST_INODES = 1000;
/** More cookies than this beyond twice the open sockets are of sockets that were closed by the other side first. */
const STRAYS = 4096;

/**
 * Which open socket a TIME_WAIT row was: a row in TIME_WAIT has no inode, but the cookie that it had while it was open,
 * if somebody asked for that then (a sock_diag dump does).
 */
export class ClosedFirst {
  private readonly inodes = new Map<number, number>();
  private found: number[] = [];

  /** An open socket was seen. */
  see(cookie: number, inode: number): void {
    if (cookie !== 0) this.inodes.set(cookie, inode);
  }

  /** A row in TIME_WAIT; each is told once. */
  take(cookie: number): void {
    const inode = this.inodes.get(cookie);
    if (inode === undefined) return;
    this.inodes.delete(cookie);
    this.found.push(inode);
  }

  /** The reading, with so many open sockets, is over. */
  say(facts: Fact[], netns: number, open: number, isOpen: (inode: number) => boolean): void {
    for (let at = 0; at < this.found.length; at += MOST_INODES)
      facts.push({ fact: "closed-first", netns, inodes: this.found.slice(at, at + MOST_INODES) });
    this.found = [];
    if (this.inodes.size <= 2 * open + STRAYS) return;
    for (const [cookie, inode] of this.inodes) if (!isOpen(inode)) this.inodes.delete(cookie);
  }
}
