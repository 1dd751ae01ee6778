import type { DescriptorClass } from "../census/classes.ts";
import { portOf } from "../census/product.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { judgeAccumulation, WITHDRAWN_EVIDENCE, type Level } from "../rules/accumulation.ts";
import { bundleOf, type Rising } from "./bundles.ts";
import type { Bonds } from "./class-case.ts";
import type { Judged } from "./judged.ts";
import { hasDominantPart, isOtherEnd } from "./named-elsewhere.ts";

/** What follows another leak waits this long for that to be told first, in seconds. */
const FOLLOWS_WITHIN = 10;
/** What rises with a class is looked up again after so many seconds. */
const BUNDLE_HOLDS = 10;

/** For so many seconds the level of what follows counts. */
const LENT_SECONDS = 3;

/** Why what was told before what leads it is told again. */
export const JOINED = "it has the same cause as what was found since";

/** Which verdicts are one story, and which of them leads it. */
export class Stories {
  readonly #ledger: Ledger;
  readonly #judged: ReadonlyMap<number, Judged>;

  constructor(ledger: Ledger, judged: ReadonlyMap<number, Judged>) {
    this.#ledger = ledger;
    this.#judged = judged;
  }

  /** The story that the verdict on a class belongs to; null when none stands. */
  storyOf(id: number): string | null {
    const judged = this.#judged.get(id);
    return judged === undefined || judged.standing === null ? null : (judged.told?.story ?? null);
  }

  /** What follows another leak is told after it, and as no more than that: clients that arrive may bring an eventfd each. */
  inTurn(judged: Judged, level: "suspect" | "confirmed"): Level {
    const { now } = this.#ledger;
    if (now - judged.bundledAt >= BUNDLE_HOLDS) this.lookUp(judged);
    const [first] = judged.bundle;
    const leader = (first === undefined ? undefined : this.#judgedOf(first.of)) ?? judged;
    const told = leader === judged ? level : (leader.standing?.standing ?? null);
    if (told === "confirmed" || told === level) {
      judged.waitsSince = null;
      return level;
    }
    if (told === "suspect" && leader.row.most === "suspect") return "suspect";
    leader.lent = { level, at: now };
    judged.waitsSince ??= now;
    if (now - judged.waitsSince >= FOLLOWS_WITHIN) return level;
    return told ?? "insufficient";
  }

  /** The level of a class itself, or of what follows it where that is sooner found: four pipe ends at once weigh as one. */
  levelOf({ row, evidence, lent }: Judged): Level {
    const level = judgeAccumulation(row, evidence);
    if (lent === null || level === "confirmed" || this.#ledger.now - lent.at > LENT_SECONDS) return level;
    return row.most === "suspect" ? "suspect" : lent.level;
  }

  /** Finds what rises together with a class now. A rise that has ended leaves what was found while it went on. */
  lookUp(judged: Judged): void {
    const { of, evidence } = judged;
    const account = this.#ledger.ofClass(of.id);
    judged.bundledAt = this.#ledger.now;
    if (account === undefined || (evidence.risingSince === null && judged.bundle.length > 0)) return;
    judged.bundle = bundleOf(this.#ledger, { of, account, evidence }, this.#risingWith(of));
  }

  /** What was told before the one that leads it, and must now be told as a part of its story. */
  joining(leader: Judged, story: string): Judged[] {
    if (leader.bundle[0]?.of.id !== leader.of.id) return [];
    return leader.bundle.flatMap((one) => {
      const member = this.#judgedOf(one.of);
      if (member === undefined || member === leader || member.told === null) return [];
      member.bundle = leader.bundle.map((other) => ({ ...other, each: other.each / one.each }));
      member.bundledAt = this.#ledger.now;
      return member.standing === null || member.told.story === story ? [] : [member];
    });
  }

  /** What a verdict has in common with others. */
  bondsOf(judged: Judged): Bonds {
    const { of, bundle } = judged;
    const members = bundle.filter((member) => member.of.id !== of.id);
    const [first] = bundle;
    const leads = first === undefined || first.of === of;
    const leading = leads || this.#judgedOf(first.of) === undefined ? null : this.storyOf(first.of.id);
    return {
      story: judged.story ?? leading ?? this.#sameCause(judged) ?? this.#storySoFar(judged),
      leader: leading === null ? null : (first ?? null),
      members,
    };
  }

  /** The story that it was told in, unless that is of a verdict that stands and has turned out to be another one. */
  #storySoFar({ of, told }: Judged): string | null {
    if (told === null) return null;
    for (const other of this.#judged.values()) {
      if (other.of.id !== of.id && other.standing !== null && other.told?.id === told.story) return null;
    }
    return told.story;
  }

  /** Numbers of classes that are gone are given out again. */
  #judgedOf(of: DescriptorClass): Judged | undefined {
    const judged = this.#judged.get(of.id);
    return judged?.of === of ? judged : undefined;
  }

  /** Classes of its service that may be opened together with it, the wide ones first. */
  #risingWith({ id, service }: DescriptorClass): Rising[] {
    const rising: Rising[] = [];
    for (const judged of this.#judged.values()) {
      const { of, evidence } = judged;
      if (of.service !== service || of.id === id || evidence.risingSince === null) continue;
      const account = this.#ledger.ofClass(of.id);
      if (account === undefined || !evidence.reaches(WITHDRAWN_EVIDENCE)) continue;
      if (of.wide && judged.standing === null && hasDominantPart(this.#ledger, judged)) continue;
      if (of.subject.direction === "inbound" && isOtherEnd(this.#ledger, judged)) continue;
      rising.push({ of, account, evidence });
    }
    return rising.toSorted((a, b) => Number(b.of.wide) - Number(a.of.wide));
  }

  /**
   * The story of another verdict on the same thing: the narrow and the wide class of the same descriptors, two states of
   * connections to one peer, and what was opened by somebody else on this host. Null when there is none.
   */
  #sameCause({ of, standing, affectedBy }: Judged): string | null {
    const raisedAt = standing?.raisedAt ?? this.#ledger.now;
    for (const other of this.#judged.values()) {
      if (other.of.id === of.id || other.standing === null || other.told === null) continue;
      if (affectedBy !== null && opensTo(other.of, affectedBy.service, of)) return other.told.story;
      if (other.standing.raisedAt > raisedAt || other.of.service !== of.service) continue;
      if (isSameThing(other.of, of)) return other.told.story;
    }
    return null;
  }
}

/** One counts the other's descriptors too, or both lead to one peer in two states. */
function isSameThing(one: DescriptorClass, other: DescriptorClass): boolean {
  if (one.parent?.id === other.id || other.parent?.id === one.id) return true;
  const { kind, direction, peer } = one.subject;
  const { subject } = other;
  return (
    kind === "tcp" &&
    subject.kind === kind &&
    subject.direction === direction &&
    peer !== null &&
    subject.peer === peer
  );
}

/** Whether the connections that a service opens are the other ends of those that are accepted here. */
function opensTo(opened: DescriptorClass, service: string, accepted: DescriptorClass): boolean {
  if (opened.service !== service || opened.subject.direction !== "outbound") return false;
  const [one, other] = [opened.subject.peer, accepted.subject.peer];
  return one !== null && other !== null && portOf(one) === portOf(other);
}
