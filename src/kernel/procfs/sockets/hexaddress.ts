import { endianness } from "node:os";
import { formatAddress } from "../../sockets/address.ts";

/** Value of a hexadecimal digit, -1 for any other byte. */
const DIGITS = new Int8Array(256).fill(-1);
for (let value = 0; value < 16; value++) {
  DIGITS[value.toString(16).charCodeAt(0)] = value;
  DIGITS[value.toString(16).toUpperCase().charCodeAt(0)] = value;
}

/** `digits` hexadecimal digits (8 at most) as a number; -1 when one of them is none. */
export function parseHex(bytes: Uint8Array, start: number, digits: number): number {
  let value = 0;
  for (let at = start; at < start + digits; at++) {
    const digit = DIGITS[bytes[at] ?? 0] ?? -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/** Hexadecimal digits of an address in /proc/net: each 32-bit word is printed in the host's own byte order. */
export const IPV4_DIGITS = 8;
export const IPV6_DIGITS = 32;

const LITTLE = endianness() === "LE";

/**
 * "0100007F:0CEA" in the bytes at `start` as "127.0.0.1:3306"; IPv6 has 32 digits.
 */
export function formatEndpoint(
  bytes: Uint8Array,
  start: number,
  digits: number,
  little: boolean = LITTLE,
): string {
  const address = octets(bytes, start, digits / IPV4_DIGITS, little);
  return formatAddress(address, parseHex(bytes, start + digits + 1, 4));
}

/** Whether the 32 digits at `start` are an IPv4 address mapped into IPv6, ::ffff:a.b.c.d. */
export function isMappedAt(bytes: Uint8Array, start: number, little: boolean = LITTLE): boolean {
  const mark = little ? 0xffff0000 : 0xffff;
  return (
    parseHex(bytes, start, 8) === 0 &&
    parseHex(bytes, start + 8, 8) === 0 &&
    parseHex(bytes, start + 16, 8) === mark
  );
}

/** The address in the order of the network. */
function octets(bytes: Uint8Array, start: number, words: number, little: boolean): Uint8Array {
  const address = new Uint8Array(words * 4);
  for (let word = 0; word < words; word++) {
    for (let octet = 0; octet < 4; octet++) {
      const place = word * 4 + (little ? 3 - octet : octet);
      address[place] = parseHex(bytes, start + word * 8 + octet * 2, 2);
    }
  }
  return address;
}
