import type { Alert, AlertMember } from "../../model/alert.ts";
import { hashOf } from "../fingerprint.ts";
import { withdrawn } from "../withdrawn.ts";
import { identityOf, isAlarm, isProven, ruleOf, stands, type Judged } from "./members.ts";
import { MOST_ALERTS, MOST_MEMBERS } from "./options.ts";

/** When an event is taken in: Unix milliseconds, and the clock of AlertsState.watched. */
export interface Instant {
  readonly at: number;
  readonly watched: number;
}

/**
 * Puts what is told into the alert that it is part of, or begins one; false when there is no room for another.
 *
 *     same story                          one cause, one alert
 *     same id                             told again
 *     same service, rule and subject      told anew, as after a restart
 *     a limit and a leak of one service   the leak is why
 */
export function place(alerts: Alert[], event: Judged, instant: Instant): boolean {
  const before = alerts.findIndex((alert) => has(alert, ({ id }) => id === event.id));
  if (event.standing === "cleared") {
    if (before !== -1) alerts[before] = withMember(alerts[before] as Alert, event);
    return true;
  }
  const home = homeOf(alerts, event, before);
  if (home === -1) {
    if (alerts.length >= MOST_ALERTS && !makeRoom(alerts, event)) return false;
    alerts.push(begun(event, instant));
    return true;
  }
  alerts[home] = withMember(alerts[home] as Alert, event);
  if (before !== -1 && before !== home) leave(alerts, before, home, event, instant);
  return true;
}

/** The figures of what stands, as they are now: what it is part of is said by events alone. */
export function refresh(alert: Alert, standing: ReadonlyMap<string, Judged>): Alert {
  const isKnown = (member: AlertMember): boolean => stands(member) && standing.has(member.event.id);
  if (!alert.members.some(isKnown)) return alert;
  const members = alert.members.map((member) => {
    const now = isKnown(member) ? standing.get(member.event.id) : undefined;
    return now === undefined || now.standing === "cleared"
      ? member
      : { event: { ...now, story: member.event.story }, stale: false };
  });
  return { ...alert, members };
}

/** What is proven takes the place of a suspicion that nobody was told of: those are easily made up. */
function makeRoom(alerts: Alert[], event: Judged): boolean {
  if (!isProven(event)) return false;
  const least = alerts.findIndex((alert) => alert.told === null && !has(alert, isProven));
  if (least === -1) return false;
  alerts.splice(least, 1);
  return true;
}

function homeOf(alerts: readonly Alert[], event: Judged, before: number): number {
  const sameStory = alerts.findIndex((alert) => has(alert, ({ story }) => story === event.story));
  if (sameStory !== -1) return sameStory;
  if (before !== -1) return before;
  const same = alerts.findIndex((alert) =>
    has(alert, ({ fingerprint }) => fingerprint === event.fingerprint),
  );
  return same === -1 ? alerts.findIndex((alert) => isWhy(alert, event)) : same;
}

function has({ members }: Alert, wanted: (event: Judged) => boolean): boolean {
  return members.some(({ event }) => wanted(event));
}

/** A service that runs towards its limit and leaks: one is told before the other, and neither knows of it then. */
function isWhy({ members }: Alert, event: Judged): boolean {
  if (event.service === null) return false;
  const standing = members.filter((member) => stands(member) && member.event.service === event.service);
  if (standing.length === 0) return false;
  return isOwnLimit(event)
    ? standing.some((member) => !isAlarm(member.event))
    : !isAlarm(event) && standing.every((member) => isOwnLimit(member.event));
}

/** The limit of a process, not one that several share: of that the worst is named, which need not be at fault. */
function isOwnLimit(event: Judged): boolean {
  const rule = ruleOf(event);
  return rule === "at-limit" || (rule === "forecast" && event.runway?.resource !== "file-max");
}

/** With what is told in the place of what it replaces: the same told again, or what had ended or an earlier run had said. */
function withMember(alert: Alert, event: Judged): Alert {
  const replaced = (member: AlertMember): boolean =>
    member.event.id === event.id ||
    (member.event.fingerprint === event.fingerprint && (member.stale || !stands(member)));
  const at = alert.members.findIndex(replaced);
  const others = alert.members.filter((member) => !replaced(member));
  const room = MOST_MEMBERS - 1;
  const kept = others.length <= room ? others : others.filter(stands).slice(0, room);
  return { ...alert, members: kept.toSpliced(at === -1 ? kept.length : at, 0, { event, stale: false }) };
}

/** What has turned out to be part of another alert leaves its own; nobody is told of one leak by two. */
function leave(alerts: Alert[], from: number, to: number, event: Judged, instant: Instant): void {
  const left = alerts[from] as Alert;
  const taker = alerts[to] as Alert;
  const members = left.members.filter((member) => member.event.id !== event.id);
  if (members.length > 0) {
    alerts[from] = { ...left, members };
    return;
  }
  if (left.told !== null && taker.told === null) {
    const { id, phase, severity, identity, startedAt, firingAt, told } = left;
    alerts[to] = { ...taker, id, phase, severity, identity, startedAt, firingAt, told };
  } else if (left.told !== null) {
    const reason = `it has one cause with what is told of ${taker.identity.service ?? "an unknown service"}`;
    const over = left.members.map((member) => ({
      ...member,
      event: withdrawn(member.event, instant, reason),
    }));
    // Over at once: the other alert goes on with it.
    alerts[from] = { ...left, members: over, goneSince: Number.MIN_SAFE_INTEGER };
    return;
  }
  alerts.splice(from, 1);
}

function begun(event: Judged, { at, watched }: Instant): Alert {
  const members = [{ event, stale: false }];
  const startedAt = new Date(at).toISOString();
  return {
    id: hashOf([event.host, event.fingerprint, startedAt, watched]),
    phase: "pending",
    severity: "ticket",
    // What is declared is looked up as long as nobody was told.
    identity: identityOf(event.host, members, null),
    members,
    startedAt,
    firingAt: null,
    provenSince: null,
    standsSince: null,
    goneSince: null,
    told: null,
  };
}
