import { UNLIMITED } from "../../model/facts.ts";

export interface OpenFileLimits {
  readonly soft: number;
  readonly hard: number;
}

/**
 * "Max open files" of /proc/PID/limits, RLIMIT_NOFILE of getrlimit(2); null when the line is not there. "unlimited"
 * is UNLIMITED.
 */
export function parseLimits(text: string): OpenFileLimits | null {
  const line = /^Max open files[ \t]+(\d{1,20}|unlimited)[ \t]+(\d{1,20}|unlimited)(?:[ \t]|$)/m.exec(text);
  const soft = line?.[1];
  const hard = line?.[2];
  return soft === undefined || hard === undefined ? null : { soft: limit(soft), hard: limit(hard) };
}

function limit(text: string): number {
  return text === "unlimited" ? UNLIMITED : Math.min(Number(text), UNLIMITED);
}
