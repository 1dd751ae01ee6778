/** What the processes of the made-up agent have open. */
import type {
  DescriptorListing,
  ListingAnswer,
  NoListing,
  OpenDescriptor,
} from "../model/open-descriptor.ts";

const AT = "2026-11-12T02:04:51.000Z";

export function openDescriptorOf(traits: Partial<OpenDescriptor> = {}): OpenDescriptor {
  return {
    ...{ number: 3, kind: "file", path: "/var/log/app.log", local: null, peer: null, direction: null },
    ...{ state: null, openedAt: null, unusedSeconds: null, unread: null, ghost: false },
    ...traits,
  };
}

/** The connections, each a second older than the next. */
function connections(count: number): OpenDescriptor[] {
  return Array.from({ length: count }, (_, place) =>
    openDescriptorOf({
      ...{ number: 4 + place, kind: "tcp", path: null, direction: "outbound" },
      ...{ local: `10.0.0.1:${40_000 + place}`, peer: place % 10 === 0 ? "[::1]:5432" : "127.0.0.1:3306" },
      ...{ state: place % 2 === 0 ? "CLOSE_WAIT" : "ESTABLISHED", unread: place % 4 === 1 },
      openedAt: new Date(Date.parse(AT) - (count - place) * 1000).toISOString(),
      unusedSeconds: place % 3 === 0 ? null : place,
    }),
  );
}

export function listingOf(descriptors: readonly OpenDescriptor[], pid = 812): DescriptorListing {
  return {
    ...{ at: AT, pid, startTicks: 99_812, command: "gunicorn app:app", service: "gunicorn app:app" },
    ...{ open: descriptors.length, watchedFrom: "2026-11-12T01:43:00.000Z", descriptors, leftOut: 0 },
  };
}

const NONE: Readonly<Record<number, NoListing>> = {
  813: "denied",
  814: "busy",
  815: "late",
  816: "unlisted",
};

/** 812 holds a file and 1,000 connections; of 813 to 816 there is no listing, each for another reason. */
export function exampleListing(pid: number): Promise<ListingAnswer> {
  const none = NONE[pid];
  if (none !== undefined || pid !== 812) return Promise.resolve({ none: none ?? "gone" });
  return Promise.resolve({ listing: listingOf([openDescriptorOf(), ...connections(1000)]) });
}
