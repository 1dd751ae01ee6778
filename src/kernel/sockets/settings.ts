import path from "node:path";
import type { Fact } from "../../model/facts.ts";
import type { NetworkFact } from "../../model/port-facts.ts";
import type { ToldGaps } from "../procfs/gaps.ts";
import { parseFigure } from "../procfs/host.ts";
import type { ProcFiles } from "../procfs/reading.ts";
import { parseNamespace } from "../procfs/status.ts";
import type { SockDiag } from "../sockdiag/sockdiag.ts";
import type { Effort } from "./effort.ts";
import { IDLE_TIMES } from "./tablesource.ts";

/** Seconds between two looks: somebody may change them at any time. 0.2 ms off the main thread (Linux 6.18). */
const LOOK_SECONDS = 30;
/** Before Linux 6.14 the delay was fixed: tcp_twsk_unique(). */
const REUSE_SECONDS = 1;

const NAMES = [
  "ip_local_port_range",
  "ip_local_reserved_ports",
  "tcp_tw_reuse",
  "tcp_tw_reuse_delay",
  "tcp_timestamps",
  "tcp_max_tw_buckets",
] as const;

/** First and last port of "32768 60999"; null when it is something else. */
export function parsePortRange(text: string): readonly [number, number] | null {
  const figures = /^\s*(\d{1,5})\s+(\d{1,5})\s*$/.exec(text);
  const [first, last] = [Number(figures?.[1] ?? NaN), Number(figures?.[2] ?? NaN)];
  return first >= 1 && first <= last && last <= 65_535 ? [first, last] : null;
}

/** The ports of "8080,9148-9151", each once; null when it is something else. */
export function parsePortList(text: string): ReadonlySet<number> | null {
  const ports = new Set<number>();
  for (const part of text.trim() === "" ? [] : text.trim().split(",")) {
    const figures = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part);
    if (figures === null) return null;
    const last = Math.min(65_535, Number(figures[2] ?? figures[1]));
    for (let port = Number(figures[1]); port <= last; port++) ports.add(port);
  }
  return ports;
}

/** What one network namespace allows its connections, and the ports that connect(2) may choose in it. */
export class NetworkSettings {
  fact: NetworkFact | null = null;
  private choosable: Uint8Array | null = null;
  private readonly netns: number;
  private readonly files: ProcFiles;
  private readonly gaps: ToldGaps;
  private readonly sockDiag: SockDiag | null;
  private lookedAt = -Infinity;

  constructor(netns: number, files: ProcFiles, gaps: ToldGaps, sockDiag: SockDiag | null) {
    this.netns = netns;
    this.files = files;
    this.gaps = gaps;
    this.sockDiag = sockDiag;
  }

  /** Whether connect(2) may choose the port; never where the range is not known. */
  mayChoose(port: number): boolean {
    return this.choosable?.[port] === 1;
  }

  /** Looks again when it is time; `folder` is that of a process in the namespace. */
  async read(facts: Fact[], folder: string, uptime: number, effort: Effort): Promise<void> {
    if (uptime - this.lookedAt < LOOK_SECONDS) return;
    this.lookedAt = uptime;
    const texts = await this.texts(facts, folder, effort);
    if (texts === null) return;
    const fact = this.parse(texts);
    if (JSON.stringify(fact) === JSON.stringify(this.fact)) return;
    this.fact = fact;
    facts.push(fact);
  }

  /**
   * /proc/sys/net shows each reader the settings of the namespace that it is in itself, through whatever mount or
   * /proc/PID/root it looks: this program's own are read like any file, those of others by a thread that enters them.
   */
  private async texts(
    facts: Fact[],
    folder: string,
    effort: Effort,
  ): Promise<readonly (string | null)[] | null> {
    const procfs = path.dirname(folder);
    const paths = NAMES.map((name) => `${procfs}/sys/net/ipv4/${name}`);
    const own = this.files.link(`${procfs}/self/ns/net`);
    if (typeof own === "string" && parseNamespace(own) === this.netns) {
      return paths.map((file) => {
        const bytes = this.files.read(file);
        return typeof bytes === "string" ? null : bytes.toString("latin1");
      });
    }
    if (this.sockDiag === null) return null;
    const texts = await effort.wait(this.sockDiag.settings(this.netns, folder, paths));
    if (typeof texts !== "string") return texts;
    // Another process of the namespace may show the way at the next reading.
    if (texts === "exited") this.lookedAt = -Infinity;
    // It takes what the idle times take, and is missed with them: one gap.
    else this.gaps.tell(facts, `entrance ${this.netns}`, null, IDLE_TIMES, texts);
    return null;
  }

  private parse(texts: readonly (string | null)[]): NetworkFact {
    const text = (name: (typeof NAMES)[number]): string => texts[NAMES.indexOf(name)] ?? "";
    const figure = (name: (typeof NAMES)[number]): number | null => parseFigure(text(name));
    const delay = figure("tcp_tw_reuse_delay");
    const timestamps = figure("tcp_timestamps");
    return {
      fact: "network",
      netns: this.netns,
      localPorts: this.choose(text("ip_local_port_range"), text("ip_local_reserved_ports")),
      timeWaitReuse: figure("tcp_tw_reuse"),
      reuseAfterSeconds: delay === null ? REUSE_SECONDS : delay / 1000,
      timestamps: timestamps === null ? null : timestamps > 0,
      timeWaitMost: figure("tcp_max_tw_buckets"),
    };
  }

  private choose(range: string, reserved: string): NetworkFact["localPorts"] {
    this.choosable = null;
    const ends = parsePortRange(range);
    const without = parsePortList(reserved);
    if (ends === null || without === null) return null;
    const [first, last] = ends;
    const choosable = new Uint8Array(65_536).fill(1, first, last + 1);
    for (const port of without) choosable[port] = 0;
    this.choosable = choosable;
    return { first, last, count: choosable.reduce((sum, one) => sum + one, 0) };
  }
}
