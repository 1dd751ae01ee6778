import type { Action, Subject, Survivors } from "../model/events.ts";
import type { RuleName } from "../model/kinds.ts";
import type { Rates } from "../model/snapshot.ts";

/** How a person on this host calls the program, and whether commands need sudo. */
export interface Invocation {
  readonly program: string;
  readonly sudo: boolean;
}

/** Everything that the words of a verdict are made from. */
export interface Case {
  /** The clock of the tick, Unix milliseconds. */
  readonly at: number;
  readonly rule: RuleName;
  readonly service: string;
  readonly pid: number;
  readonly command: string;
  readonly subject: Subject;
  /** Open descriptors of the process, its limits, and how many of the subject are open in the service. */
  readonly open: number;
  readonly limit: number | null;
  readonly hardLimit: number | null;
  readonly subjectOpen: number;
  /** Descriptors with a number below the limit leave this many free; null when the limit is not known. */
  readonly headroom: number | null;
  readonly rates: Rates;
  readonly survivors: Survivors | null;
  /** Unix milliseconds; null when not known. */
  readonly since: number | null;
  readonly exhaustedAt: { readonly p05: number; readonly p50: number; readonly p95: number } | null;
  readonly timeWait: number | null;
  /** The service on this host at the other end. */
  readonly otherEnd: string | null;
  readonly invocation: Invocation;
}

/** What a rule tells people: what is wrong, and what to do. */
export interface Advice {
  /** "leaks connections to MySQL at 127.0.0.1:3306": follows the service's name. */
  headline(of: Case): string;
  /** What the kernel's facts mean here, in a sentence or two: the cause, called likely where it is. */
  cause(of: Case): string;
  fix(of: Case): Action;
  confirm(of: Case): Action;
}
