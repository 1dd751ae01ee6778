import { DescryError } from "../../model/error.ts";
import type { Subject } from "../../model/events.ts";
import { DESCRIPTOR_KINDS, type DescriptorKind } from "../../model/kinds.ts";
import { listed, nearest } from "../nearest.ts";
import { harmless } from "../screen/text.ts";

/** So many of a subject may be kept by each process. */
export interface Allowance {
  readonly kind: DescriptorKind;
  /** A peer "address:port" or "*:port", a listening address, a path; null: whatever it is. */
  readonly place: string | null;
  readonly most: number;
}

const FORM = "Write KIND=N or KIND:WHERE=N, as tcp:127.0.0.1:5432=20, file:/var/tmp=3, eventfd=1.";

/** Reads "tcp:127.0.0.1:5432=20"; the last "=" parts them, since a path may have one. Throws a DescryError. */
export function parseAllowance(text: string): Allowance {
  const split = text.lastIndexOf("=");
  const number = text.slice(split + 1);
  if (split === -1 || !/^\d{1,9}$/.test(number)) {
    throw new DescryError(`--allow ${harmless(text)} does not end in =N, a number.`, FORM);
  }
  const subject = text.slice(0, split);
  const colon = subject.indexOf(":");
  const word = colon === -1 ? subject : subject.slice(0, colon);
  const place = colon === -1 ? null : subject.slice(colon + 1);
  const kind = DESCRIPTOR_KINDS.find((known) => known === word);
  if (kind === undefined) throw noSuchKind(word, text);
  if (place === "") {
    throw new DescryError(`--allow ${harmless(text)} names nothing after ${kind}:.`, FORM);
  }
  if ((kind === "tcp" || kind === "udp") && place !== null && !/:(\d{1,5}|\*)$/.test(place)) {
    throw new DescryError(
      `--allow ${harmless(text)} does not name a port.`,
      `Write ${kind}:ADDRESS:PORT=${number}, or ${kind}:*:PORT=${number} for every address.`,
    );
  }
  return { kind, place, most: Number(number) };
}

function noSuchKind(word: string, text: string): DescryError {
  const near = nearest(word, DESCRIPTOR_KINDS, 1);
  const mend =
    near.length > 0
      ? `Did you mean ${near[0]}${harmless(text.slice(word.length))}?`
      : `Kinds are ${listed(DESCRIPTOR_KINDS)}.`;
  return new DescryError(`--allow ${harmless(text)} names no kind of descriptor.`, mend);
}

/** How many of it may be kept: the largest number of all allowances that name it; 0 when none does. */
export function allowedOf(subject: Subject, allowances: readonly Allowance[]): number {
  return Math.max(0, ...allowances.filter((allowance) => names(allowance, subject)).map(({ most }) => most));
}

function names({ kind, place }: Allowance, subject: Subject): boolean {
  if (kind !== subject.kind) return false;
  if (place === null) return true;
  if (subject.peer !== null) return place === subject.peer || isPortOf(place, subject.peer);
  if (subject.path === null) return false;
  return subject.path === place || subject.path.startsWith(place.endsWith("/") ? place : `${place}/`);
}

/** "*:5432" means every address with that port. */
function isPortOf(place: string, peer: string): boolean {
  return place.startsWith("*:") && (place === "*:*" || peer.endsWith(place.slice(1)));
}

/** The word that --allow takes for it: "tcp:127.0.0.1:5432", "file:/var/tmp", "eventfd". */
export function allowanceWord({ kind, peer, path }: Subject): string {
  const place = peer ?? path;
  return place === null || place === "" ? kind : `${kind}:${place}`;
}
