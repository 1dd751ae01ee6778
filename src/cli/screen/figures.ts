import { UNLIMITED } from "../../model/facts.ts";

/** Figures as people read them. Unknown is "?", never 0; what does not apply is "-". */

export const UNKNOWN_FIGURE = "?";
export const NOT_APPLICABLE = "-";

/** 2914 -> "2,914" */
export function count(figure: number | null | undefined): string {
  if (figure === null || figure === undefined) return UNKNOWN_FIGURE;
  return thousands(String(Math.round(figure)));
}

function thousands(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Opened or closed a minute: "971", "9", "3.2", "0". */
export function rate(perMinute: number | null): string {
  if (perMinute === null) return UNKNOWN_FIGURE;
  if (Math.abs(perMinute) >= 9.95) return count(perMinute);
  const tenths = Math.round(perMinute * 10) / 10;
  return Number.isInteger(tenths) ? String(tenths + 0) : tenths.toFixed(1);
}

/** Kept a minute, with its sign: "+125", "+6.0", "0", "-3.2". */
export function kept(perMinute: number | null): string {
  if (perMinute === null) return UNKNOWN_FIGURE;
  const size = Math.abs(perMinute);
  if (size < 0.05) return "0";
  const sign = perMinute < 0 ? "-" : "+";
  return sign + (size >= 9.95 ? count(size) : size.toFixed(1));
}

/** One decimal always, for tables that compare rates line by line: "131.0", "+124.9", "0". */
export function exactRate(perMinute: number | null, signed: boolean): string {
  if (perMinute === null) return UNKNOWN_FIGURE;
  if (Math.abs(perMinute) < 0.05) return signed ? "0" : "0.0";
  const [whole = "", tenth = ""] = Math.abs(perMinute).toFixed(1).split(".");
  const sign = perMinute < 0 ? "-" : signed ? "+" : "";
  return `${sign}${thousands(whole)}.${tenth}`;
}

/** Most descriptors a process may have; the kernel's "unlimited" is written out. */
export function limit(softLimit: number | null): string {
  if (softLimit === null) return UNKNOWN_FIGURE;
  return isUnlimited(softLimit) ? "none" : count(softLimit);
}

export function isUnlimited(softLimit: number | null): boolean {
  return softLimit !== null && softLimit >= UNLIMITED;
}

/** "2,914 of 4,096", without a limit "2,914 (no limit)", "2,914" where the limit is not known; "?": neither is. */
export function ofLimit(open: number | null, softLimit: number | null): string {
  if (open === null) return "?";
  if (softLimit === null) return count(open);
  return isUnlimited(softLimit) ? `${count(open)} (no limit)` : `${count(open)} of ${count(softLimit)}`;
}

/** 0.713 -> "71%"; under one in a hundred but not nothing: "<1%". */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return "<1%";
  return `${Math.floor(share * 100)}%`;
}

/** "1 process", "312 processes" */
export function counted(figure: number, one: string, many = `${one}s`): string {
  return `${count(figure)} ${figure === 1 ? one : many}`;
}

/** 1234567 -> "1.2 MB" */
export function bytes(figure: number): string {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  let size = figure;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${unit === 0 || size >= 99.5 ? count(size) : size.toFixed(1)} ${units[unit] ?? ""}`;
}
