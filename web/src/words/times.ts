/** "9 s", "13 min", "1 h 44 min", "3 d 2 h": how long. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 120) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** Until a moment, in seconds; below 0 it has passed; null: not known. */
export function secondsUntil(at: string | null, now: number): number | null {
  return at === null ? null : (Date.parse(at) - now) / 1000;
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const SECONDS = new Intl.DateTimeFormat(undefined, {
  ...{ hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false },
});

/** "03:14", with the day where it is another one; in the reader's zone. */
export function moment(at: string, now: number): string {
  const date = new Date(at);
  const text = CLOCK.format(date);
  return DAY.format(date) === DAY.format(now) ? text : `${DAY.format(date)} ${text}`;
}

export function clock(at: string): string {
  return SECONDS.format(new Date(at));
}

/** The reader's zone, named once. */
export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
