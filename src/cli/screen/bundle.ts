import type { VerdictEvent } from "../../model/events.ts";
import type { DescriptorKind } from "../../model/kinds.ts";
import { kindWords } from "./subject.ts";

/** One of the kinds that are met in bundles; others are named in the plural. */
const ONE_OF: Partial<Readonly<Record<DescriptorKind, string>>> = {
  udp: "a UDP socket",
  unix: "a unix socket",
  netlink: "a netlink socket",
  tcp: "a connection",
  file: "a file",
  "deleted-file": "a deleted file",
  pipe: "a pipe end",
  eventfd: "an eventfd",
  eventpoll: "an eventpoll",
  timerfd: "a timerfd",
  signalfd: "a signalfd",
  inotify: "an inotify instance",
  pidfd: "a pidfd",
  memfd: "a memfd",
};

/**
 * What comes with each of a verdict's subject: "an eventfd and an eventpoll", "2 pipes"; null
 * where nothing does. How many is the ratio of the two paces, so it is told in whole numbers.
 */
export function bundleWords({ alsoRising, netPerMinute }: VerdictEvent): string | null {
  const parts = alsoRising.map(({ kind, netPerMinute: pace }) => {
    const each = netPerMinute === null || netPerMinute <= 0 ? 1 : Math.round(pace / netPerMinute);
    return each > 1 ? `${each} ${kindWords(kind)}` : (ONE_OF[kind] ?? `one of its ${kindWords(kind)}`);
  });
  const last = parts.pop();
  if (last === undefined) return null;
  return parts.length === 0 ? last : `${parts.join(", ")} and ${last}`;
}
