import type { SeriesAnswer, SnapshotAnswer } from "../../../../src/server/api.ts";
import { endsOf, timeLeftWords, toneOf } from "../../parts/time-left.ts";
import type { Tone } from "../../parts/standing.ts";
import { bytes, count, percent, UNKNOWN } from "../../words/figures.ts";

/** One figure of the host. */
export interface Tile {
  readonly label: string;
  readonly figure: string;
  readonly more: string;
  readonly tone: Tone;
}

/** The host without its services. */
export type Host = Omit<SnapshotAnswer, "services" | "page">;

/** What descry itself takes; null: not known. */
export interface OwnCost {
  /** Of one processor, 0 to 1. */
  readonly cpuShare: number | null;
  readonly residentBytes: number | null;
}

/** So large that the kernel never comes to it: there is no limit. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;
/** The figure of processor time is a mean over so long. */
const COST_SECONDS = 300;

export function tilesOf(host: Host, cost: OwnCost | null, now: number): readonly Tile[] {
  return [openFiles(host), ports(host, now), timeWait(host), coverage(host), own(cost)];
}

function openFiles({ openFiles: open, fileMax }: Host): Tile {
  const head = {
    label: "Open files",
    figure: count(open),
    tone: open === null ? "unknown" : "calm",
  } as const;
  if (open === null || fileMax === null || fileMax <= 0) return { ...head, more: "of the host" };
  if (fileMax >= NO_LIMIT) return { ...head, more: "of the host, no limit" };
  return { ...head, more: `of ${count(fileMax)} (${shareWords(open / fileMax)})` };
}

/** Little is not nothing. */
function shareWords(share: number): string {
  return share > 0 && share < 0.0005 ? "under 0.1 %" : percent(share);
}

/** The destination towards which most of the local ports are taken; those of less than 1 % are not told. */
function ports({ ports: [fullest] }: Host, now: number): Tile {
  const label = "Fullest ports";
  if (fullest === undefined)
    return { label, figure: "under 1 %", more: "to any one destination", tone: "calm" };
  const { peer, product, used, range, service, runway } = fullest;
  const left = endsOf(runway, now);
  const ends = left === null ? "" : left.kind === "full" ? ", none left" : `, ${timeLeftWords(left)} left`;
  const to = product === null ? peer : `${product} ${peer}`;
  return {
    ...{ label, figure: percent(used / range) },
    more: `${count(used)} of ${count(range)} to ${to}${ends}`,
    tone:
      service !== null || left !== null
        ? toneOf(left ?? { kind: "none" }, service === null ? null : "suspect")
        : "calm",
  };
}

function timeWait({ timeWait: rows }: Host): Tile {
  return {
    ...{ label: "TIME_WAIT", figure: count(rows), more: "ports, not files" },
    tone: rows === null ? "unknown" : "calm",
  };
}

function coverage({ coverage: { processes, denied, tcpOpened, tcpSeen } }: Host): Tile {
  const readable = denied === 0 ? "all readable" : `${count(denied)} not permitted`;
  const seen =
    tcpOpened === null || tcpSeen === null || tcpOpened === 0
      ? ""
      : `; ${count(tcpSeen)} of ${count(tcpOpened)} connections seen`;
  return {
    ...{ label: "Processes", figure: count(processes), more: readable + seen },
    tone: denied === 0 ? "calm" : "unknown",
  };
}

function own(cost: OwnCost | null): Tile {
  const share = cost?.cpuShare ?? null;
  const resident = cost?.residentBytes ?? null;
  return {
    label: "descry itself",
    figure: share === null ? UNKNOWN : percent(share),
    more: `CPU, ${bytes(resident)} of memory`,
    tone: cost === null ? "unknown" : "calm",
  };
}

/** Processor time is a running total: two points of it are a rate, where the agent did not start anew in between. */
export function costOf(answer: SeriesAnswer): OwnCost {
  const of = (measure: string) => answer.series.find((one) => one.measure === measure)?.values ?? [];
  return {
    cpuShare: shareOf(of("cpu-seconds"), answer.stepSeconds),
    residentBytes: of("resident-bytes").findLast((figure) => figure !== null) ?? null,
  };
}

function shareOf(values: readonly (number | null)[], stepSeconds: number): number | null {
  const newest = values.findLastIndex((figure) => figure !== null);
  let oldest = newest;
  // The newest bucket is not over: where there are others, its figure is of an unknown moment in it.
  const end = values[newest - 1] === null ? newest : newest - 1;
  for (let place = end; place >= 0 && (end - place) * stepSeconds <= COST_SECONDS; place--) {
    const [figure, later] = [values[place], values[oldest]];
    if (figure === null || figure === undefined || later === null || later === undefined || figure > later)
      break;
    oldest = place;
  }
  const [from, to] = [values[oldest], values[end]];
  if (oldest >= end || from === null || from === undefined || to === null || to === undefined) return null;
  return (to - from) / ((end - oldest) * stepSeconds);
}
