import type { Action, ForecastEvent, Runway, Standing, Subject, VerdictEvent } from "./events.ts";
import type { RuleName } from "./kinds.ts";

/** `page`: somebody is woken, because less time is left than a person needs. `ticket`: it can wait for the working day. */
export type Severity = "ticket" | "page";

/** `pending`: seen, and not yet long enough to tell anybody. */
export type AlertPhase = "pending" | "firing" | "resolved";

/** What an alert is about when it first fires; it stays so to the end, so that a receiver can know it again. */
export interface AlertIdentity {
  readonly host: string;
  /** Null: nobody can tell whose it is. */
  readonly service: string | null;
  readonly rule: RuleName | "forecast";
  /** Of the verdict that led the story then: the same on every host that has the same leak. */
  readonly fingerprint: string;
  readonly peer: string | null;
  /** Whose it is, as the user declared it of the service; null: nobody is named. */
  readonly owner: string | null;
}

/** A verdict or a forecast that is part of an alert, as it was told last. */
export interface AlertMember {
  readonly event: VerdictEvent | ForecastEvent;
  /** Of what a run of the program before this one said, and this one has not said yet. */
  readonly stale: boolean;
}

/** What was told of an alert last, to know what would be news. */
export interface ToldAlert {
  /** How many notifications there have been of it. */
  readonly times: number;
  readonly severity: Severity;
  /** What was said in all of them, without figures: what is not among it is worth telling. */
  readonly facts: readonly string[];
  /** On the clock of AlertsState.watched. */
  readonly at: number;
}

/**
 * One leak, from its first suspicion to its end. Points in time without a zone are on the clock of
 * AlertsState.watched, which no jump of the host's clock touches; null: it is not so now.
 */
export interface Alert {
  /** 16 hexadecimal digits, unique to this life of it. */
  readonly id: string;
  /** A resolved one is told and leaves. */
  readonly phase: Exclude<AlertPhase, "resolved">;
  /** Never falls once it was told. */
  readonly severity: Severity;
  readonly identity: AlertIdentity;
  readonly members: readonly AlertMember[];
  /** RFC 3339 UTC. */
  readonly startedAt: string;
  readonly firingAt: string | null;
  /** Since when one of its members is proven, or full, or forecast. */
  readonly provenSince: number | null;
  /** Since when it stands at all, and since when nothing of it stands any more. */
  readonly standsSince: number | null;
  readonly goneSince: number | null;
  /** Null: nobody was told, so nobody need be told that it is over. */
  readonly told: ToldAlert | null;
}

/** All that outlives a restart, as one plain JSON value. */
export interface AlertsState {
  readonly version: 1;
  /** RFC 3339 UTC of the last step. */
  readonly at: string;
  /** Milliseconds watched since the first run, over all runs. */
  readonly watched: number;
  /** `watched` when this run began: what it has not found again a while after that is over. */
  readonly resumedAt: number;
  readonly alerts: readonly Alert[];
  /** Alerts that were not begun, because there were too many at once. */
  readonly unheld: number;
}

/** Which alerts are held back, until when, and who wants it so. */
export interface SilenceOrder {
  /** Null matches every one; one of the three is not null. */
  readonly service: string | null;
  readonly rule: RuleName | "forecast" | null;
  readonly fingerprint: string | null;
  /** RFC 3339 UTC. There is none without an end. */
  readonly until: string;
  readonly by: string;
  readonly comment: string;
}

/** Holds back what would be told of the alerts that it matches, from when it is made until it ends. */
export interface Silence extends SilenceOrder {
  readonly id: string;
  /** RFC 3339 UTC: when it was made. */
  readonly from: string;
  /** RFC 3339 UTC: when somebody ended it before its time; null: nobody did. */
  readonly endedAt: string | null;
}

/** What became of making or ending a silence. */
export interface KeptSilence {
  readonly silence: Silence;
  /** How many of the alerts that live now it is about. */
  readonly alerts: number;
  /** False: it is held in memory alone until the history can be written. */
  readonly durable: boolean;
}

/** An alert as people and programs are told of it; unknown is null. The webhook's `alert` is exactly this. */
export interface AlertReport {
  readonly id: string;
  readonly phase: AlertPhase;
  readonly severity: Severity;
  readonly host: string;
  readonly service: string | null;
  readonly rule: RuleName | "forecast";
  readonly fingerprint: string;
  readonly peer: string | null;
  readonly owner: string | null;
  /** RFC 3339 UTC. */
  readonly startedAt: string;
  readonly firingAt: string | null;
  readonly resolvedAt: string | null;
  /** Of the verdict that leads the story, as all that follows. */
  readonly standing: Standing;
  readonly process: { readonly pid: number; readonly command: string } | null;
  readonly subject: Subject | null;
  readonly open: number | null;
  readonly limit: number | null;
  /** How many of the subject are open in all processes of the service. */
  readonly subjectOpen: number | null;
  readonly bornPerMinute: number | null;
  readonly diedPerMinute: number | null;
  readonly netPerMinute: number | null;
  /** RFC 3339 UTC: when the accumulation began. */
  readonly since: string | null;
  /** The one of all its members that ends first. */
  readonly runway: Runway | null;
  readonly summary: string;
  readonly evidence: readonly string[];
  readonly actions: readonly Action[];
  readonly alsoAffected: VerdictEvent["alsoAffected"];
  /** Everything that is said in this alert, what leads it first. */
  readonly verdicts: readonly {
    readonly id: string;
    readonly rule: RuleName | "forecast";
    readonly standing: Standing;
    readonly summary: string;
  }[];
}

/** An alert that lives, as whoever asks is shown it. */
export interface ListedAlert extends AlertReport {
  /** Of those that hold it back, the one that ends last; null: none does. */
  readonly silence: Silence | null;
}

/** `test`: somebody asked whether the channel works; nothing leaks. */
export type NotificationKind = "firing" | "updated" | "resolved" | "test";

/** One thing to tell, the same for every channel. */
export interface Notification {
  /** The alert's and a number: the same again means that it was told already. */
  readonly id: string;
  readonly kind: NotificationKind;
  /** RFC 3339 UTC. */
  readonly at: string;
  /** Why it is told again, or why it is over; null when it is told for the first time. */
  readonly why: string | null;
  /** The severity that was told before; null: nobody was told before. */
  readonly before: Severity | null;
  readonly alert: AlertReport;
}

/** A notification that waits for one channel. */
export interface OutboxEntry {
  /** Names the entry: `NOTIFICATION CHANNEL`. Putting the same key again replaces it in its place. */
  readonly key: string;
  readonly channel: string;
  readonly notification: Notification;
  /** Unix milliseconds. */
  readonly addedAt: number;
  /** Attempts that failed, and what the last one said; it holds no secret. */
  readonly attempts: number;
  readonly lastFailure: string | null;
}

export interface OutboxChange {
  readonly put?: readonly OutboxEntry[];
  /** Keys; unknown ones are no fault. */
  readonly remove?: readonly string[];
}

/**
 * What has to be delivered, kept until it is. A change that `commit` has returned from survives kill -9. It does not
 * throw: an outbox that cannot write goes on in memory, says so as a gap of its own, and writes when it can.
 */
export interface Outbox {
  /** In the order in which they were first put. */
  waiting(): readonly OutboxEntry[];
  /** All of it or nothing. */
  commit(change: OutboxChange): void;
}

/**
 * Where the states of alerts are kept beside the outbox, so that both change in one transaction: a crash between them
 * would tell something twice, or never.
 */
export interface AlertStore extends Outbox {
  /** Null: nothing was stored. */
  alerts(): AlertsState | null;
  /** Those that have ended may be left out. */
  silences(): readonly Silence[];
  /** False: it is kept in memory alone, and is written when it can be. */
  commit(
    change: OutboxChange & { readonly alerts?: AlertsState; readonly silences?: readonly Silence[] },
  ): boolean;
}
