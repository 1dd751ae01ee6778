/**
 * An address in the order of the network, 4 bytes or 16, and its port: "127.0.0.1:3306", IPv6 in brackets and as
 * RFC 5952 wants it. An IPv4 address mapped into IPv6 is printed as IPv4, so that both ends of one connection look the
 * same.
 */
export function formatAddress(address: Uint8Array, port: number): string {
  if (address.length === 4) return `${formatIpv4(address, 0)}:${port}`;
  return isMapped(address, 0) ? `${formatIpv4(address, 12)}:${port}` : `[${formatIpv6(address)}]:${port}`;
}

/** Whether the 16 bytes from `start` on are an IPv4 address mapped into IPv6, ::ffff:a.b.c.d. */
export function isMapped(bytes: Uint8Array, start: number): boolean {
  for (let at = start; at < start + 10; at++) if (bytes[at] !== 0) return false;
  return bytes[start + 10] === 0xff && bytes[start + 11] === 0xff;
}

function formatIpv4(address: Uint8Array, start: number): string {
  return `${address[start]}.${address[start + 1]}.${address[start + 2]}.${address[start + 3]}`;
}

/** RFC 5952: lower case, no leading zeros, and the longest run of two and more zero groups, the first of equals, as "::". */
export function formatIpv6(address: Uint8Array): string {
  const groups: number[] = [];
  for (let at = 0; at < 16; at += 2) groups.push((address[at] ?? 0) * 256 + (address[at + 1] ?? 0));
  let runStart = -1;
  let runLength = 1;
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && groups[at + length] === 0) length++;
    if (length > runLength) {
      runStart = at;
      runLength = length;
    }
  }
  const hex = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(":");
  return runStart < 0 ? hex(0, 8) : `${hex(0, runStart)}::${hex(runStart + runLength, 8)}`;
}
