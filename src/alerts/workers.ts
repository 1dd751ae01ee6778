import type { DescriptorClass } from "../census/classes.ts";
import { LONGEST_TICK } from "../census/birth-dates.ts";
import { startedAt, type Process } from "../census/processes.ts";
import { Accumulation } from "../indicators/accumulation.ts";
import { Lives } from "../indicators/lives.ts";
import { Account } from "../ledger/account.ts";
import type { Ledger } from "../ledger/ledger.ts";
import {
  judgeAccumulation,
  judgeLives,
  SUSPECT_EVIDENCE,
  WITHDRAWN_EVIDENCE,
  type Level,
} from "../rules/accumulation.ts";
import type { Judged } from "./judged.ts";
import type { Leaker } from "./leaker.ts";
import { startedSince } from "./process-told.ts";

/** What the processes of a service say of a class, each for itself. */
export interface Workers {
  readonly level: Level;
  /** The only one of them in which it accumulates. */
  readonly leaker: Leaker | null;
  /** It accumulates in several of them. */
  readonly several: boolean;
}

/** Evidence of another process that is weaker than this share of the strongest is chance. */
const ALONE = 0.5;
/** Less evidence than this is nobody's leak. */
const STANDS_OUT = SUSPECT_EVIDENCE / 2;

const NOTHING_SAID: Workers = { level: "healthy", leaker: null, several: false };

const LEVELS: readonly Level[] = ["healthy", "insufficient", "suspect", "confirmed"];

export function higher(one: Level, other: Level): Level {
  return LEVELS.indexOf(one) >= LEVELS.indexOf(other) ? one : other;
}

/** Judges the processes of a service one by one, beside their sum: recycling hides nothing, and neither do siblings. */
export class WorkerEvidence {
  readonly #ledger: Ledger;
  readonly #ofAccount = new WeakMap<Account, Accumulation>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Its service has several processes, or one ended in this tick: they may say what their sum does not. */
  mayDiffer({ id, service }: DescriptorClass): boolean {
    return this.#ledger.byProcess.membersOf(service) > 1 || this.#ledger.endings.anyOf(id);
  }

  /** Takes what happened in this tick in each process, and says what that means. */
  take(judged: Judged): Workers {
    const ofLives = this.#levelOfLives(judged);
    // Most services are one process, which says what the class says.
    if (!this.#ledger.byProcess.counts(judged.of))
      return ofLives === "healthy" ? NOTHING_SAID : { ...NOTHING_SAID, level: ofLives };
    return this.#takeEach(judged, ofLives);
  }

  #takeEach(judged: Judged, ofLives: Level): Workers {
    const { of, row } = judged;
    const among = this.#ledger.byProcess.membersOf(of.service);
    const rising: Leaker[] = [];
    let level = ofLives;
    let suspects = 0;
    for (const [index, account] of this.#ledger.byProcess.of(of)) {
      const evidence = this.#weigh(account, judged);
      if (evidence === null || !evidence.reaches(WITHDRAWN_EVIDENCE)) continue;
      const own = judgeAccumulation(row, evidence, among);
      if (LEVELS.indexOf(own) >= LEVELS.indexOf("suspect")) suspects++;
      level = higher(level, own);
      const process = this.#ledger.census.processes.byIndex(index);
      rising.push({ process, account, evidence, among: this.#holdersOf(judged), endedAt: null });
    }
    const leaker = suspects > 1 ? null : this.#alone(rising);
    return { level, leaker, several: suspects > 1 };
  }

  /** The one that stands out, where others were there all the while and do not: young ones had no time to. */
  #alone(rising: readonly Leaker[]): Leaker | null {
    const [first, second] = rising.toSorted((a, b) => b.evidence.strongest - a.evidence.strongest);
    if (first === undefined || first.evidence.strongest < STANDS_OUT) return null;
    if ((second?.evidence.strongest ?? 0) > ALONE * first.evidence.strongest) return null;
    const since = first.evidence.risingSince;
    if (since === null) return null;
    let [there, young] = [0, 0];
    for (const process of this.#ledger.census.processes.all()) {
      if (!process.judged || process.service !== first.process.service || process === first.process) continue;
      if (startedAt(process.fact) <= since) there++;
      else young++;
    }
    return there > 0 && there >= young ? first : null;
  }

  #holdersOf({ of }: Judged): number {
    let holders = 0;
    for (const [, { open }] of this.#ledger.byProcess.of(of)) if (open > 0) holders++;
    return holders;
  }

  /** Whose leak it was at the last tick, as it is now: the one that took its place when it has ended. */
  follow(leaker: Leaker, judged: Judged): Leaker {
    const { processes } = this.#ledger.census;
    const { process, endedAt } = leaker;
    if (
      endedAt === null &&
      processes.byPid(process.fact.pid) === process &&
      process.service === judged.of.service
    )
      return this.#asNow(leaker, process, judged);
    const ended = endedAt ?? this.#ledger.now;
    const successor = this.#successorOf(judged.of.service, ended);
    return successor === null ? { ...leaker, endedAt: ended } : this.#asNow(leaker, successor, judged);
  }

  #asNow(leaker: Leaker, process: Process, judged: Judged): Leaker {
    const account =
      this.#ledger.byProcess.get(judged.of, process) ??
      (process === leaker.process ? leaker.account : new Account(this.#ledger.now));
    const evidence = this.#ofAccount.get(account) ?? new Accumulation(0, judged.evidence.isAnew);
    return { process, account, evidence, among: this.#holdersOf(judged), endedAt: null };
  }

  /** Another process that was there all the time has nothing to do with it. */
  #successorOf(service: string, endedAt: number): Process | null {
    let youngest: Process | null = null;
    for (const process of startedSince(this.#ledger, service, endedAt))
      if (youngest === null || startedAt(process.fact) > startedAt(youngest.fact)) youngest = process;
    return youngest;
  }

  #weigh(account: Account, { learning, evidence: ofAll }: Judged): Accumulation | null {
    const known = this.#ofAccount.get(account);
    // Most hold what never grows old.
    if (known === undefined && account.passed[0] === 0) return null;
    const evidence = known ?? new Accumulation(0, ofAll.isAnew);
    if (known === undefined) this.#ofAccount.set(account, evidence);
    const { elapsed, now } = this.#ledger;
    if (elapsed > LONGEST_TICK) evidence.skip(account, elapsed);
    else if (elapsed > 0 && (known === undefined || this.#ledger.isMoving(account)))
      evidence.take(account, now, elapsed, learning?.normals);
    return evidence;
  }

  #levelOfLives(judged: Judged): Level {
    const { id } = judged.of;
    if (this.#ledger.endings.anyOf(id)) {
      judged.lives ??= new Lives();
      for (const ending of this.#ledger.endings.of(id)) judged.lives.take(ending);
    }
    return judged.lives === null ? "healthy" : judgeLives(judged.row, judged.lives.evidence);
  }
}
