/**
 * 64 bits of bytes[start, end) and of a bit of its own, in `low` and `high`: two multiplicative hashes. Only ever
 * compared with the previous one of the same thing.
 */
export class Fingerprint {
  low = 0;
  high = 0;

  take(bytes: Uint8Array, start: number, end: number, bit: number): void {
    let low = 0x9747b28c ^ bit;
    let high = 0x2f0b4c47 + bit;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] ?? 0;
      low = Math.imul(low ^ byte, 0x85ebca6b);
      high = Math.imul(high ^ byte, 0xc2b2ae35);
      low ^= high >>> 15;
    }
    this.low = low | 0;
    this.high = (high ^ (low >>> 13)) | 0;
  }
}
