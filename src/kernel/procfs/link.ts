import { isUtf8 } from "node:buffer";
import { randomInt } from "node:crypto";

/** Linux gives no longer one (PATH_MAX). */
const LONGEST_LINK = 4096;
const DELETED = " (deleted)";

/** Sockets have their inode as identity, pipes theirs above this line: inodes of both have at most 32 bits. */
const PIPES = 2 ** 33;
/** Another seed in each run: nobody can prepare two paths that look the same. */
export const SEED = randomInt(2 ** 32);

/**
 * A link of /proc/PID/fd as one number, so that 100,000 of them need no strings: the inode of a socket, the inode of
 * a pipe + 2^33, and below zero a 52-bit hash of any other text (two of 100,000 paths fall together once in a
 * million runs). `raw` has one character for each byte.
 */
export function identityOf(raw: string): number {
  if (raw.charCodeAt(0) !== 0x2f) {
    const socket = inodeAfter(raw, "socket:[");
    if (socket >= 0) return socket;
    const pipe = inodeAfter(raw, "pipe:[");
    if (pipe >= 0) return PIPES + pipe;
  }
  return hashOf(raw, raw.length);
}

/** The inode when the identity is a socket's, else null. */
export function socketInode(identity: number): number | null {
  return identity >= 0 && identity < PIPES ? identity : null;
}

/** Whether a link with this text is the file that had `identity`, removed under its descriptor since. */
export function isDeletionOf(raw: string, identity: number): boolean {
  return raw.endsWith(DELETED) && hashOf(raw, raw.length - DELETED.length) === identity;
}

/**
 * The text of a link for facts: UTF-8, cut at 4096 characters. Where the bytes are no UTF-8, each byte above ASCII
 * becomes U+DC80 + (byte - 0x80), which no valid text has, so links that differ stay different.
 */
export function linkText(raw: string): string {
  if (isAscii(raw)) return raw.slice(0, LONGEST_LINK);
  const bytes = Buffer.from(raw, "latin1");
  if (isUtf8(bytes)) return bytes.toString("utf8").slice(0, LONGEST_LINK);
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
  return text.slice(0, LONGEST_LINK);
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) >= 0x80) return false;
  return true;
}

/** The digits between `prefix` and a last "]"; -1 when the text has another shape. */
function inodeAfter(raw: string, prefix: string): number {
  const end = raw.length - 1;
  const digits = end - prefix.length;
  if (digits < 1 || digits > 10 || raw.charCodeAt(end) !== 0x5d || !raw.startsWith(prefix)) return -1;
  let inode = 0;
  for (let at = prefix.length; at < end; at++) {
    const digit = raw.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    inode = inode * 10 + digit;
  }
  return inode;
}

/** -1 - (a 52-bit hash): two multiplicative hashes with different steps, mixed at the end. */
function hashOf(raw: string, length: number): number {
  let low = SEED | 0;
  let high = ~SEED;
  for (let at = 0; at < length; at++) {
    const byte = raw.charCodeAt(at);
    low = Math.imul(low ^ byte, 0x85ebca6b);
    high = Math.imul(high ^ byte, 0xc2b2ae35);
    low ^= high >>> 15;
    high ^= low >>> 13;
  }
  low = Math.imul(low ^ (low >>> 16), 0x27d4eb2f);
  high = Math.imul(high ^ (high >>> 16), 0x165667b1);
  return -1 - ((high >>> 12) * 2 ** 32 + (low >>> 0));
}
