const COUNT = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
/** Where nothing is known; never 0. */
export const UNKNOWN = "?";

export function count(value: number | null): string {
  return value === null ? UNKNOWN : COUNT.format(value);
}

/** "+125", "+6.0", "0": per minute. */
export function rate(value: number | null, signed = false): string {
  if (value === null) return UNKNOWN;
  const size = Math.abs(value);
  if (size < 0.05) return "0";
  const digits = size < 100 ? 1 : 0;
  const text = size.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return value < 0 ? `−${text}` : signed ? `+${text}` : text;
}

export function percent(share: number | null): string {
  if (share === null) return UNKNOWN;
  const value = share * 100;
  return `${value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 1 : 0 })} %`;
}

export function bytes(value: number | null): string {
  return value === null ? UNKNOWN : `${(value / 1e6).toLocaleString("en", { maximumFractionDigits: 0 })} MB`;
}
