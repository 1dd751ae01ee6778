import type { DescriptorClass } from "../census/classes.ts";
import { Learning, type CountedAs } from "../indicators/learning.ts";
import type { Account } from "../ledger/account.ts";
import type { Baselines, ClassBaseline } from "../model/baselines.ts";
import { rowFor } from "../rules/rows.ts";
import { Latest } from "./latest.ts";

/** Baselines of classes that are not there now are kept for so many of each service, those learned lately. */
const MOST_ABSENT = 256;
/** And of so many services, those met last. */
export const MOST_SERVICES = 2000;
/** Of fewer births nothing is worth remembering. */
const WORTH_KEEPING = 20;

/** What a service never had for so long is no habit of it. */
const LONG_WATCHED_SECONDS = 1800;

type Remembered = Map<string, ClassBaseline>;

/** What was learned of classes that are not there now: of earlier runs, and of peers that were not met for long. */
export class ClassMemory {
  readonly #services = new Latest<Remembered>(MOST_SERVICES);

  constructor(known: Baselines) {
    // They come with what was learned last in front.
    for (const { service, classes } of known.services.toReversed()) {
      const remembered: Remembered = new Map();
      for (const one of classes) remembered.set(keyOf(one), one);
      this.#services.set(service, remembered);
    }
  }

  /** What is learned of a class that is met anew; null where a baseline would mean nothing. */
  begin(of: DescriptorClass, { begunAt }: Account): Learning | null {
    const countedAs = countingOf(of);
    if (countedAs === null) return null;
    const remembered = this.#services.get(of.service);
    if (remembered !== undefined) this.#services.set(of.service, remembered);
    return new Learning(countedAs, begunAt, remembered?.get(keyOf(of)) ?? null);
  }

  /** The service was watched for long, and has none like it that is gone: it is no habit of the service. */
  isAnew(of: DescriptorClass, watchedSeconds: number): boolean {
    return watchedSeconds >= LONG_WATCHED_SECONDS && this.#services.get(of.service)?.has(keyOf(of)) !== true;
  }

  /** A class is given up: what was learned of it stays. */
  keep(of: DescriptorClass, account: Account, learning: Learning | null, now: number): void {
    const baseline = this.baselineOf(of, account, learning, now);
    if (baseline === null) return;
    const remembered: Remembered = this.#services.get(of.service) ?? new Map();
    this.#services.set(of.service, remembered);
    const key = keyOf(of);
    remembered.delete(key);
    remembered.set(key, baseline);
    const [oldest] = remembered.keys();
    if (remembered.size > MOST_ABSENT && oldest !== undefined) remembered.delete(oldest);
  }

  /** What is to be kept of a class; null where that is nothing. One in which nothing ever grew old was never judged. */
  baselineOf(
    of: DescriptorClass,
    account: Account,
    judged: Learning | null,
    now: number,
  ): ClassBaseline | null {
    if ((account.reached[0] as number) < WORTH_KEEPING && judged?.hasLearned !== true) return null;
    const learning = judged ?? this.begin(of, account);
    if (learning === null) return null;
    if (judged === null) learning.take(account, now, true);
    const ages = learning.ages();
    if ((ages[0]?.born ?? 0) < WORTH_KEEPING) return null;
    const { group, subject, wide } = of;
    return { group, subject, wide, learnedSeconds: learning.learnedSeconds, ages };
  }

  /** Of classes that are not in `present`. */
  absent(service: string, present: readonly ClassBaseline[]): ClassBaseline[] {
    const keys = new Set(present.map(keyOf));
    const remembered = this.#services.get(service) ?? (new Map() as Remembered);
    return [...remembered].filter(([key]) => !keys.has(key)).map(([, baseline]) => baseline);
  }

  knows(service: string): boolean {
    return (this.#services.get(service)?.size ?? 0) > 0;
  }

  forgetService(service: string): void {
    this.#services.delete(service);
  }
}

/** Null: the state itself is a mistake, or nothing that could be learned would make it a proof. */
function countingOf(of: DescriptorClass): CountedAs | null {
  const { stateIsProof, most, mostLearned } = rowFor(of);
  if (stateIsProof) return null;
  if (most === "confirmed") return "closed";
  return mostLearned === undefined ? null : "kept";
}

/** Names a class inside its service. */
function keyOf({ group, subject, wide }: Pick<ClassBaseline, "group" | "subject" | "wide">): string {
  const { kind, direction, peer, path } = subject;
  return JSON.stringify([group, kind, direction, peer, path, wide]);
}
