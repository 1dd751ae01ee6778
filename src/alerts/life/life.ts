/**
 * The life of alerts. One leak is one alert, whatever it fills and whatever rises with it:
 *
 *     (nothing) -> pending     something of it is suspected
 *     pending -> firing        a proof has stood for `provenFor`, or a suspicion for `suspectedFor`
 *     pending -> (nothing)     it is gone for `goneFor`; nobody was told, nobody is
 *     firing -> resolved       it is gone for `goneFor`; told when it was told that it fires
 *
 * Told are: that it fires, that its severity rises, what is new about it beside figures, and that it is over. A silence
 * holds back all but the end of what was told before. State goes in and comes out as one plain value.
 */
import type {
  Alert,
  AlertMember,
  AlertsState,
  Notification,
  NotificationKind,
  Severity,
  Silence,
} from "../../model/alert.ts";
import type { DescryEvent } from "../../model/events.ts";
import type { LifeOptions } from "../../model/life-options.ts";
import { withdrawn } from "../withdrawn.ts";
import {
  declaredOf,
  factsOf,
  failsNow,
  happens,
  identityOf,
  isProven,
  leadOf,
  severityOf,
  stands,
  whyTold,
  type Judged,
} from "./members.ts";
import { place, refresh, type Instant } from "./placing.ts";
import { reported } from "./report.ts";
import { isSilenced } from "./silences.ts";

/** Two steps are no further apart than this: what lies between was not watched, or the clock was set. */
const LONGEST_STEP = 10_000;
/** Nobody reads about one alert for the twentieth time. */
const MOST_FACTS = 20;
const WEIGHT: Readonly<Record<Severity, number>> = { ticket: 0, page: 1 };

/** What happened since the step before. */
export interface AlertTick {
  /** Unix milliseconds. */
  readonly at: number;
  readonly events: readonly DescryEvent[];
  /** What stands, with its figures of now; it raises nothing and ends nothing. */
  readonly standing: readonly Judged[];
  readonly silences: readonly Silence[];
}

export interface Stepped {
  readonly state: AlertsState;
  readonly notifications: readonly Notification[];
  /** Whether more has changed than clocks and figures: then it is worth an fsync. */
  readonly changed: boolean;
}

/** What a run starts with: what was stored, of which nothing counts as found again; null: nothing was. */
export function resume(stored: AlertsState | null, at: number): AlertsState {
  if (stored === null) return { version: 1, at: iso(at), watched: 0, resumedAt: 0, alerts: [], unheld: 0 };
  const alerts = stored.alerts.map((alert) => ({
    ...alert,
    members: alert.members.map(({ event }) => ({ event, stale: true })),
  }));
  return { ...stored, at: iso(at), resumedAt: stored.watched, alerts };
}

export function step(state: AlertsState, tick: AlertTick, options: LifeOptions): Stepped {
  const passed = Math.min(LONGEST_STEP, Math.max(0, tick.at - Date.parse(state.at)));
  const instant = { at: tick.at, watched: state.watched + passed };
  const judged = tick.events.filter((event) => event.type === "verdict" || event.type === "forecast");
  const placed = [...state.alerts];
  let { unheld } = state;
  for (const event of judged) if (!place(placed, event, instant)) unheld += 1;

  const standing = new Map(tick.standing.map((event) => [event.id, event]));
  const lived = placed.map((alert) =>
    live(refresh(alert, standing), { ...tick, ...instant, resumedAt: state.resumedAt }, options),
  );
  const alerts = lived.flatMap(({ alert }) => (alert === null ? [] : [alert]));
  const notifications = lived.flatMap(({ notification }) => (notification === null ? [] : [notification]));
  return {
    state: { ...state, at: iso(tick.at), watched: instant.watched, alerts, unheld },
    notifications,
    changed: judged.length > 0 || notifications.length > 0 || !sameLives(state.alerts, alerts),
  };
}

interface Moment extends Instant, Pick<AlertTick, "silences"> {
  readonly resumedAt: number;
}

interface Lived {
  /** Null: it is over. */
  readonly alert: Alert | null;
  readonly notification: Notification | null;
}

function live(before: Alert, moment: Moment, options: LifeOptions): Lived {
  const alert = aged(before, moment, options);
  const { at, watched } = moment;
  const hasPassed = (since: number | null, span: number): boolean =>
    since !== null && watched - since >= span;
  if (hasPassed(alert.goneSince, options.goneFor)) return { alert: null, notification: over(alert, at) };
  if (alert.phase === "firing") return tell(alert, moment, options);
  const suspectedFor = suspectedLongEnough(alert, options);
  const fires =
    hasPassed(alert.provenSince, options.provenFor) ||
    (suspectedFor !== null && hasPassed(alert.standsSince, suspectedFor));
  const identity = identityOf(alert.identity.host, alert.members, options);
  if (!fires) return { alert: { ...alert, identity }, notification: null };
  return tell({ ...alert, identity, phase: "firing", firingAt: iso(at) }, moment, options);
}

/** For how long a suspicion has to stand, by what leads it; null: it is never told. */
function suspectedLongEnough({ members }: Alert, options: LifeOptions): number | null {
  const own = declaredOf(leadOf(members).event, options)?.suspectedFor ?? options.suspectedFor;
  return own === "never" ? null : own;
}

/** With its clocks and its severity of now. */
function aged(alert: Alert, { at, watched, resumedAt }: Moment, options: LifeOptions): Alert {
  const members = alert.members.map((member) =>
    member.stale && stands(member) && watched - resumedAt >= options.unseenFor
      ? unseen(member, at, options)
      : member,
  );
  const found = members.filter((member) => stands(member) && !member.stale);
  const now = severityOf(members, at, options);
  return {
    ...alert,
    members,
    // What was urgent for a moment and was never told is no reason to wake anybody later.
    severity: alert.told === null || WEIGHT[now] > WEIGHT[alert.severity] ? now : alert.severity,
    standsSince: found.length > 0 ? (alert.standsSince ?? watched) : null,
    provenSince: found.some(({ event }) => isProven(event)) ? (alert.provenSince ?? watched) : null,
    goneSince: members.some(stands) ? null : (alert.goneSince ?? watched),
  };
}

function unseen({ event }: AlertMember, at: number, { unseenFor }: LifeOptions): AlertMember {
  const minutes = Math.round(unseenFor / 60_000);
  const reason = `it was not found again within ${minutes} minutes after descry was restarted`;
  return { event: withdrawn(event, { at }, reason), stale: false };
}

function tell(alert: Alert, moment: Moment, options: LifeOptions): Lived {
  const { told, severity, members } = alert;
  const nothing = { alert, notification: null };
  if (isSilenced(alert.identity, moment.silences, moment.at) || !members.some(stands)) return nothing;
  // What held it back may end before this run has found any of it again.
  if (told === null) return alert.standsSince === null ? nothing : withTold(alert, "firing", null, moment);
  if (WEIGHT[severity] > WEIGHT[told.severity])
    return withTold(alert, "updated", "little time is left now", moment);
  // What an earlier run told is being found again, part by part.
  const { watched, resumedAt } = moment;
  const learnsAnew = told.at <= resumedAt && resumedAt > 0 && watched - resumedAt < options.unseenFor;
  const unheard = factsOf(members).filter(
    (fact) => !told.facts.includes(fact) && (happens(fact) || !learnsAnew),
  );
  // That something fails now waits for nothing; an alert says it once.
  const news = unheard.find(failsNow) ?? unheard[0];
  if (news === undefined || told.facts.length >= MOST_FACTS) return nothing;
  const waits = !failsNow(news) && watched - told.at < options.againAfter;
  return waits ? nothing : withTold(alert, "updated", whyTold(news), moment);
}

function withTold(alert: Alert, kind: NotificationKind, why: string | null, { at, watched }: Moment): Lived {
  const { told, severity, members } = alert;
  const facts = [...new Set([...(told?.facts ?? []), ...factsOf(members)])].slice(0, MOST_FACTS);
  const next = { ...alert, told: { times: (told?.times ?? 0) + 1, severity, facts, at: watched } };
  return { alert: next, notification: notificationOf(alert, kind, why, at, null) };
}

function over(alert: Alert, at: number): Notification | null {
  if (alert.told === null) return null;
  return notificationOf(alert, "resolved", leadOf(alert.members).event.reason, at, iso(at));
}

function notificationOf(
  alert: Alert,
  kind: NotificationKind,
  why: string | null,
  at: number,
  resolvedAt: string | null,
): Notification {
  return {
    id: `${alert.id}-${(alert.told?.times ?? 0) + 1}`,
    kind,
    at: iso(at),
    why,
    before: alert.told?.severity ?? null,
    alert: reported(alert, resolvedAt === null ? alert.phase : "resolved", resolvedAt),
  };
}

function sameLives(before: readonly Alert[], after: readonly Alert[]): boolean {
  return (
    before.length === after.length &&
    after.every((alert, at) => {
      const was = before[at] as Alert;
      return (
        was.id === alert.id &&
        was.phase === alert.phase &&
        was.severity === alert.severity &&
        was.standsSince === alert.standsSince &&
        was.provenSince === alert.provenSince &&
        was.goneSince === alert.goneSince
      );
    })
  );
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
