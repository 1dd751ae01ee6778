// What the figures were measured on, and how busy it was.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";

/** Pairs of a name and what it is, as the document shows them. */
export type MachineLine = readonly [name: string, value: string];

export function describeMachine(): MachineLine[] {
  const [first] = cpus();
  return [
    ["Date", `${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`],
    ["Cores", `${cpus().length} (${first?.model ?? process.arch})`],
    ["Memory", `${(totalmem() / 1e9).toFixed(1)} GB`],
    ["Kernel", `Linux ${release()}, ${process.arch}`],
    ["Node", process.version],
    ...PEERS.map((name): MachineLine => [name, packageVersion(name) ?? "not installed"]),
    ["Open files", `${limit("/proc/sys/fs/file-max")} on the host, ${hardLimit()} a process`],
  ];
}

/** Debian packages of the programs that are measured beside descry. */
const PEERS = ["lsof", "iproute2", "netdata-core", "prometheus-process-exporter", "gcc"];

function packageVersion(name: string): string | null {
  const { status, stdout } = spawnSync("dpkg-query", ["-W", "-f", "${Version}", name], { encoding: "utf8" });
  return status === 0 && stdout !== "" ? stdout : null;
}

function limit(path: string): string {
  return Number(readFileSync(path, "latin1")).toLocaleString("en");
}

function hardLimit(): string {
  const line = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "latin1"));
  return Number(line?.[1]).toLocaleString("en");
}

/** CPU seconds that all processes together have used since boot: user, nice, system, irq, softirq. proc_stat(5). */
function busySeconds(): number {
  const fields = readFileSync("/proc/stat", "latin1").split("\n", 1)[0]?.split(/\s+/).map(Number) ?? [];
  return [1, 2, 3, 6, 7].reduce((sum, at) => sum + (fields[at] ?? 0), 0) / 100;
}

export interface LoadMeter {
  /** Since the meter was started: how many cores were at work. */
  cores(): number;
  /** The same as words. */
  words(): string;
}

export function startLoadMeter(): LoadMeter {
  const [from, busyBefore, before] = [performance.now(), busySeconds(), loadavg()[0] ?? NaN];
  const cores = (): number => (busySeconds() - busyBefore) / ((performance.now() - from) / 1000);
  return {
    cores,
    words: () =>
      `load average ${before.toFixed(2)} before and ${(loadavg()[0] ?? NaN).toFixed(2)} after; ` +
      `${cores().toFixed(2)} of ${cpus().length} cores at work on average, the measurement itself included`,
  };
}
