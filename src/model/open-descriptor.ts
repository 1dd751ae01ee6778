/** What one process has open, as the thread that reads the kernel tells it to the one that answers requests. */
import type { DescriptorKind } from "./kinds.ts";
import type { Direction } from "./socket-facts.ts";

export interface OpenDescriptor {
  readonly number: number;
  readonly kind: DescriptorKind;
  /** Of files, devices and terminals; of unix sockets the name that they are bound to; null: it has none. */
  readonly path: string | null;
  /** Sockets: "address:port", IPv6 in brackets; null: it has none, or stands in no table. */
  readonly local: string | null;
  readonly peer: string | null;
  readonly direction: Direction | null;
  /** Sockets: the kernel's word; null: none, or not known. */
  readonly state: string | null;
  /** RFC 3339 UTC, to about the time between two looks; null: before anybody looked. */
  readonly openedAt: string | null;
  /** TCP: since it last carried data; null: not known. */
  readonly unusedSeconds: number | null;
  /** TCP: bytes wait in it that nobody has read; null: not known. */
  readonly unread: boolean | null;
  /** A socket that stands in no table: lsof cannot identify its protocol. */
  readonly ghost: boolean;
}

/** All that a process has open at one moment. */
export interface DescriptorListing {
  /** RFC 3339 UTC. */
  readonly at: string;
  readonly pid: number;
  readonly startTicks: number;
  /** Without secrets. */
  readonly command: string;
  readonly service: string;
  /** As the kernel counts them. */
  readonly open: number;
  /** RFC 3339 UTC: since when the host is watched. What was open before is at least so old. */
  readonly watchedFrom: string;
  /** By number. */
  readonly descriptors: readonly OpenDescriptor[];
  /** How many more it has than fit in here. */
  readonly leftOut: number;
}

/**
 * Why there is no listing. gone: no such process is there. denied: its descriptors may not be listed. unlisted: they were
 * not listed yet. busy: too many ask at once. late: the thread that reads the kernel did not come to it in time.
 */
export type NoListing = "gone" | "denied" | "unlisted" | "busy" | "late";

export type ListingAnswer = { readonly listing: DescriptorListing } | { readonly none: NoListing };
