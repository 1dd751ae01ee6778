import { UNLIMITED } from "../../model/facts.ts";
import type { Action } from "../../model/events.ts";
import type { Case } from "../case.ts";
import { count, perMinute } from "../words.ts";

/** The kernel's default of fs.nr_open: no limit may be set above it. */
const NR_OPEN = 1_048_576;

/** Buys time: raises the limit of the running process. Says how much time, since the leak goes on. */
export function raiseLimit(of: Case): Action {
  const { limit, hardLimit, pid, invocation } = of;
  if (limit === null || limit === UNLIMITED) {
    return {
      when: "now",
      text: "Nothing runs out soon: this process has no limit on open files.",
      command: null,
      caution: null,
    };
  }
  const withinHard = hardLimit !== null && hardLimit > limit;
  const soft = Math.min(withinHard ? hardLimit : NR_OPEN, limit * 4, NR_OPEN);
  if (soft <= limit) {
    return {
      when: "now",
      text: "Its limit is as high as the kernel allows; only closing or a restart gives time.",
      command: null,
      caution: null,
    };
  }
  const hard = withinHard ? Math.min(hardLimit, NR_OPEN) : soft;
  const net = of.rates.netPerMinute ?? 0;
  const gained = net > 0 ? `, about ${duration((soft - limit) / net)} more at this rate` : "";
  return {
    when: "now",
    text: `Raise the limit of the running process to ${count(soft)}${gained}. It buys time; it mends nothing.`,
    command: `${sudo(invocation)}prlimit --pid ${pid} --nofile=${soft}:${hard}`,
    caution: withinHard
      ? null
      : "Above the hard limit this needs CAP_SYS_RESOURCE, and above fs.nr_open it fails. The peer must have room for the connections too.",
  };
}

/** Keeps what a restart erases; of the whole host where nobody can tell whose it is. */
export function keepEvidence({
  pid,
  invocation,
}: Pick<Case, "invocation"> & { readonly pid: number | null }): Action {
  const [target, name] = pid === null ? ["", "host"] : [`--pid ${pid} `, pid];
  return {
    when: "before-restart",
    text: "Record what it holds: a restart erases the evidence and does not mend the leak.",
    command: `${sudo(invocation)}${invocation.program} record ${target}--for 30s -o descry-${name}.descry`,
    caution:
      "The file holds facts of the whole host, since the other end may be anywhere on it; secrets in arguments are removed.",
  };
}

export function sudo(invocation: Case["invocation"]): string {
  return invocation.sudo ? "sudo " : "";
}

/** "It opened 131 a minute and closed 6; the other 125 stay open"; where a batch is under way they need not add up. */
export function rateSentence({ rates, sharesPassed }: Case): string {
  const { bornPerMinute, diedPerMinute, netPerMinute } = rates;
  if (netPerMinute === null) return "";
  if (sharesPassed && netPerMinute > 0)
    return `${perMinute(netPerMinute)} a minute of those that it opened stay open; others connect there as well, so whose those were that closed within a second is not known`;
  if (bornPerMinute === null || diedPerMinute === null)
    return netPerMinute <= 0 ? "" : `it keeps ${perMinute(netPerMinute)} more a minute`;
  const opened = `it opened ${perMinute(bornPerMinute)} a minute and closed`;
  if (bornPerMinute > 0 && Math.abs(netPerMinute) <= 0.02 * bornPerMinute) return `${opened} as many`;
  if (diedPerMinute < 0.05) return `${opened} none: all stay open`;
  const rest = perMinute(bornPerMinute - diedPerMinute) === perMinute(netPerMinute) ? "the other " : "";
  return `${opened} ${perMinute(diedPerMinute)}; ${rest}${perMinute(netPerMinute)} ${rest === "" ? "a minute " : ""}stay open`;
}

/** Minutes as "9 min", "1 h 38 min" or "3 days". */
export function duration(minutes: number): string {
  if (minutes < 100) return `${Math.max(1, Math.round(minutes))} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${Math.round(minutes % 60)} min`;
  return `${Math.round(minutes / 1440)} days`;
}
