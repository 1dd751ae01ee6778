import { dirname, join } from "node:path";
import type { AlertStore } from "../../model/alert.ts";
import type { HistoryKept, HistoryNotice, HistoryOptions, HistoryTick } from "../../model/history.ts";
import { reasonOf } from "../failure-words.ts";
import { FileLock } from "../lock.ts";
import { AlertTables } from "./alert-tables.ts";
import { faultOf, HISTORY_FILE, HistoryFault, openAsItStands, setAside } from "./database.ts";
import { Intake, type WaitingTick } from "./intake.ts";
import { clockJumped, damagedChunks, heldElsewhere, lostTicks, noLock, noticeOf } from "./notices.ts";
import { OpenHistory } from "./open-history.ts";

const LOCK_FILE = "history.lock";
/** Ticks that wait while they cannot be written; then the oldest are given up. */
const MOST_WAITING = 120;
/** Events that wait, at most, when their ticks are given up. */
const MOST_EVENTS_WAITING = 1000;
/** What cannot be opened is tried again after so many milliseconds. */
const RETRY = 10_000;
const KINDS = ["unwritable", "locked", "malformed"] as const;
/** Two clocks that differ by more after a tick: one of them was set, or the host slept. Milliseconds. */
const JUMP = 5000;

export interface HistoryClock {
  /** Unix milliseconds, as people set it. */
  wall(): number;
  /** Milliseconds that only go on. */
  monotonic(): number;
}

/**
 * The history of one host in one file, written by one process: made to run in a thread that may wait for a disk. Nothing
 * here throws over a disk that is full, a file that is damaged, locked or of a newer version, or a clock that jumps: each
 * is told once until it is mended, and ticks wait meanwhile. One call at a time.
 */
export class History {
  readonly #path: string;
  readonly #options: HistoryOptions;
  readonly #clock: HistoryClock;
  readonly #intake: Intake;
  readonly #alerts = new AlertTables((work) => this.#attempt("alerts", ({ database }) => work(database)));
  #lock: FileLock | null = null;
  #open: OpenHistory | null = null;
  #tryAt = Number.NEGATIVE_INFINITY;
  /** The file is of a newer version, and is left alone. */
  #leftAlone = false;
  #waiting: WaitingTick[] = [];
  #lost = 0;
  /** Of those lost, how many have been told. */
  #lostTold = 0;
  #notices: HistoryNotice[] = [];
  /** What was told and has not been mended since. */
  readonly #told = new Set<string>();
  #before: { readonly wall: number; readonly watched: number | null } | null = null;

  private constructor(folder: string, options: HistoryOptions, clock: HistoryClock) {
    this.#path = join(folder, HISTORY_FILE);
    this.#options = options;
    this.#clock = clock;
    this.#intake = new Intake(options);
  }

  /** The folder has to be there. What keeps the file from being written is told with the first tick, and tried again. */
  static async open(folder: string, options: HistoryOptions, clock: HistoryClock): Promise<History> {
    const history = new History(folder, options, clock);
    await history.#tryOpen();
    return history;
  }

  /** States of alerts, silences and the outbox. What cannot be written of them is told with the next tick. */
  get alerts(): AlertStore {
    return this.#alerts;
  }

  /**
   * Keeps a tick: when `waiting` is 0 it and all before are committed. Beside that it does a step of upkeep, some
   * milliseconds. Never rejects.
   */
  async append(tick: HistoryTick): Promise<HistoryKept> {
    const waiting = this.#intake.take(tick);
    this.#compareClocks(waiting.at, tick.snapshot.watchedSeconds * 1000);
    this.#waiting.push(waiting);
    this.#giveUpOldest();
    if (this.#open?.isInPlace() === false) this.#startOver();
    if (this.#open === null) await this.#tryOpen();
    this.#alerts.catchUp();
    this.#flush();
    this.#upkeep();
    const notices = this.#notices;
    this.#notices = [];
    return { waiting: this.#waiting.length, lost: this.#lost, leftAlone: this.#leftAlone, notices };
  }

  /** Ends the file in good order and gives up the lock. What still waits is lost. */
  close(): void {
    this.#alerts.catchUp();
    this.#flush();
    this.#closeFile();
    this.#lock?.release();
    this.#lock = null;
  }

  /** The file is not where it was. Its lock may have gone the same way, and another agent may have one there by now. */
  #startOver(): void {
    this.#fail(new HistoryFault("unwritable", "it was taken away, and a new one is begun"));
    this.#lock?.release();
    this.#lock = null;
    this.#tryAt = Number.NEGATIVE_INFINITY;
  }

  /** Of ticks that are given up the events stay: there are few of them, and they are what is asked for later. */
  #giveUpOldest(): void {
    while (this.#waiting.length > (this.#leftAlone ? 0 : MOST_WAITING)) {
      const [oldest, next] = this.#waiting;
      this.#waiting.shift();
      this.#lost++;
      if (oldest === undefined || next === undefined) continue;
      this.#waiting[0] = { ...next, events: [...oldest.events, ...next.events].slice(-MOST_EVENTS_WAITING) };
    }
  }

  async #tryOpen(): Promise<void> {
    const now = this.#clock.monotonic();
    if (this.#leftAlone || now < this.#tryAt) return;
    this.#tryAt = now + RETRY;
    if (this.#lock === null && !(await this.#takeLock())) return;
    this.#openFile();
  }

  async #takeLock(): Promise<boolean> {
    try {
      this.#lock = await FileLock.take(join(dirname(this.#path), LOCK_FILE));
    } catch (error) {
      this.#once("lock", noLock(this.#path, reasonOf(error)));
      return false;
    }
    if (this.#lock === null) this.#once("lock", heldElsewhere(this.#path));
    else this.#told.delete("lock");
    return this.#lock !== null;
  }

  #openFile(): void {
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        this.#open = new OpenHistory(this.#path, this.#options);
        this.#alerts.opened(this.#open.database);
        this.#mended();
        const newest = this.#open.newestTick();
        if (this.#before === null && newest !== null) this.#before = { wall: newest, watched: null };
        return;
      } catch (error) {
        const fault = faultOf(error);
        if (this.#fail(fault)) continue;
        if (fault.kind === "unwritable" && this.#alerts.unread) this.#readAlerts();
        return;
      }
    }
  }

  /** What was told before is not to be told again only because the disk is full. */
  #readAlerts(): void {
    try {
      using database = openAsItStands(this.#path);
      this.#alerts.read(database);
    } catch (error) {
      // Why nothing can be read was told when it could not be opened.
      faultOf(error);
    }
  }

  /** Tells a fault; true: the file was set aside, and a new one may be made in its place. */
  #fail(fault: HistoryFault): boolean {
    this.#closeFile();
    let aside: string | null = null;
    if (fault.kind === "malformed") {
      try {
        aside = setAside(this.#path, this.#clock.wall());
      } catch {
        // It stays, and is tried again.
      }
    }
    this.#leftAlone ||= fault.kind === "newer";
    // Each file that is set aside is told.
    if (aside === null) this.#once(`open ${fault.kind}`, noticeOf(fault, this.#path, null));
    else this.#notices.push(noticeOf(fault, this.#path, aside));
    return aside !== null;
  }

  #flush(): void {
    if (this.#waiting.length === 0) return;
    const file = this.#open;
    const commit = (open: OpenHistory) => open.commit(this.#waiting);
    // Once more where another file has taken the place of a damaged one.
    const done = this.#attempt("write", commit) || (this.#open !== file && this.#attempt("write", commit));
    if (!done) return;
    this.#waiting = [];
    this.#mended();
  }

  #upkeep(): void {
    if (this.#open === null || this.#waiting.length > 0) return;
    this.#attempt("upkeep", (open) => {
      if (open.upkeep() > 0) this.#once("damaged", damagedChunks(this.#path));
    });
  }

  /** True: it was done. A damaged file is set aside and a new one begun; it may be tried again. */
  #attempt(about: "alerts" | "write" | "upkeep", work: (open: OpenHistory) => void): boolean {
    if (this.#open === null) return false;
    try {
      work(this.#open);
      for (const kind of KINDS) this.#told.delete(`${about} ${kind}`);
      return true;
    } catch (error) {
      const fault = faultOf(error);
      if (fault.kind === "malformed" && this.#fail(fault)) this.#openFile();
      else if (fault.reopen) this.#fail(fault);
      else this.#once(`${about} ${fault.kind}`, noticeOf(fault, this.#path, null));
      return false;
    }
  }

  /** Ticks are written again. */
  #mended(): void {
    for (const kind of KINDS) this.#told.delete(`open ${kind}`);
    if (this.#lost === this.#lostTold || this.#waiting.length > 0) return;
    this.#notices.push(lostTicks(this.#path, this.#lost - this.#lostTold));
    this.#lostTold = this.#lost;
  }

  /** `watched` goes on evenly, in milliseconds; the wall clock is set now and then. */
  #compareClocks(wall: number, watched: number): void {
    const before = this.#before;
    this.#before = { wall, watched };
    if (before === null) return;
    // After a restart it is not known how much time has passed, only that some has.
    const restarted = before.watched === null || watched < before.watched;
    const passed = restarted ? Math.max(0, wall - before.wall) : watched - before.watched;
    const jump = wall - before.wall - passed;
    if (Math.abs(jump) > JUMP) this.#notices.push(clockJumped(jump));
  }

  #once(about: string, notice: HistoryNotice): void {
    if (this.#told.has(about)) return;
    this.#told.add(about);
    this.#notices.push(notice);
  }

  #closeFile(): void {
    try {
      this.#open?.close();
    } catch {
      // It is as it was after the last commit.
    }
    this.#open = null;
  }
}
