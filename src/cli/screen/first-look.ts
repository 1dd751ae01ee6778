import type { Holding, ServiceView, Snapshot } from "../../model/snapshot.ts";
import { count, counted, isUnlimited, limit, percent } from "./figures.ts";
import { clockWithZone, coverageWords } from "./header.ts";
import { readOfThePast } from "./left-open.ts";
import type { Look } from "./look.ts";
import { leftOpenWords, pastPace } from "./past.ts";
import { sentence } from "./sentence.ts";
import { isFull, serviceMark, worstVerdict } from "./standing.ts";
import { shortService, subjectRow } from "./subject.ts";
import { cut, cutMiddle, hanging, harmless, left, right } from "./text.ts";

const MOST_SERVICES = 10;
const MOST_HOLDINGS = 3;
const MOST_RISK_LINES = 3;

/** Share of its limit that a service's fullest process has open, 0 to 1; 0 where it is not known or unlimited. */
export function fullness(service: ServiceView): number {
  const process = service.processes[0];
  if (process === undefined || process.softLimit === null || process.softLimit <= 0) return 0;
  return isUnlimited(process.softLimit) ? 0 : process.open / process.softLimit;
}

/** The services whose fullest process is nearest to its limit; among equals those that hold most. */
export function fullest(snapshot: Snapshot, most: number): ServiceView[] {
  return snapshot.services.toSorted((a, b) => fullness(b) - fullness(a) || b.open - a.open).slice(0, most);
}

/** "2,731 tcp out MySQL 127.0.0.1:3306 ESTABLISHED" */
function holdingWords(holding: Holding): string {
  const state = holding.subject.state === null ? "" : ` ${holding.subject.state}`;
  return `${count(holding.open)} ${subjectRow(holding.subject).replaceAll(/ {2,}/g, " ")}${state}`;
}

function filledWith(service: ServiceView): string {
  const largest = service.holdings.toSorted((a, b) => b.open - a.open).slice(0, MOST_HOLDINGS);
  // What is held is counted per service, what is open and its limit per process.
  const among = service.processes.length > 1 ? `all ${count(service.processes.length)}: ` : "";
  if (largest.length > 0) return among + largest.map(holdingWords).join(", ");
  return service.processes.some((process) => process.readable) ? "not looked into yet" : "not permitted";
}

function serviceLine(service: ServiceView, look: Look): string {
  const process = service.processes[0];
  const name = left(cutMiddle(shortService(service.service), 22), 22);
  const pid = left(process === undefined ? "" : `pid ${process.pid}`, 11);
  const open = right(count(process?.open ?? service.open), 7);
  const most = left(limit(process?.softLimit ?? null), 9);
  const share = right(percent(fullness(service)), 4);
  const line = `${serviceMark(service)} ${name} ${pid} ${open} of ${most} ${share}  ${filledWith(service)}`;
  return cut(line, look.columns);
}

/** Reasons to name a service before anything was watched: a verdict that stands, a full table, a past that tells. */
function riskWords(service: ServiceView, snapshot: Snapshot, look: Look): string | null {
  const verdict = worstVerdict(service.verdicts);
  const full = isFull(service);
  const read = readOfThePast(service);
  if (read === null && verdict !== null) return sentence(verdict, look.zone);
  const process = service.processes[0];
  const whom = `${harmless(service.service)} (pid ${process?.pid ?? "?"})`;
  const limits = `is at its limit of ${count(process?.softLimit)} open files and cannot open more`;
  if (read === null) return full ? `${whom} ${limits}` : null;
  const { holding, past } = read;
  const { netPerMinute } = holding.rates;
  const before = `${leftOpenWords(holding.subject, past, snapshot.at)}; ${pastPace(past, snapshot.at, look.zone, { full, netPerMinute })}`;
  if (full) return `${whom} ${limits}; likely leak: ${before}`;
  return `${whom} ${verdict === null ? "holds" : "may leak"} ${before}`;
}

function riskLines(snapshot: Snapshot, look: Look): string[] {
  const lines: string[] = [];
  for (const service of snapshot.services) {
    const words = riskWords(service, snapshot, look);
    if (words === null) continue;
    const mark = isFull(service) ? "x" : serviceMark(service) === " " ? "?" : serviceMark(service);
    lines.push(...hanging(`${mark} `, `first look: ${words}`, look.columns, MOST_RISK_LINES));
    if (lines.length >= MOST_SERVICES) break;
  }
  return lines.length === 0 ? [] : [...lines, ""];
}

function unseenLines(snapshot: Snapshot, look: Look, asRoot: boolean): string[] {
  const { denied } = snapshot.coverage;
  if (denied === 0) return [];
  const whom = counted(denied, "process", "processes");
  const holds = denied === 1 ? "holds" : "hold";
  const words = asRoot
    ? `what ${whom} ${holds}; the kernel (a security module or another user namespace) protects it even from root.`
    : `what ${whom} of other users ${holds}; sudo descry sees all.`;
  return [cut(`Not permitted: ${words}`, look.columns)];
}

/**
 * What is known from the first reading alone: how full the fullest processes are and of what. Nothing of it is a
 * rate, because nothing has been watched yet. `asRoot`: whoever looks is root already.
 */
export function firstLookLines(snapshot: Snapshot, look: Look, asRoot = false): string[] {
  const host = cut(harmless(snapshot.host), 40);
  const ports = `${count(snapshot.timeWait)} TIME_WAIT (ports, not files)`;
  const files = snapshot.openFiles === null ? "" : `   host files ${count(snapshot.openFiles)}`;
  const shown = fullest(snapshot, MOST_SERVICES);
  const rest = snapshot.services.length - shown.length;
  return [
    cut(
      `descry  ${host}   first look ${clockWithZone(snapshot.at, look.zone)}   ${coverageWords(snapshot.coverage)}`,
      look.columns,
    ),
    cut(`${ports}${files}`, look.columns),
    "",
    ...riskLines(snapshot, look),
    cut("Nearest to their limit of open files, and what fills them:", look.columns),
    ...shown.map((service) => serviceLine(service, look)),
    ...(rest > 0 ? [`  ... ${count(rest)} more`] : []),
    ...unseenLines(snapshot, look, asRoot),
    "",
  ];
}

/** The same for programs: `{"type":"first-look",...}`, the first of the JSON lines of `descry top`. */
export function firstLookFigures(snapshot: Snapshot) {
  const { at, host, openFiles, fileMax, timeWait, coverage } = snapshot;
  const services = fullest(snapshot, MOST_SERVICES).map((service) => {
    const process = service.processes[0];
    const holdings = service.holdings.toSorted((a, b) => b.open - a.open).slice(0, MOST_HOLDINGS);
    return {
      service: service.service,
      pid: process?.pid ?? null,
      open: process?.open ?? service.open,
      limit: process?.softLimit ?? null,
      holdings: holdings.map(({ subject, open, unusedSeconds, past }) => ({
        subject,
        open,
        unusedSeconds,
        past,
      })),
    };
  });
  return { type: "first-look", at, host, openFiles, fileMax, timeWait, coverage, services };
}
