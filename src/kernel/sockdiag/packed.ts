import type { SocketFact, SocketProtocol } from "../../model/socket-facts.ts";
import { linkText } from "../procfs/link.ts";
import { formatAddress, isMapped } from "../sockets/address.ts";
import { type Ends, type Print, type SocketRow, socketState, type TableRows } from "../sockets/row.ts";

/** Tables in one dump, and offsets in bytes: native/sockrow.h. */
const TABLES = 10;
const TABLE_HEADS = 16;
const TABLE_HEAD_BYTES = 12;
const ROWS = TABLE_HEADS + TABLE_HEAD_BYTES * TABLES;
export const ROW_BYTES = 88;
const INODE = 0;
const UID = 4;
const RECEIVE_QUEUE = 8;
const PRINT_LOW = 12;
const PRINT_HIGH = 16;
const LOCAL_PORT = 20;
const REMOTE_PORT = 22;
const STATE = 24;
const ADDRESS_BYTES = 25;
const PROTOCOL = 26;
const AWAITS = 27;
/** Exchanges of connections; of those in TIME_WAIT, milliseconds until the kernel forgets them. */
const EXCHANGES = 28;
const EXPIRES = 28;
const USED_AT = 32;
const SEGMENTS = 40;
const COOKIE = 48;
const LOCAL = 56;
const REMOTE = 72;

/** "Not known" in a field of 32 bits. */
const UNKNOWN = 0xffffffff;

/** The rows of native/sockrow.h from `start` on. `protocol` tells them how to show addresses. */
export class PackedRows implements TableRows, SocketRow, Ends {
  readonly row: SocketRow = this;
  readonly ends: Ends | null;
  private readonly protocol: SocketProtocol;
  private readonly bytes: Uint8Array;
  private readonly halves: Uint16Array;
  private readonly words: Uint32Array;
  private readonly doubles: Float64Array;
  private readonly fingerprint: Print = { low: 0, high: 0 };
  private readonly end: number;
  private at: number;

  constructor(buffer: ArrayBuffer, start: number, count: number, protocol: SocketProtocol) {
    this.bytes = new Uint8Array(buffer);
    this.halves = new Uint16Array(buffer);
    this.words = new Uint32Array(buffer);
    this.doubles = new Float64Array(buffer, 0, buffer.byteLength >> 3);
    this.protocol = protocol;
    this.ends = protocol === "tcp" || protocol === "udp" || protocol === "raw" ? this : null;
    this.at = start - ROW_BYTES;
    this.end = start + count * ROW_BYTES;
  }

  next(): boolean {
    this.at += ROW_BYTES;
    return this.at < this.end;
  }

  get inode(): number {
    return this.word(INODE);
  }

  get state(): SocketFact["state"] | null {
    return socketState(this.protocol, this.bytes[this.at + STATE] ?? 0);
  }

  get receiveQueue(): number | null {
    return known(this.word(RECEIVE_QUEUE));
  }

  get uid(): number | null {
    return known(this.word(UID));
  }

  get usedAt(): number {
    return this.double(USED_AT);
  }

  get segments(): number {
    return this.double(SEGMENTS);
  }

  get exchanges(): number {
    return known(this.word(EXCHANGES)) ?? Number.NaN;
  }

  get awaits(): boolean {
    return this.bytes[this.at + AWAITS] === 1;
  }

  get cookie(): number {
    return this.double(COOKIE);
  }

  get expiresIn(): number {
    const milliseconds = this.word(EXPIRES);
    return milliseconds === UNKNOWN ? Number.NaN : milliseconds / 1000;
  }

  /** IPPROTO_TCP or IPPROTO_UDP, of a closing. */
  get transport(): number {
    return this.bytes[this.at + PROTOCOL] ?? 0;
  }

  get family(): 4 | 6 {
    return this.bytes[this.at + ADDRESS_BYTES] === 4 ? 4 : 6;
  }

  get localPort(): number {
    return this.halves[(this.at + LOCAL_PORT) >> 1] ?? 0;
  }

  get remotePort(): number {
    return this.halves[(this.at + REMOTE_PORT) >> 1] ?? 0;
  }

  print(): Print {
    this.fingerprint.low = this.word(PRINT_LOW) | 0;
    this.fingerprint.high = this.word(PRINT_HIGH) | 0;
    return this.fingerprint;
  }

  local(): string {
    if (this.ends !== null) return formatAddress(this.address(LOCAL), this.localPort);
    if (this.protocol === "unix") return this.name(LOCAL);
    const [first, second] = [this.word(LOCAL), this.word(LOCAL + 4)];
    // As /proc/net/packet shows the protocol.
    if (this.protocol === "packet") return `${first.toString(16).padStart(4, "0")}:${second}`;
    return `${first}:${second}`;
  }

  remote(): string {
    if (this.ends !== null) return formatAddress(this.address(REMOTE), this.remotePort);
    return this.protocol === "unix" ? this.name(REMOTE) : "";
  }

  isAnyLocal(): boolean {
    return this.address(LOCAL).every((octet) => octet === 0);
  }

  remoteKey(): string | number {
    const key = this.addressKey(REMOTE);
    return typeof key === "number" ? key * 65536 + this.remotePort : `>${key}${this.remotePort}`;
  }

  sourceKey(): string | number {
    return this.addressKey(LOCAL);
  }

  /** IPv4, mapped into IPv6 or not, as a number of 32 bits. */
  private addressKey(offset: number): string | number {
    const { bytes, family } = this;
    const start = this.at + offset;
    if (family === 6 && !isMapped(bytes, start)) return String.fromCharCode(...this.address(offset));
    let key = 0;
    const first = family === 4 ? start : start + 12;
    for (let at = first; at < first + 4; at++) key = key * 256 + (bytes[at] ?? 0);
    return key;
  }

  private word(offset: number): number {
    return this.words[(this.at + offset) >> 2] ?? 0;
  }

  private double(offset: number): number {
    return this.doubles[(this.at + offset) >> 3] ?? 0;
  }

  private address(offset: number): Uint8Array {
    const start = this.at + offset;
    return this.bytes.subarray(start, start + (this.bytes[this.at + ADDRESS_BYTES] ?? 0));
  }

  /** A unix name as /proc/net/unix shows it: a zero, which an abstract name begins with, as "@". */
  private name(offset: number): string {
    const start = this.word(offset);
    const raw = Buffer.from(this.bytes.buffer, start, this.word(offset + 4)).toString("latin1");
    return linkText(raw.replaceAll("\0", "@"));
  }
}

function known(word: number): number | null {
  return word === UNKNOWN ? null : word;
}

/** What a dump has of one table: its rows, and whether it changed while it was read, so that some may be missing. */
export interface PackedTable {
  readonly rows: PackedRows;
  readonly torn: boolean;
}

/** EINTR: each of three readings was overtaken by changes. */
const EINTR = 4;

/** A buffer that the addon has filled with a dump. */
export class PackedDump {
  private readonly buffer: ArrayBuffer;

  constructor(buffer: ArrayBuffer) {
    this.buffer = buffer;
  }

  /** Seconds of processor time that it took. */
  get cost(): number {
    return new Float64Array(this.buffer, 0, 1)[0] ?? 0;
  }

  /** Bytes that hold all of it; more than there are: nothing here counts. */
  get needed(): number {
    return new Float64Array(this.buffer, 8, 1)[0] ?? 0;
  }

  /** Gives its memory back at once: a collection would do so after minutes in which nothing moves. Nothing of it is valid then. */
  release(): void {
    this.buffer.transfer(0);
  }

  /** The table at this place, or the errno for which there is none. */
  table(place: number, protocol: SocketProtocol): PackedTable | number {
    const [error, first, count] = new Uint32Array(this.buffer, TABLE_HEADS + place * TABLE_HEAD_BYTES, 3);
    if (error !== 0 && error !== EINTR) return error ?? 0;
    const rows = new PackedRows(this.buffer, ROWS + (first ?? 0) * ROW_BYTES, count ?? 0, protocol);
    return { rows, torn: error === EINTR };
  }
}
