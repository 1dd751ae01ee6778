import type { Alert, AlertMember, AlertPhase, AlertReport, AlertsState } from "../../model/alert.ts";
import type { Runway } from "../../model/events.ts";
import { isFull, leadOf, ruleOf, stands } from "./members.ts";

/** An alert as people and programs are told of it. */
export function reportOf(alert: Alert): AlertReport {
  return reported(alert, alert.phase, null);
}

/** What fires and was told, as urgent as it was told: who says it again says nothing that a silence holds back. */
export function toldReports({ alerts }: AlertsState): AlertReport[] {
  return alerts.flatMap((alert) =>
    alert.phase === "firing" && alert.told !== null
      ? [{ ...reportOf(alert), severity: alert.told.severity }]
      : [],
  );
}

/** `resolvedAt` in RFC 3339 UTC. */
export function reported(alert: Alert, phase: AlertPhase, resolvedAt: string | null): AlertReport {
  const { id, severity, identity, startedAt, firingAt, members } = alert;
  const lead = leadOf(members);
  const { event } = lead;
  const verdict = event.type === "verdict" ? event : null;
  const { process } = event;
  return {
    ...{ id, phase, severity, ...identity, startedAt, firingAt, resolvedAt },
    standing: event.standing,
    process: process === null ? null : { pid: process.pid, command: process.command },
    subject: verdict?.subject ?? null,
    open: event.open,
    limit: event.limit,
    subjectOpen: verdict?.subjectOpen ?? null,
    bornPerMinute: verdict?.bornPerMinute ?? null,
    diedPerMinute: verdict?.diedPerMinute ?? null,
    netPerMinute: event.netPerMinute,
    since: verdict?.since ?? null,
    runway: soonest(members) ?? event.runway,
    summary: summaryOf(lead, members),
    evidence: event.evidence,
    actions: event.actions,
    alsoAffected: verdict?.alsoAffected ?? [],
    verdicts: [lead, ...members.filter((member) => member !== lead)].map(({ event: each }) => ({
      id: each.id,
      rule: ruleOf(each),
      standing: each.standing,
      summary: each.summary,
    })),
  };
}

/** What an alert says first, and that something fails now where what leads it says why alone. */
function summaryOf(lead: AlertMember, members: readonly AlertMember[]): string {
  const { summary } = lead.event;
  const fails = members.some((member) => !member.stale && stands(member) && isFull(member.event));
  return fails && !isFull(lead.event) ? `${summary} The limit is reached: what it opens now fails.` : summary;
}

function soonest(members: readonly AlertMember[]): Runway | null {
  let first: Runway | null = null;
  for (const member of members) {
    const { runway } = member.event;
    if (stands(member) && runway !== null && endOf(runway) < endOf(first)) first = runway;
  }
  return first;
}

/** Unix milliseconds of the likely end; Infinity when there is none, the past when nothing is left. */
function endOf(runway: Runway | null): number {
  if (runway === null) return Number.POSITIVE_INFINITY;
  if (runway.headroom <= 0) return Number.NEGATIVE_INFINITY;
  const end = runway.exhaustedAt?.p50 ?? runway.exhaustedAt?.p05 ?? null;
  return end === null ? Number.POSITIVE_INFINITY : Date.parse(end);
}
