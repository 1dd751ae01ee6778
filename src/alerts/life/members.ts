import type { AlertIdentity, AlertMember, Severity } from "../../model/alert.ts";
import type { ForecastEvent, VerdictEvent } from "../../model/events.ts";
import { RESTARTED } from "../../model/reasons.ts";
import type { LifeOptions, ServiceLife } from "../../model/life-options.ts";
import { isShared } from "../shared.ts";

export type Judged = VerdictEvent | ForecastEvent;

/** Something fails now, whatever the cause: counts alone prove it. */
const FULL: ReadonlySet<string> = new Set(["at-limit", "host-file-limit"]);

export function ruleOf(event: Judged): AlertIdentity["rule"] {
  return event.type === "forecast" ? "forecast" : event.rule;
}

/** Something fails now. */
export function isFull(event: Judged): boolean {
  return FULL.has(ruleOf(event));
}

/** Says that something runs out or has run out, and not why. */
export function isAlarm(event: Judged): boolean {
  return event.type === "forecast" || isFull(event);
}

export function isProven(event: Judged): boolean {
  return event.standing === "confirmed" || (event.standing === "suspect" && isAlarm(event));
}

export function stands({ event }: AlertMember): boolean {
  return event.standing !== "cleared";
}

/** The one that an alert is told by: what stands, then what says why, then what leads its story, then what is proven. */
export function leadOf(members: readonly AlertMember[]): AlertMember {
  let lead: AlertMember | undefined;
  for (const member of members) if (lead === undefined || weight(member) > weight(lead)) lead = member;
  if (lead === undefined) throw new Error("an alert without a member");
  return lead;
}

function weight(member: AlertMember): number {
  const { event } = member;
  return (
    (stands(member) ? 8 : 0) +
    (isAlarm(event) ? 0 : 4) +
    (event.id === event.story ? 2 : 0) +
    (isProven(event) ? 1 : 0)
  );
}

/** What the user says of the service of an event. */
export function declaredOf({ service }: Judged, { services }: LifeOptions): ServiceLife | null {
  return service === null ? null : (services.get(service) ?? null);
}

/**
 * A page when something is full, or its end is nearer than `pageWithin` milliseconds: forecast, or of a proven leak.
 * A bypassed pool costs time and ports: what it does not close is a leak beside it. What only an earlier run said wakes
 * nobody: its figures are old.
 */
export function severityOf(members: readonly AlertMember[], at: number, options: LifeOptions): Severity {
  const urgent = members.some((member) => {
    const { event, stale } = member;
    if (stale || !stands(member)) return false;
    // What all share is not for one service to say.
    const own = isShared(event) ? null : (declaredOf(event, options)?.pageWithin ?? null);
    if (own === "never") return false;
    if (event.type === "verdict" && isAlarm(event)) return true;
    if (ruleOf(event) === "pool-bypass" || !(isAlarm(event) || event.standing === "confirmed")) return false;
    return endsWithin(event, at, own ?? options.pageWithin);
  });
  return urgent ? "page" : "ticket";
}

function endsWithin({ type, runway }: Judged, at: number, span: number): boolean {
  const earliest = runway?.exhaustedAt?.p05 ?? null;
  // Of a forecast without a date it is only known that it is near.
  if (earliest === null) return type === "forecast" || (runway !== null && runway.headroom <= 0);
  return (runway?.headroom ?? 0) <= 0 || Date.parse(earliest) - at <= span;
}

/** What is said of an alert, without figures. Of these, what was never told is news. */
export function factsOf(members: readonly AlertMember[]): string[] {
  const { event: lead } = leadOf(members);
  const { kind, direction, peer, path } = lead.type === "verdict" ? lead.subject : NO_SUBJECT;
  const standing = members.filter((member) => stands(member) && !member.stale);
  const facts = [`cause ${JSON.stringify([ruleOf(lead), kind, direction, peer, path])}`];
  if (lead.standing === "confirmed") facts.push("proven");
  for (const { event } of standing) if (isAlarm(event)) facts.push(`alarm ${ruleOf(event)}`);
  if (standing.some(({ event }) => event.reason === RESTARTED)) facts.push("restarted");
  return [...new Set(facts)];
}

const NO_SUBJECT = { kind: null, direction: null, peer: null, path: null } as const;

/** Such a fact says what happens; the others say what is known of it, of which a run that has just begun knows less. */
export function happens(fact: string): boolean {
  return fact.startsWith("alarm ");
}

/** Something is full, and what is opened now fails. */
export function failsNow(fact: string): boolean {
  return [...FULL].some((rule) => fact === `alarm ${rule}`);
}

/** Why it is told again, in a person's words. */
export function whyTold(fact: string): string {
  if (fact === "proven") return "it is proven now";
  if (fact === "restarted") return RESTARTED;
  if (fact === "alarm forecast") return "its end is in sight";
  if (happens(fact)) return "its limit is reached";
  return "its cause is known better now";
}

export function identityOf(
  host: string,
  members: readonly AlertMember[],
  options: LifeOptions | null,
): AlertIdentity {
  const { event } = leadOf(members);
  return {
    host,
    service: event.service,
    rule: ruleOf(event),
    fingerprint: event.fingerprint,
    peer: event.type === "verdict" ? event.subject.peer : null,
    owner: options === null ? null : (declaredOf(event, options)?.owner ?? null),
  };
}
