import type { EarlierLife } from "../../server/lives.ts";
import type { Holding, ServiceView, Snapshot } from "../../model/snapshot.ts";
import { actionLines, heading, HEADING_COLUMNS, ownerLines } from "./actions.ts";
import { bundleWords } from "./bundle.ts";
import { count } from "./figures.ts";
import { byWeight, rankOf } from "./holdings.ts";
import { habitLines, saysLoad } from "./habits.ts";
import { isTooShort, LONG_ENOUGH, TOO_SHORT } from "./header.ts";
import { ladderLine } from "./ladder.ts";
import { livesLines } from "./lives.ts";
import type { Look } from "./look.ts";
import { pastBar, pastPace } from "./past.ts";
import { timeWaitWords } from "./ports.ts";
import { poolFigures, poolOf } from "./pool.ts";
import { isFull, standingForecast, worstLeak, worstVerdict } from "./standing.ts";
import { subjectRow } from "./subject.ts";
import { cut, hanging, harmless } from "./text.ts";
import { elapsed } from "./times.ts";

/** How much room the explanation may take. */
export interface Detail {
  readonly evidenceLines: number;
  /** Lines of each remark on a command; 0: none. */
  readonly remarkLines: number;
  /** Of how it leaked before. */
  readonly lifeLines: number;
}

const BAR_COLUMNS = 24;

/** Everything below the table: how old, what was left open before, why, how load went, what it is not, what to do; blank lines between. */
export function explanation(
  service: ServiceView,
  snapshot: Snapshot,
  look: Look,
  detail: Detail,
  lives: readonly EarlierLife[],
): string[] {
  const sections = [
    [...ageSection(service, look), ...beforeSection(service, snapshot, look)],
    [
      ...whySection(service, look, detail),
      ...poolSection(service, look),
      ...livesLines(lives, snapshot.at, look, detail.lifeLines),
      ...habitLines(service, snapshot, look),
      ...notThisSection(service, snapshot, look),
    ],
    actionSection(service, look, detail),
    stateOfWatch(service, snapshot, look),
  ];
  return sections.flatMap((section) => (section.length > 0 ? ["", ...section] : []));
}

function ageSection(service: ServiceView, look: Look): string[] {
  const judged = byWeight(service.holdings)[0];
  const ladder = judged === undefined ? null : ladderLine(judged, look);
  if (ladder === null || judged === undefined) return [];
  const teach = rankOf(judged) > 0 ? "    a leak fills every rung and keeps climbing; a pool stops" : "";
  const whose = rankOf(judged) > 0 ? "" : `    ${subjectRow(judged.subject)}`;
  return [cut(`${ageTitle(judged)}${whose}${teach}`, look.columns), ladder];
}

/** Connections whose use the kernel tells begin anew with each: what is shown is for how long they have been idle. */
function ageTitle({ subject, unusedSeconds }: Holding): string {
  const isTold = subject.kind === "tcp" && subject.state === "ESTABLISHED" && unusedSeconds !== null;
  return isTold ? "HOW LONG UNUSED" : "HOW OLD THEY ARE";
}

/** What was left open before the watch began, of what was judged. */
function beforeSection(service: ServiceView, snapshot: Snapshot, look: Look): string[] {
  const holding = byWeight(service.holdings).find((one) => rankOf(one) > 0 && one.past !== null);
  if (holding === undefined || holding.past === null) return [];
  const { past, rates } = holding;
  const bar = pastBar(past, snapshot.at, look.zone, BAR_COLUMNS);
  const pace = pastPace(past, snapshot.at, look.zone, {
    full: isFull(service),
    netPerMinute: rates.netPerMinute,
  });
  return [cut(`LEFT OPEN ${bar}   ${count(past.left)}, ${pace}`, look.columns)];
}

function whySection(service: ServiceView, look: Look, { evidenceLines }: Detail): string[] {
  const verdict = worstLeak(service.verdicts);
  if (verdict !== null) {
    const bundle = bundleWords(verdict);
    const said = verdict.evidence.filter((sentence) => !saysLoad(sentence));
    const evidence = bundle === null ? said : [`each comes with ${bundle}`, ...said];
    if (evidence.length === 0) return [];
    return hanging(heading("WHY"), evidenceWords(evidence), look.columns, evidenceLines);
  }
  if (service.otherEndOf.length === 0) return [];
  const openers = service.otherEndOf.map(harmless).join(", ");
  return hanging(heading("WHY"), `it holds the other end of what ${openers} does not close`, look.columns, 2);
}

/** The pool beside which connections are opened: what it should need, against what there is. */
function poolSection(service: ServiceView, look: Look): string[] {
  const pool = poolOf(service.verdicts);
  return pool === null ? [] : hanging(heading("POOL"), poolFigures(pool).join("; "), look.columns, 2);
}

/** Findings as sentences, or as parts of one. */
function evidenceWords(evidence: readonly string[]): string {
  return evidence
    .map(harmless)
    .reduce((before, next) => `${before}${/[.!?]$/.test(before) ? "" : ";"} ${next}`);
}

/** TIME_WAIT looks alarming in every other tool and fills no table of open files: say so wherever it can be met. */
export function notThisWords(service: ServiceView, snapshot: Snapshot): string | null {
  const connected = service.holdings.some((holding) => holding.subject.kind === "tcp");
  if (!connected || snapshot.timeWait === null || snapshot.timeWait === 0) return null;
  const own = timeWaitWords(service.service, snapshot);
  if (own !== null) return own;
  return `${count(snapshot.timeWait)} TIME_WAIT: they hold no open files`;
}

function notThisSection(service: ServiceView, snapshot: Snapshot, look: Look): string[] {
  const text = notThisWords(service, snapshot);
  return text === null ? [] : hanging(heading("NOT THIS"), text, look.columns, 1);
}

function actionSection(service: ServiceView, look: Look, { remarkLines }: Detail): string[] {
  const judged = worstVerdict(service.verdicts) ?? standingForecast(service.forecasts);
  if (judged === null) return [];
  return [...ownerLines(service.owner, look), ...actionLines(judged.actions, look, remarkLines)];
}

/** Rates need two readings; until then everything shown comes from one. */
function stateOfWatch(service: ServiceView, snapshot: Snapshot, look: Look): string[] {
  if (service.rates.netPerMinute !== null) return tooShort(service, snapshot, look);
  const watched = snapshot.watchedSeconds < 1 ? "" : ` after ${elapsed(snapshot.watchedSeconds)}`;
  const text = `FIRST LOOK${watched}: rates and ages show as it is watched${look.rows === null ? " (--for 30s waits for them)" : ""}.`;
  return hanging("", text, Math.max(look.columns, HEADING_COLUMNS), 1);
}

/** That nothing was found says little after so short a watch. */
function tooShort(service: ServiceView, { watchedSeconds }: Snapshot, look: Look): string[] {
  const isFound = worstVerdict(service.verdicts) !== null || standingForecast(service.forecasts) !== null;
  if (isFound || !isTooShort(watchedSeconds)) return [];
  const more = look.rows === null ? `; ${LONG_ENOUGH}` : "";
  const text = `WATCHED ${elapsed(watchedSeconds)}: nothing found yet, ${TOO_SHORT}${more}.`;
  return hanging("", text, Math.max(look.columns, HEADING_COLUMNS), 1);
}
