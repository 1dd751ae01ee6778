import { DescryError } from "../model/error.ts";
import type { Targets } from "../model/targets.ts";
import { parseDuration } from "./duration.ts";
import { harmless } from "./screen/text.ts";

/** Flags as commander gives them: strings, lists and booleans, nothing checked yet. */
export interface RawFlags {
  readonly pid?: readonly string[];
  readonly service?: readonly string[];
  readonly for?: string;
  readonly interval?: string;
  readonly procfs?: string;
  readonly config?: string;
  readonly listen?: string;
  readonly stateDir?: string;
  /** False: --no-agent. */
  readonly agent?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly once?: boolean;
  readonly criticalWithin?: string;
  readonly output?: string;
  readonly settle?: string;
  readonly allow?: readonly string[];
  readonly leakExitCode?: string;
  readonly junit?: string;
  readonly rule?: string;
  readonly fingerprint?: string;
  readonly comment?: string;
  /** The words of a command to run, or of one with several operands. */
  readonly words?: readonly string[];
  readonly root?: string;
  readonly program?: string;
  readonly containers?: string;
  readonly force?: boolean;
  readonly purge?: boolean;
  readonly dryRun?: boolean;
}

/** What all commands have in common, checked. Durations are milliseconds. */
export interface Options {
  readonly targets: Targets;
  /** null: until interrupted, or the command's own default. */
  readonly forMilliseconds: number | null;
  readonly interval: number;
  readonly procfs: string;
  /** The configuration that was named; null: the usual one, if it is there. */
  readonly config: string | null;
  /** The state folder that was named, or "off"; null: the usual one, if it is there. */
  readonly stateFolder: string | null;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly once: boolean;
}

const DEFAULT_INTERVAL = 1000;
const LEAST_INTERVAL = 100;
/** Half of the youngest age that is judged: beyond it, what is only passing through looks old. */
const MOST_INTERVAL = 10_000;
/** PID_MAX_LIMIT of 64-bit Linux, proc_sys_kernel(5). */
const MOST_PID = 4_194_304;

/** Flags over environment over default. Throws a DescryError for what cannot be understood. */
export function readOptions(
  flags: RawFlags,
  environment: Readonly<Record<string, string | undefined>>,
): Options {
  const forMilliseconds = flags.for === undefined ? null : parseDuration("--for", flags.for);
  return {
    targets: { pids: (flags.pid ?? []).map(parsePid), services: (flags.service ?? []).map(parseService) },
    forMilliseconds,
    interval: readInterval(flags.interval, forMilliseconds),
    procfs: flags.procfs ?? (environment["HOST_PROC"] || "/proc"),
    config: readConfig(flags, environment),
    stateFolder: readStateFolder(flags, environment),
    json: flags.json === true,
    quiet: flags.quiet === true,
    once: flags.once === true,
  };
}

/** The configuration that was named; null: none was. */
export function readConfig(
  flags: Pick<RawFlags, "config">,
  environment: Readonly<Record<string, string | undefined>>,
): string | null {
  if (flags.config === "")
    throw new DescryError("--config needs a file.", "/dev/null stands for the defaults.");
  return flags.config ?? (environment["DESCRY_CONFIG"] || null);
}

function readStateFolder(
  flags: RawFlags,
  environment: Readonly<Record<string, string | undefined>>,
): string | null {
  if (flags.stateDir === "") throw new DescryError("--state-dir needs a folder.", "off stands for none.");
  return flags.stateDir ?? (environment["DESCRY_STATE_DIR"] || null);
}

function readInterval(text: string | undefined, forMilliseconds: number | null): number {
  const interval = text === undefined ? DEFAULT_INTERVAL : parseDuration("--interval", text);
  if (interval < LEAST_INTERVAL) {
    throw new DescryError(
      `--interval ${harmless(text ?? "")} would make descry the busiest program of the host.`,
      "Name 100ms or more.",
    );
  }
  if (interval > MOST_INTERVAL) {
    throw new DescryError(
      `--interval ${harmless(text ?? "")} is too long to tell a leak from what comes and goes.`,
      "Give 10s or less.",
    );
  }
  return forMilliseconds === null ? interval : Math.min(interval, forMilliseconds);
}

export function parsePid(text: string): number {
  const pid = /^[1-9]\d{0,6}$/.test(text) ? Number(text) : Number.NaN;
  if (pid <= MOST_PID) return pid;
  if (/^\d+$/.test(text)) {
    throw new DescryError(
      `There is no process ${harmless(text)}: numbers go from 1 to ${MOST_PID.toLocaleString("en-US")}.`,
      "Give the number that ps shows, or name a service with --service.",
    );
  }
  throw new DescryError(
    `--pid ${harmless(text)} is not a process number.`,
    "Give the number that ps shows, or name a service with --service.",
  );
}

function parseService(text: string): string {
  if (text.trim() !== "") return text;
  throw new DescryError("--service needs a name.", "descry top lists the services of this host.");
}
